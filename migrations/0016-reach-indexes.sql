-- Few devices are revoked, and few users set anything for one group, but each message asks.
create index devices_revoked on devices (id) where revoked_at is not null;
create index conversation_preferences_conversation on conversation_preferences (conversation);
