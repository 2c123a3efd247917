alter table organizations
    alter column issuer drop not null,
    alter column tenant drop not null,
    add column administrator_email text,
    add column claimed_at timestamptz,
    add constraint organizations_unclaimed_has_no_tenant check
        ((issuer is null) = (tenant is null) and (administrator_email is null) = (tenant is not null)),
    add constraint organizations_only_claimed_says_when check (claimed_at is null or tenant is not null);
create index organizations_unclaimed_by_administrator on organizations (lower(administrator_email)) where administrator_email is not null;
comment on table organizations is 'A company, with a directory tenant unless a partner added it and nobody has claimed it. Any of them can be a customer; an enrollment makes it a partner too.';
comment on column organizations.issuer is 'The OpenID Connect issuer whose tenant this is. Null exactly while unclaimed.';
comment on column organizations.tenant is 'The issuer''s name for the tenant: the token''s tid claim. Null exactly while unclaimed.';
comment on column organizations.name is 'As the tenant calls itself, or as the partner who added it does; shown to whoever it deals with.';
comment on column organizations.country is 'The tenant''s country, ISO 3166-1 alpha-2, or as the partner who added it says; claiming changes it not. It decides the region, not an office''s.';
comment on column organizations.administrator_email is 'The first administrator, as the partner who added it named it: who signs in with this address, verified, claims it. Set exactly while unclaimed.';
comment on column organizations.claimed_at is 'When the administrator named took it over. Null: nobody has, or no partner added it.';

alter table organization_domains
    add column is_unclaimed boolean not null default false,
    add constraint organization_domains_unclaimed_is_unverified check (not is_unclaimed or verified_at is null);
create unique index organization_domains_one_unclaimed on organization_domains (domain) where is_unclaimed;
comment on column organization_domains.is_unclaimed is 'Named by the partner who added the organization, which nobody has claimed. Of those there is one a domain at most; who shows that it owns the domain is in nobody''s way.';

create table loaded_customers (
    partner_id uuid not null references organizations,
    domain text not null constraint loaded_customers_lower_case check (domain = lower(domain)),
    loaded_at timestamptz not null,
    imported_at timestamptz,
    primary key (partner_id, domain)
);
comment on table loaded_customers is 'Customers that the operator knows to be a partner''s: the partner may import each once without asking it.';
comment on column loaded_customers.partner_id is 'Whose customer.';
comment on column loaded_customers.domain is 'A domain of the customer, which counts once the customer has shown that it owns it. Lower case, ASCII.';
comment on column loaded_customers.loaded_at is 'When the operator first loaded it.';
comment on column loaded_customers.imported_at is 'When the partner imported it. Null: it may yet.';
