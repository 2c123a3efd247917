create table partnerships (
    id uuid primary key,
    provider_id uuid not null references organizations,
    reseller_id uuid not null references organizations,
    status text not null constraint partnerships_status_known check (status in ('active', 'ended')),
    since timestamptz not null,
    ended_at timestamptz,
    ended_by text constraint partnerships_side_known check (ended_by in ('indirect_provider', 'indirect_reseller')),
    administration_kept boolean,
    invitation_id uuid references invitations,
    provider_sort_name text not null collate "C",
    reseller_sort_name text not null collate "C",
    constraint partnerships_two_sides check (provider_id <> reseller_id),
    constraint partnerships_ended_says_when check (
        case status
            when 'ended' then num_nulls(ended_at, ended_by, administration_kept) = 0
            else num_nonnulls(ended_at, ended_by, administration_kept) = 0
        end)
);
create unique index partnerships_one_active on partnerships (provider_id, reseller_id) where status = 'active';
create index partnerships_resellers_by_name on partnerships (provider_id, status, reseller_sort_name, id);
create index partnerships_providers_by_name on partnerships (reseller_id, status, provider_sort_name, id);
comment on table partnerships is 'One indirect provider and one indirect reseller who agreed. An ended one stays for history.';
comment on column partnerships.id is 'UUIDv7, shown as psh_.';
comment on column partnerships.provider_id is 'Who transacts for the reseller.';
comment on column partnerships.reseller_id is 'Who sells through the provider.';
comment on column partnerships.status is 'One active partnership a pair at most.';
comment on column partnerships.since is 'When both had agreed.';
comment on column partnerships.ended_at is 'Set exactly when ended.';
comment on column partnerships.ended_by is 'Which side ended it.';
comment on column partnerships.administration_kept is 'Whether the provider''s grants on the reseller outlive it; set exactly when ended.';
comment on column partnerships.invitation_id is 'What it came from. Null: it was agreed elsewhere and loaded.';
comment on column partnerships.provider_sort_name is 'The provider''s case-folded name, kept here since a page sorted over a join cannot use an index.';
comment on column partnerships.reseller_sort_name is 'The reseller''s case-folded name, kept here for the same reason.';

create table shared_customers (
    partnership_id uuid not null references partnerships,
    provider_relationship_id uuid not null references relationships,
    reseller_relationship_id uuid not null references relationships,
    customer_sort_name text not null collate "C",
    provider_since timestamptz not null,
    reseller_since timestamptz not null,
    shared_at timestamptz not null,
    ended_at timestamptz,
    primary key (partnership_id, provider_relationship_id, reseller_relationship_id)
);
create index shared_customers_of_provider on shared_customers (partnership_id, customer_sort_name, provider_relationship_id) where ended_at is null;
create index shared_customers_of_reseller on shared_customers (partnership_id, customer_sort_name, reseller_relationship_id) where ended_at is null;
create index shared_customers_of_provider_by_since on shared_customers (partnership_id, provider_since desc, provider_relationship_id desc) where ended_at is null;
create index shared_customers_of_reseller_by_since on shared_customers (partnership_id, reseller_since desc, reseller_relationship_id desc) where ended_at is null;
create index shared_customers_by_provider_relationship on shared_customers (provider_relationship_id, shared_at desc) where ended_at is null;
create index shared_customers_by_reseller_relationship on shared_customers (reseller_relationship_id, shared_at desc) where ended_at is null;
comment on table shared_customers is 'Customers that agreed to both partners of a partnership at once: each relationship points at the other partner by it.';
comment on column shared_customers.partnership_id is 'Whose customers are shared; a later partnership of the same two begins with none.';
comment on column shared_customers.provider_relationship_id is 'The customer''s relationship with the provider.';
comment on column shared_customers.reseller_relationship_id is 'The customer''s relationship with the reseller.';
comment on column shared_customers.customer_sort_name is 'The customer''s case-folded name, kept here since a page sorted over a join cannot use an index.';
comment on column shared_customers.provider_since is 'Since when the provider''s relationship stands, kept here for the same reason.';
comment on column shared_customers.reseller_since is 'Since when the reseller''s relationship stands, kept here for the same reason.';
comment on column shared_customers.shared_at is 'When the customer agreed; of several, a relationship shows the latest.';
comment on column shared_customers.ended_at is 'When the partnership ended. Null: it is shared.';

alter table invitations
    drop constraint invitations_kind_known,
    add constraint invitations_kind_known check (kind in ('reseller_relationship', 'indirect_provider_partnership')),
    add column indirect_provider_id uuid references organizations,
    add column provider_admin_scope text constraint invitations_provider_admin_scope_known check (provider_admin_scope in ('full', 'granular')),
    add column provider_admin_roles text[] not null default '{}',
    add column provider_admin_duration text,
    add column provider_admin_auto_extend boolean not null default false,
    add constraint invitations_joint_names_two check (indirect_provider_id <> inviter_id),
    add constraint invitations_only_relationship_is_joint check (indirect_provider_id is null or kind = 'reseller_relationship'),
    add constraint invitations_only_joint_has_provider_admin check (provider_admin_scope is null or indirect_provider_id is not null),
    add constraint invitations_partnership_asks_full check (kind <> 'indirect_provider_partnership' or admin_scope is not distinct from 'full'),
    add constraint invitations_provider_granular_is_complete check (
        case provider_admin_scope
            when 'granular' then cardinality(provider_admin_roles) > 0 and provider_admin_duration is not null
            else cardinality(provider_admin_roles) = 0 and provider_admin_duration is null and not provider_admin_auto_extend
        end);
drop index invitations_one_open;
create unique index invitations_one_open on invitations (inviter_id, kind, indirect_provider_id, lower(recipient_email))
    nulls not distinct where status = 'pending';
comment on table invitations is 'The request for a relationship or a partnership, by mail, with a personal link; the state machine is drawn in domain::invitation.';
comment on column invitations.indirect_provider_id is 'The indirect provider who asks together with the reseller: one acceptance makes both relationships. Null: the inviter asks alone.';
comment on column invitations.provider_admin_scope is 'Delegated administration asked for the indirect provider. Null: none.';
comment on column invitations.provider_admin_roles is 'Directory roles asked for it; only for granular.';
comment on column invitations.provider_admin_duration is 'ISO 8601, how long; only for granular.';
comment on column invitations.provider_admin_auto_extend is 'Whether its grant extends itself; only for granular.';

alter table invitation_outcomes
    add column partnership_id uuid references partnerships,
    drop constraint invitation_outcomes_one_thing,
    add constraint invitation_outcomes_one_thing check (num_nonnulls(relationship_id, admin_grant_id, partnership_id) = 1),
    drop constraint invitation_outcomes_once,
    add constraint invitation_outcomes_once unique nulls not distinct (invitation_id, relationship_id, admin_grant_id, partnership_id);
comment on column invitation_outcomes.relationship_id is 'The relationship, or null where the row names something else.';
comment on column invitation_outcomes.admin_grant_id is 'The admin grant, or null where the row names something else.';
comment on column invitation_outcomes.partnership_id is 'The partnership, or null where the row names something else.';

alter table emails
    drop constraint emails_kind_known,
    add constraint emails_kind_known check (kind in
        ('invitation', 'reminder', 'invitation_accepted', 'invitation_declined', 'invitation_expired', 'invitation_renewal',
         'partnership_ended')),
    alter column invitation_id drop not null,
    alter column link_version drop not null,
    add column partnership_id uuid references partnerships,
    add column recipient_id uuid references users,
    add constraint emails_about_one_thing check (num_nonnulls(invitation_id, partnership_id) = 1),
    add constraint emails_of_invitations_have_a_link check ((invitation_id is null) = (link_version is null)),
    add constraint emails_have_a_recipient check (invitation_id is not null or recipient_id is not null),
    drop constraint emails_once,
    add constraint emails_once unique nulls not distinct (invitation_id, partnership_id, kind, link_version, days_left, recipient_id);
comment on column emails.invitation_id is 'The invitation it is about; its words are read when it is sent. Null: it is about something else.';
comment on column emails.link_version is 'The link it carries; an older one than the invitation''s is no longer wanted. Null: it is about no invitation.';
comment on column emails.partnership_id is 'The partnership it is about. Null: it is about something else.';
comment on column emails.recipient_id is 'Whom it goes to. Null: the invitation says, its recipient or who drafted it.';
