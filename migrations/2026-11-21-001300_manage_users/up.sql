alter table users
    alter column subject drop not null,
    add column shares_address boolean not null default false,
    add column purged_at timestamptz,
    add constraint users_purged_is_erased check
        (purged_at is null or
         status = 'deleted' and subject is null and name = '' and email = '' and email_verified_at is null and roles = '{}');
comment on column users.subject is 'The token''s sub claim. Null: made by somebody else, and not signed in yet; or purged.';
comment on column users.name is 'For display. Empty once purged.';
comment on column users.email is 'As the directory last said, or who manages the organization''s people since; counts only when verified. Empty once purged.';
comment on column users.shares_address is 'The directory gives the address to somebody of the organization who had it before. Whom people make have one of their own.';
comment on column users.purged_at is 'When the person''s data was erased, after 30 days of being deleted. Null: it was not. The row stays for what refers to it.';

-- The directory is free to give several people one address; who was known first keeps it as its own.
update users later set shares_address = true
    where status <> 'deleted' and exists (
        select 1 from users earlier
        where earlier.organization_id = later.organization_id and lower(earlier.email) = lower(later.email)
            and earlier.status <> 'deleted' and (earlier.created_at, earlier.id) < (later.created_at, later.id));

create unique index users_one_per_address on users (organization_id, lower(email))
    where status <> 'deleted' and not shares_address;
create index users_by_address on users (organization_id, lower(email)) where deleted_at is null;
create index users_not_signed_in on users (organization_id, lower(email)) where subject is null and purged_at is null;
create index users_purge_due on users (deleted_at) where status = 'deleted' and purged_at is null;
