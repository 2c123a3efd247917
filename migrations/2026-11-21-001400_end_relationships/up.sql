alter table relationships
    add column administration_kept boolean,
    add column support_contact_id uuid references organizations,
    add constraint relationships_only_removed_keeps check (administration_kept is null or status = 'removed');
comment on column relationships.removed_by is 'Which side ended it. Set exactly while removed.';
comment on column relationships.administration_kept is 'Whether the partner''s grants outlive it. Null: it stands, or there were none when it was removed.';
comment on column relationships.support_contact_id is 'Who was assigned to support the customer; counts while it is the partner or shares the customer with it. Null: the indirect provider that shares it, else the partner.';
comment on column shared_customers.ended_at is 'When the partnership or one of the two relationships ended. Null: it is shared.';

create table support_profiles (
    organization_id uuid primary key references organizations,
    name text not null,
    email text not null,
    phone text,
    url text
);
comment on table support_profiles is 'How customers reach a partner''s support. One each at most.';
comment on column support_profiles.organization_id is 'Whose support it is.';
comment on column support_profiles.name is 'What it is called.';
comment on column support_profiles.email is 'Where it is written to.';
comment on column support_profiles.phone is 'Where it is called, as the partner spells it. Null: nowhere.';
comment on column support_profiles.url is 'Where it is found, https or http. Null: nowhere.';

create table service_requests (
    id uuid primary key,
    relationship_id uuid not null references relationships,
    partner_id uuid not null references organizations,
    opened_by uuid not null references users,
    opened_at timestamptz not null,
    subject text not null,
    description text not null
);
create index service_requests_by_relationship on service_requests (relationship_id, id);
create index service_requests_by_partner on service_requests (partner_id, opened_at);
comment on table service_requests is 'What partners ask of the vendor for a customer. The platform''s operators are mailed each.';
comment on column service_requests.id is 'UUIDv7, shown as srq_; their order is the order of lists.';
comment on column service_requests.relationship_id is 'For which customer, and by which partner.';
comment on column service_requests.partner_id is 'The partner again, kept here since its requests a day are bounded.';
comment on column service_requests.opened_by is 'Who asked.';
comment on column service_requests.opened_at is 'When.';
comment on column service_requests.subject is 'One line, in the partner''s words.';
comment on column service_requests.description is 'Plain text of several lines, in the partner''s words.';

alter table emails
    drop constraint emails_kind_known,
    add constraint emails_kind_known check (kind in
        ('invitation', 'reminder', 'invitation_accepted', 'invitation_declined', 'invitation_expired', 'invitation_renewal',
         'partnership_ended', 'admin_grant_expiring', 'admin_grant_ended', 'relationship_removed', 'customer_welcome',
         'agreement_attested', 'service_request_opened')),
    add column service_request_id uuid references service_requests,
    drop constraint emails_about_one_thing,
    add constraint emails_about_one_thing check
        (num_nonnulls(invitation_id, partnership_id, admin_grant_id, relationship_id, agreement_acceptance_id,
                      service_request_id) = 1),
    drop constraint emails_once,
    add constraint emails_once unique nulls not distinct
        (invitation_id, partnership_id, admin_grant_id, relationship_id, agreement_acceptance_id, service_request_id, kind,
         link_version, days_left, ends_at, recipient_id, recipient_email);
comment on column emails.service_request_id is 'The service request it is about. Null: it is about something else.';
