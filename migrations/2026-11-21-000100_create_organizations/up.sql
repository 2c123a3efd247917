do $$ begin
    if lower('Ü') <> 'ü' then
        raise exception 'addresses and names are compared in any case: create the database with a UTF-8 locale, such as C.UTF-8 or en_US.UTF-8';
    end if;
end $$;

create table organizations (
    id uuid primary key,
    issuer text not null,
    tenant text not null,
    name text not null constraint organizations_name_length check (char_length(name) between 1 and 200),
    country text not null constraint organizations_country_shape check (country ~ '^[A-Z]{2}$'),
    cloud text not null constraint organizations_cloud_known check (cloud in ('public', 'us_government', 'germany')),
    locale text not null default 'en',
    created_at timestamptz not null,
    constraint organizations_one_per_tenant unique (issuer, tenant)
);
comment on table organizations is 'A company with a directory tenant. Any of them can be a customer; an enrollment makes it a partner too.';
comment on column organizations.id is 'UUIDv7; shown as org_, ptn_ (as a partner) and acc_ (as a customer).';
comment on column organizations.issuer is 'The OpenID Connect issuer whose tenant this is.';
comment on column organizations.tenant is 'The issuer''s name for the tenant: the token''s tid claim.';
comment on column organizations.name is 'As the tenant calls itself; shown to whoever it deals with.';
comment on column organizations.country is 'The tenant''s country, ISO 3166-1 alpha-2. It decides the region, not an office''s.';
comment on column organizations.cloud is 'The cloud its tenant lives in; partners deal within one cloud only.';
comment on column organizations.locale is 'BCP 47; the language of mails to it where nobody says otherwise.';
comment on column organizations.created_at is 'When Accord first knew of it.';

create table organization_domains (
    organization_id uuid not null references organizations,
    domain text not null constraint organization_domains_lower_case check (domain = lower(domain)),
    is_primary boolean not null default false,
    verified_at timestamptz,
    primary key (organization_id, domain),
    constraint organization_domains_primary_is_verified check (not is_primary or verified_at is not null)
);
create unique index organization_domains_one_owner on organization_domains (domain) where verified_at is not null;
create unique index organization_domains_one_primary on organization_domains (organization_id) where is_primary;
comment on table organization_domains is 'The DNS domains of an organization.';
comment on column organization_domains.organization_id is 'Whose domain it is.';
comment on column organization_domains.domain is 'Lower case, without a trailing dot.';
comment on column organization_domains.is_primary is 'The one shown first.';
comment on column organization_domains.verified_at is 'When ownership was shown; a domain is verified for one organization at most. Null: only claimed.';

create table enrollments (
    id uuid primary key,
    organization_id uuid not null references organizations constraint enrollments_one_per_organization unique,
    kind text not null constraint enrollments_kind_known check (kind in ('direct_partner', 'indirect_provider', 'indirect_reseller')),
    status text not null constraint enrollments_status_known check (status in ('authorized', 'suspended')),
    program_id text,
    authorized_at timestamptz not null
);
comment on table enrollments is 'What makes an organization a partner: one kind, authorized or suspended.';
comment on column enrollments.id is 'UUIDv7.';
comment on column enrollments.organization_id is 'The partner; one enrollment each.';
comment on column enrollments.kind is 'How it sells: itself, as a distributor, or through one.';
comment on column enrollments.status is 'Only an authorized partner acts as one; a suspended one keeps its lists.';
comment on column enrollments.program_id is 'The partner program''s own id (MPN id).';
comment on column enrollments.authorized_at is 'When it first became a partner.';

create table users (
    id uuid primary key,
    organization_id uuid not null references organizations,
    issuer text not null,
    subject text not null,
    name text not null,
    email text not null,
    email_verified_at timestamptz,
    locale text not null default 'en',
    roles text[] not null default '{}' constraint users_roles_known
        check (roles <@ array['global_admin', 'admin_agent', 'sales_agent', 'helpdesk_agent']),
    status text not null default 'active' constraint users_status_known check (status in ('active', 'deactivated', 'deleted')),
    deleted_at timestamptz,
    created_at timestamptz not null,
    constraint users_one_per_subject unique (issuer, subject),
    constraint users_deleted_says_when check ((status = 'deleted') = (deleted_at is not null))
);
create index users_by_organization on users (organization_id, id);
create index users_by_verified_email on users (lower(email)) where email_verified_at is not null and status = 'active';
comment on table users is 'A person of an organization: (issuer, subject) in the directory.';
comment on column users.id is 'UUIDv7, shown as usr_.';
comment on column users.organization_id is 'Whose person it is.';
comment on column users.issuer is 'The OpenID Connect issuer that signs the person in.';
comment on column users.subject is 'The token''s sub claim.';
comment on column users.name is 'For display.';
comment on column users.email is 'As the directory last said; counts only when verified.';
comment on column users.email_verified_at is 'When a token first said email_verified for this address. Null: it proves nothing.';
comment on column users.locale is 'BCP 47, for mails to this person.';
comment on column users.roles is 'What the person may do; none means look only.';
comment on column users.status is 'Only active people sign in.';
comment on column users.deleted_at is 'Set exactly while deleted; restorable for 30 days from then.';
comment on column users.created_at is 'When Accord first knew the person.';

create table operators (
    id uuid primary key,
    issuer text not null,
    subject text not null,
    name text not null,
    email text not null,
    created_at timestamptz not null,
    constraint operators_one_per_subject unique (issuer, subject)
);
comment on table operators is 'The platform''s own staff, who belong to no organization.';
comment on column operators.id is 'UUIDv7.';
comment on column operators.issuer is 'The OpenID Connect issuer that signs the person in.';
comment on column operators.subject is 'The token''s sub claim.';
comment on column operators.name is 'For display.';
comment on column operators.email is 'For display.';
comment on column operators.created_at is 'Since when.';
