-- What is reported of a delivery after its provider had accepted it. Columns, not a table: by measure as
-- many are noted in a second, with two thirds of the write-ahead log, and a receipt needs the delivery.
alter table deliveries
  add column delivered_at timestamptz,
  add column opened_at timestamptz,
  add column undelivered_at timestamptz,
  add column undelivered_reason text;
