-- For whoever types the beginning of a uid or a name, in whatever case. Compared byte by byte, so that a
-- beginning is a range; lowered by the database's own letters, which "C" would take for ASCII alone.
-- Of a partial index the planner reads no statistics, and sorts what it could read in order.
create index users_search_id on users ((lower(id collate "default") collate "C"), id);
create index users_search_name on users ((lower(display_name collate "default") collate "C"), id);
