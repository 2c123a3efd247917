create table activities (
    id uuid primary key,
    event text not null,
    at timestamptz not null,
    actor_kind text not null constraint activities_actor_kind_known check (actor_kind in ('user', 'operator', 'recipient', 'system')),
    actor_id uuid,
    actor_organization_id uuid references organizations,
    subject_kind text not null,
    subject_id uuid not null,
    details jsonb not null default '{}',
    committed_after xid8 not null default pg_current_xact_id(),
    constraint activities_user_says_who check (case actor_kind when 'user' then actor_id is not null and actor_organization_id is not null when 'operator' then actor_id is not null else actor_id is null end)
);
comment on table activities is 'The written account of every change, in the change''s own transaction. Rows are never changed.';
comment on column activities.id is 'UUIDv7, shown as act_.';
comment on column activities.event is 'noun.past, one of the names in domain::activity.';
comment on column activities.at is 'When, by Accord''s clock.';
comment on column activities.actor_kind is 'recipient: a person who holds a link and is not signed in.';
comment on column activities.actor_id is 'The user or operator. Null for the system and for an unknown recipient.';
comment on column activities.actor_organization_id is 'The user''s organization.';
comment on column activities.subject_kind is 'What was changed: the id prefix, such as inv or rel.';
comment on column activities.subject_id is 'Its id.';
comment on column activities.details is 'What changed; nothing that a reader may not see, no person''s data, never a secret.';
comment on column activities.committed_after is 'The writer''s transaction. Readers that follow live stay below the snapshot''s xmin, so that late commits are not lost.';

create function refuse_activity_change() returns trigger language plpgsql as $$
begin
    raise exception 'activities are never changed or removed';
end $$;
create trigger activities_never_change before update or delete or truncate on activities
    for each statement execute function refuse_activity_change();

create table activity_organizations (
    organization_id uuid not null references organizations,
    activity_id uuid not null references activities,
    event text not null,
    subject_id uuid not null,
    actor_id uuid,
    primary key (organization_id, activity_id)
);
create index activity_organizations_by_event on activity_organizations (organization_id, event, activity_id);
create index activity_organizations_by_subject on activity_organizations (organization_id, subject_id, activity_id);
create index activity_organizations_by_actor on activity_organizations (organization_id, actor_id, activity_id);
create index activity_organizations_by_activity on activity_organizations (activity_id);
comment on table activity_organizations is 'Who reads which activity; pages are read by this table alone.';
comment on column activity_organizations.organization_id is 'The reader.';
comment on column activity_organizations.activity_id is 'What it reads; ids are in order of time.';
comment on column activity_organizations.event is 'Kept here for filtered pages.';
comment on column activity_organizations.subject_id is 'Kept here for filtered pages.';
comment on column activity_organizations.actor_id is 'Kept here for filtered pages.';

create table activity_batches (
    number bigint primary key,
    sealed_at timestamptz not null,
    size integer not null constraint activity_batches_not_empty check (size > 0),
    root bytea not null,
    previous bytea not null,
    mac bytea not null
);
comment on table activity_batches is 'The seal: each batch is a Merkle tree over activities, chained to the one before and signed under a key outside the database.';
comment on column activity_batches.number is 'From 1, without a gap.';
comment on column activity_batches.sealed_at is 'When.';
comment on column activity_batches.size is 'How many activities it seals.';
comment on column activity_batches.root is 'The Merkle root, SHA-256, RFC 9162 section 2.1.';
comment on column activity_batches.previous is 'The mac of the batch before; 32 zero bytes in the first.';
comment on column activity_batches.mac is 'HMAC-SHA256 over number, size, time, root and previous.';

create table activity_seals (
    activity_id uuid primary key references activities,
    batch bigint not null references activity_batches,
    position integer not null,
    salt bytea not null,
    leaf bytea not null,
    siblings bytea not null,
    constraint activity_seals_one_place unique (batch, position)
);
comment on table activity_seals is 'Where each activity stands in its batch.';
comment on column activity_seals.activity_id is 'What is sealed.';
comment on column activity_seals.batch is 'In which batch.';
comment on column activity_seals.position is 'From 0.';
comment on column activity_seals.salt is 'Random; with the row it gives the leaf, so that a published leaf tells nothing of its row.';
comment on column activity_seals.leaf is 'The Merkle leaf, SHA-256 over salt and row.';
comment on column activity_seals.siblings is 'The hashes from the leaf to the root, 32 bytes each: kept, so that a proof reads one row and not its whole batch.';

create table activity_unsealed (
    activity_id uuid primary key references activities
);
comment on table activity_unsealed is 'Activities that wait for their seal; written with them, removed by the sealer.';
comment on column activity_unsealed.activity_id is 'What waits.';
create function queue_activity_seal() returns trigger language plpgsql as $$
begin
    insert into activity_unsealed (activity_id) select id from inserted;
    return null;
end $$;
create trigger activities_wait_for_seal after insert on activities
    referencing new table as inserted for each statement execute function queue_activity_seal();
