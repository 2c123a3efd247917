create table agreements (
    id uuid primary key,
    kind text not null constraint agreements_kind_known check (kind in ('customer', 'partner')),
    country text constraint agreements_country_shape check (country ~ '^[A-Z]{2}$'),
    version text not null,
    locale text not null,
    title text not null,
    url text not null,
    in_force_at timestamptz not null,
    constraint agreements_one_text unique nulls not distinct (kind, country, version, locale)
);
create index agreements_in_force on agreements (kind, country, in_force_at);
comment on table agreements is 'Versions of the agreements that customers and partners accept, a row a language.';
comment on column agreements.id is 'UUIDv7, shown as agr_.';
comment on column agreements.kind is 'Who accepts it.';
comment on column agreements.country is 'For whom, ISO 3166-1 alpha-2. Null: every country without one of its own.';
comment on column agreements.version is 'The publisher''s name for the version; its languages share it.';
comment on column agreements.locale is 'BCP 47, the language of this text.';
comment on column agreements.title is 'For display, in that language.';
comment on column agreements.url is 'Where the text can be read.';
comment on column agreements.in_force_at is 'From when it is the one to accept; the latest past one is in force.';

create table agreement_acceptances (
    id uuid primary key,
    organization_id uuid not null references organizations,
    agreement_id uuid not null references agreements,
    accepted_at timestamptz not null,
    accepted_by uuid references users,
    signer_first_name text not null,
    signer_last_name text not null,
    signer_email text not null,
    signer_phone text,
    attested_by uuid references organizations,
    constraint agreement_acceptances_once unique (organization_id, agreement_id)
);
comment on table agreement_acceptances is 'Who accepted which version, when, and who signed. Never changed: a new version is a new row.';
comment on column agreement_acceptances.id is 'UUIDv7.';
comment on column agreement_acceptances.organization_id is 'Who is bound.';
comment on column agreement_acceptances.agreement_id is 'The version, in the language that was shown.';
comment on column agreement_acceptances.accepted_at is 'When.';
comment on column agreement_acceptances.accepted_by is 'The user who was signed in. Null: attested by a partner.';
comment on column agreement_acceptances.signer_first_name is 'Who signed for the organization.';
comment on column agreement_acceptances.signer_last_name is 'Who signed for the organization.';
comment on column agreement_acceptances.signer_email is 'Who signed for the organization.';
comment on column agreement_acceptances.signer_phone is 'Who signed for the organization.';
comment on column agreement_acceptances.attested_by is 'The partner who attested it on the organization''s behalf. Null: accepted by itself.';
