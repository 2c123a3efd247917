create extension if not exists pg_trgm;
create extension if not exists btree_gin;

create table relationships (
    id uuid primary key,
    partner_id uuid not null references organizations,
    customer_id uuid not null references organizations,
    status text not null constraint relationships_status_known check (status in ('active', 'removed')),
    since timestamptz not null,
    removed_at timestamptz,
    removed_by text constraint relationships_side_known check (removed_by in ('partner', 'customer')),
    invitation_id uuid references invitations,
    partner_sort_name text not null collate "C",
    customer_sort_name text not null collate "C",
    customer_country text not null,
    partner_search text not null,
    customer_search text not null,
    constraint relationships_two_sides check (partner_id <> customer_id),
    constraint relationships_removed_says_when check
        (case status when 'removed' then removed_at is not null and removed_by is not null else removed_at is null and removed_by is null end)
);
create unique index relationships_one_active on relationships (partner_id, customer_id) where status = 'active';
create index relationships_customers_by_name on relationships (partner_id, status, customer_sort_name, id);
create index relationships_customers_by_country on relationships (partner_id, status, customer_country, customer_sort_name, id);
create index relationships_customers_by_since on relationships (partner_id, status, since desc, id desc);
create index relationships_partners_by_name on relationships (customer_id, status, partner_sort_name, id);
create index relationships_customers_search on relationships using gin (partner_id, customer_search gin_trgm_ops);
create index invitations_search on invitations using gin (inviter_id, search_text gin_trgm_ops);
comment on table relationships is 'One partner and one customer who agreed. A removed one stays for history.';
comment on column relationships.id is 'UUIDv7, shown as rel_.';
comment on column relationships.partner_id is 'Who works on the customer''s behalf.';
comment on column relationships.customer_id is 'On whose behalf.';
comment on column relationships.status is 'One active relationship a pair at most.';
comment on column relationships.since is 'When both had agreed.';
comment on column relationships.removed_at is 'Set exactly while removed.';
comment on column relationships.removed_by is 'Which side ended it.';
comment on column relationships.invitation_id is 'What it came from. Null: the partner added the customer.';
comment on column relationships.partner_sort_name is 'The partner''s case-folded name, kept here since a page sorted over a join cannot use an index.';
comment on column relationships.customer_sort_name is 'The customer''s case-folded name, kept here for the same reason.';
comment on column relationships.customer_country is 'The customer''s country, kept here so that a filtered page stays one index range.';
comment on column relationships.partner_search is 'What the customer''s search looks in: the partner''s name and domains, a space before each.';
comment on column relationships.customer_search is 'What the partner''s search looks in: the customer''s name, domains and the address invited, a space before each.';

create table admin_grants (
    id uuid primary key,
    partner_id uuid not null references organizations,
    customer_id uuid not null references organizations,
    invitation_id uuid references invitations,
    scope text not null constraint admin_grants_scope_known check (scope in ('full', 'granular')),
    roles text[] not null,
    status text not null constraint admin_grants_status_known check (status in ('active', 'expired', 'revoked', 'ended')),
    granted_at timestamptz not null,
    ends_at timestamptz,
    auto_extend boolean not null default false,
    ended_at timestamptz,
    constraint admin_grants_two_sides check (partner_id <> customer_id),
    constraint admin_grants_ended_says_when check ((status = 'active') = (ended_at is null)),
    constraint admin_grants_scope_is_complete check (
        case scope
            when 'full' then cardinality(roles) = 0 and ends_at is null and not auto_extend
            else cardinality(roles) > 0 and ends_at is not null
        end)
);
create unique index admin_grants_one_full on admin_grants (partner_id, customer_id) where status = 'active' and scope = 'full';
create index admin_grants_by_pair on admin_grants (partner_id, customer_id, id);
create index admin_grants_by_customer on admin_grants (customer_id, id);
comment on table admin_grants is 'What a partner may administer in a customer''s tenant, and until when.';
comment on column admin_grants.id is 'UUIDv7, shown as grt_.';
comment on column admin_grants.partner_id is 'Who may administer.';
comment on column admin_grants.customer_id is 'In whose tenant.';
comment on column admin_grants.invitation_id is 'What asked for it.';
comment on column admin_grants.scope is 'full: classic delegated administration privileges; granular: the roles named.';
comment on column admin_grants.roles is 'Directory roles; only for granular.';
comment on column admin_grants.status is 'As last written. An active one past its end reads expired.';
comment on column admin_grants.granted_at is 'When the customer agreed.';
comment on column admin_grants.ends_at is 'Null: until revoked (full).';
comment on column admin_grants.auto_extend is 'Whether it extends itself at its end.';
comment on column admin_grants.ended_at is 'Set exactly when no longer active.';

create table invitation_outcomes (
    id uuid primary key,
    invitation_id uuid not null references invitations,
    relationship_id uuid references relationships,
    admin_grant_id uuid references admin_grants,
    constraint invitation_outcomes_one_thing check (num_nonnulls(relationship_id, admin_grant_id) = 1),
    constraint invitation_outcomes_once unique nulls not distinct (invitation_id, relationship_id, admin_grant_id)
);
comment on table invitation_outcomes is 'What an accepted invitation led to, made by it or standing already.';
comment on column invitation_outcomes.id is 'UUIDv7; their order is the order of outcomes.';
comment on column invitation_outcomes.invitation_id is 'The accepted invitation.';
comment on column invitation_outcomes.relationship_id is 'The relationship, or null where the row names a grant.';
comment on column invitation_outcomes.admin_grant_id is 'The admin grant, or null where the row names a relationship.';
