drop index users_purge_due, users_not_signed_in, users_by_address, users_one_per_address;
alter table users drop constraint users_purged_is_erased;
-- Who has not signed in, and who was purged, cannot sign in by an id of ours.
update users set subject = id::text where subject is null;
alter table users
    drop column purged_at,
    drop column shares_address,
    alter column subject set not null;
comment on column users.subject is 'The token''s sub claim.';
comment on column users.name is 'For display.';
comment on column users.email is 'As the directory last said; counts only when verified.';
