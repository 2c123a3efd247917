create table emails (
    id uuid primary key,
    kind text not null constraint emails_kind_known check (kind in
        ('invitation', 'reminder', 'invitation_accepted', 'invitation_declined', 'invitation_expired', 'invitation_renewal')),
    invitation_id uuid not null references invitations,
    link_version integer not null,
    days_left smallint,
    organization_id uuid not null references organizations,
    created_at timestamptz not null,
    status text not null default 'queued' constraint emails_status_known check (status in ('queued', 'sent', 'failed', 'discarded')),
    attempts integer not null default 0,
    next_attempt_at timestamptz not null,
    leased_until timestamptz,
    leased_by text,
    lost_leases smallint not null default 0,
    last_error text,
    sent_at timestamptz,
    constraint emails_once unique nulls not distinct (invitation_id, kind, link_version, days_left),
    constraint emails_reminder_says_days check ((kind = 'reminder') = (days_left is not null)),
    constraint emails_lease_has_owner check ((leased_by is null) = (leased_until is null)),
    constraint emails_only_queued_is_leased check (status = 'queued' or leased_by is null),
    constraint emails_sent_says_when check ((status = 'sent') = (sent_at is not null))
);
create index emails_due on emails (next_attempt_at) where status = 'queued';
create index emails_not_sent on emails (organization_id, status) where status <> 'sent';
create index emails_by_organization on emails (organization_id, created_at);
comment on table emails is 'Mails to be sent and what became of them. The row is the queue: it is written with what caused it.';
comment on column emails.id is 'UUIDv7; the Message-ID is derived from it, so every try bears the same.';
comment on column emails.kind is 'Which template; what it is about decides who gets it.';
comment on column emails.invitation_id is 'What it is about; its words are read when it is sent.';
comment on column emails.link_version is 'The link it carries; an older one than the invitation''s is no longer wanted.';
comment on column emails.days_left is 'For a reminder: 7 or 1, so that each goes out once.';
comment on column emails.organization_id is 'On whose behalf; its mails a day are bounded.';
comment on column emails.created_at is 'When it was queued.';
comment on column emails.status is 'queued until settled as sent, failed (given up) or discarded (no longer wanted).';
comment on column emails.attempts is 'Tries begun, counted when claimed, so that a row which kills its worker is given up too.';
comment on column emails.next_attempt_at is 'Not before this time, by Accord''s clock.';
comment on column emails.leased_until is 'Until when a worker holds it, by the database''s clock. Null: nobody does.';
comment on column emails.leased_by is 'Which worker holds it.';
comment on column emails.lost_leases is 'How often a worker vanished while holding it; three give it up.';
comment on column emails.last_error is 'Why the last try failed; shown to the inviter, so it names no secret.';
comment on column emails.sent_at is 'When the mail server took it.';
