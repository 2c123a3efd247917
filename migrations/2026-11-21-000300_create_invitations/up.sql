create table invitations (
    id uuid primary key,
    kind text not null constraint invitations_kind_known check (kind in ('reseller_relationship')),
    status text not null constraint invitations_status_known
        check (status in ('draft', 'pending', 'accepted', 'declined', 'revoked', 'expired')),
    inviter_id uuid not null references organizations,
    created_by uuid not null references users,
    created_at timestamptz not null,
    recipient_email text not null,
    recipient_name text,
    recipient_locale text not null,
    recipient_organization_id uuid references organizations,
    admin_scope text constraint invitations_admin_scope_known check (admin_scope in ('full', 'granular')),
    admin_roles text[] not null default '{}',
    admin_duration text,
    admin_auto_extend boolean not null default false,
    subject text not null,
    template text not null,
    expires_after text not null,
    link_version integer not null default 1 constraint invitations_link_version_positive check (link_version > 0),
    by_hand boolean not null default false,
    sent_at timestamptz,
    expires_at timestamptz,
    remind_at timestamptz,
    opened_at timestamptz,
    answered_at timestamptz,
    answered_by uuid references users,
    decline_reason text,
    revoked_at timestamptz,
    revoke_reason text,
    search_text text not null generated always as (' ' || lower(recipient_email) || ' ' || lower(coalesce(recipient_name, ''))) stored,
    constraint invitations_draft_was_not_sent check (status <> 'draft' or (sent_at is null and expires_at is null)),
    constraint invitations_sent_has_deadline check (status in ('draft', 'revoked') or (sent_at is not null and expires_at is not null)),
    constraint invitations_answered_says_who check ((status in ('accepted', 'declined')) = (answered_at is not null and answered_by is not null)),
    constraint invitations_only_decline_has_reason check (decline_reason is null or status = 'declined'),
    constraint invitations_revoked_says_when check ((status = 'revoked') = (revoked_at is not null)),
    constraint invitations_only_revoke_has_reason check (revoke_reason is null or status = 'revoked'),
    constraint invitations_only_pending_reminds check (remind_at is null or status = 'pending'),
    constraint invitations_granular_is_complete check (
        case admin_scope
            when 'granular' then cardinality(admin_roles) > 0 and admin_duration is not null
            else cardinality(admin_roles) = 0 and admin_duration is null and not admin_auto_extend
        end)
);
create unique index invitations_one_open on invitations (inviter_id, kind, lower(recipient_email)) where status = 'pending';
create index invitations_by_inviter on invitations (inviter_id, created_at desc, id desc);
create index invitations_by_inviter_status on invitations (inviter_id, status, created_at desc, id desc);
create index invitations_by_inviter_deadline on invitations (inviter_id, (coalesce(expires_at, 'infinity'::timestamptz)), id);
create index invitations_not_sent on invitations (inviter_id, created_at desc, id desc) where sent_at is null;
create index invitations_by_hand on invitations (inviter_id, created_at desc, id desc) where by_hand;
create index invitations_by_recipient on invitations (lower(recipient_email), created_at desc, id desc) where sent_at is not null;
create index invitations_overdue on invitations (expires_at) where status = 'pending';
create index invitations_to_remind on invitations (remind_at) where remind_at is not null;
comment on table invitations is 'The request for a relationship, by mail, with a personal link; the state machine is drawn in domain::invitation.';
comment on column invitations.id is 'UUIDv7, shown as inv_ and inside the link.';
comment on column invitations.kind is 'What is asked for.';
comment on column invitations.status is 'As last written. A pending one past its deadline reads expired everywhere.';
comment on column invitations.inviter_id is 'The partner who asks.';
comment on column invitations.created_by is 'Who drafted it; is told what became of it.';
comment on column invitations.created_at is 'When it was drafted.';
comment on column invitations.recipient_email is 'Where the mail goes; compared in any case.';
comment on column invitations.recipient_name is 'Whom the mail greets. Null: nobody by name.';
comment on column invitations.recipient_locale is 'BCP 47, the language of the mail.';
comment on column invitations.recipient_organization_id is 'The organization that may accept. Null: the address decides.';
comment on column invitations.admin_scope is 'Delegated administration asked for. Null: none.';
comment on column invitations.admin_roles is 'Directory roles asked for; only for granular.';
comment on column invitations.admin_duration is 'ISO 8601, how long; only for granular.';
comment on column invitations.admin_auto_extend is 'Whether the grant extends itself; only for granular.';
comment on column invitations.subject is 'Of the mail; editable while a draft.';
comment on column invitations.template is 'Text of the mail with {{link}} where the personal link goes.';
comment on column invitations.expires_after is 'ISO 8601, counted from sending.';
comment on column invitations.link_version is 'Which link is alive; each sending again adds one. The token itself is never stored.';
comment on column invitations.by_hand is 'The person sends the mail from their own application; Accord sends none.';
comment on column invitations.sent_at is 'When it was last sent. Null: never.';
comment on column invitations.expires_at is 'The deadline. Null: never sent.';
comment on column invitations.remind_at is 'When the next reminder is due. Null: none is.';
comment on column invitations.opened_at is 'When a person first looked; advice only.';
comment on column invitations.answered_at is 'When it was accepted or declined.';
comment on column invitations.answered_by is 'Who accepted or declined.';
comment on column invitations.decline_reason is 'In the words of who declined.';
comment on column invitations.revoked_at is 'When the inviter took it back.';
comment on column invitations.revoke_reason is 'In the inviter''s words, for the inviter alone.';
comment on column invitations.search_text is 'What a search looks in: a space before each of address and name.';
