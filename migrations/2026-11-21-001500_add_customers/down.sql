drop table loaded_customers;
update organizations set issuer = 'urn:accord:unclaimed', tenant = id::text, administrator_email = null where tenant is null;
alter table organization_domains
    drop constraint organization_domains_unclaimed_is_unverified,
    drop column is_unclaimed;
drop index organizations_unclaimed_by_administrator;
alter table organizations
    drop constraint organizations_only_claimed_says_when,
    drop constraint organizations_unclaimed_has_no_tenant,
    drop column claimed_at,
    drop column administrator_email,
    alter column tenant set not null,
    alter column issuer set not null;
comment on table organizations is 'A company with a directory tenant. Any of them can be a customer; an enrollment makes it a partner too.';
comment on column organizations.issuer is 'The OpenID Connect issuer whose tenant this is.';
comment on column organizations.tenant is 'The issuer''s name for the tenant: the token''s tid claim.';
comment on column organizations.name is 'As the tenant calls itself; shown to whoever it deals with.';
comment on column organizations.country is 'The tenant''s country, ISO 3166-1 alpha-2. It decides the region, not an office''s.';
