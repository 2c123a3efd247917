alter table activities add column committed_after xid8 not null default pg_current_xact_id();
comment on column activities.committed_after is 'The writer''s transaction. Readers that follow live stay below the snapshot''s xmin, so that late commits are not lost.';
alter table activity_organizations drop column committed_after;
drop function writing_transaction;
