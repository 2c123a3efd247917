-- Not truly immutable: PostgreSQL takes only such functions for a generated column. It is given a column so that no plan
-- can keep its result. Generated columns are left out of dumps, and so a restored row has a transaction of the database it
-- is in: those of another one could lie ahead of this one's counter, and whoever follows would never get past them.
create function writing_transaction(written uuid) returns xid8 language plpgsql immutable as $$
begin
    return pg_current_xact_id();
end $$;

alter table activity_organizations
    add column committed_after xid8 not null generated always as (writing_transaction(activity_id)) stored;
comment on column activity_organizations.committed_after is 'The writer''s transaction. Who follows live stays below the snapshot''s xmin, so that late commits are not lost; a restored row has the transaction that restored it.';
create index activity_organizations_in_commit_order on activity_organizations (organization_id, committed_after, activity_id);
create index activity_organizations_by_commit on activity_organizations (committed_after, organization_id);

-- Nothing reads it: followers read the rows of their own organization.
alter table activities drop column committed_after;
