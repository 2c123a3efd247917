create table idempotency_keys (
    organization_id uuid not null references organizations,
    mutation text not null,
    key text not null,
    input_digest bytea not null,
    result_id uuid,
    created_at timestamptz not null,
    primary key (organization_id, mutation, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);
comment on table idempotency_keys is 'What a repeated call gets again; kept 24 hours.';
comment on column idempotency_keys.organization_id is 'Whose key.';
comment on column idempotency_keys.mutation is 'Of which mutation.';
comment on column idempotency_keys.key is 'As the client gave it.';
comment on column idempotency_keys.input_digest is 'SHA-256 of the input; the same key with another is refused.';
comment on column idempotency_keys.result_id is 'What the first call made. Null: the key holds several rows, each with a key of its own.';
comment on column idempotency_keys.created_at is 'When it was first used.';

create table schedule_ticks (
    schedule text not null,
    tick timestamptz not null,
    primary key (schedule, tick)
);
comment on table schedule_ticks is 'Which worker runs which tick of a schedule: who inserts the row does.';
comment on column schedule_ticks.schedule is 'The name of the work.';
comment on column schedule_ticks.tick is 'The time it is due, to the second.';
