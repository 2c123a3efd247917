create table business_profiles (
    id uuid primary key,
    organization_id uuid not null references organizations constraint business_profiles_one_per_organization unique,
    headline text not null constraint business_profiles_headline_length check (char_length(headline) between 1 and 150),
    description text not null constraint business_profiles_description_length check (char_length(description) between 1 and 5000),
    website text constraint business_profiles_website_shape check (website ~ '^https?://.' and char_length(website) <= 2000),
    countries text[] not null constraint business_profiles_countries_shape check (countries::text ~ '^{[A-Z]{2}(,[A-Z]{2})*}$'),
    languages text[] not null
        constraint business_profiles_languages_shape check (
            languages::text ~ '^{[A-Za-z0-9-]{1,35}(,[A-Za-z0-9-]{1,35}){0,49}}$' and array_position(languages, null) is null),
    services text[] not null
        constraint business_profiles_services_count check (cardinality(services) <= 20 and array_position(services, null) is null),
    sort_name text not null collate "C",
    name_words text not null,
    headline_words text not null,
    service_words text not null,
    description_words text not null,
    language_ranges text[] not null,
    title_words text not null generated always as (name_words || headline_words || service_words) stored,
    all_words text not null generated always as (name_words || headline_words || service_words || description_words) stored
);
create index business_profiles_by_name on business_profiles (sort_name, id);
create index business_profiles_search on business_profiles
    using gin (all_words gin_trgm_ops, title_words gin_trgm_ops, countries, language_ranges);
comment on table business_profiles is 'How a partner presents itself. Those of authorized indirect providers are listed in the directory.';
comment on column business_profiles.id is 'UUIDv7, shown as bpr_.';
comment on column business_profiles.organization_id is 'Whose it is; one each.';
comment on column business_profiles.headline is 'What it is, in one line.';
comment on column business_profiles.description is 'What it does for whom, in plain text.';
comment on column business_profiles.website is 'Where to read more: http or https. Null: nowhere.';
comment on column business_profiles.countries is 'Where it does business, ISO 3166-1 alpha-2, each once, in the partner''s order.';
comment on column business_profiles.languages is 'Which languages it speaks, BCP 47 in the usual case, each once, in the partner''s order.';
comment on column business_profiles.services is 'What it offers, each once, in the partner''s order. Empty: nothing named.';
comment on column business_profiles.sort_name is 'The organization''s case-folded name, kept here since a page sorted over a join cannot use an index.';
comment on column business_profiles.name_words is 'The words of the organization''s name, case-folded, a space before and behind each. Searches compare words, and so does the rank.';
comment on column business_profiles.headline_words is 'The words of the headline, written likewise.';
comment on column business_profiles.service_words is 'The words of the services, written likewise.';
comment on column business_profiles.description_words is 'The words of the description, written likewise.';
comment on column business_profiles.language_ranges is 'Every prefix of its languages in lower case, so that en finds en-GB by the index (RFC 4647 section 3.3.1).';
comment on column business_profiles.title_words is 'Where misspelt words are found. The description is left out: comparing a long text is slow, and finds what nobody meant.';
comment on column business_profiles.all_words is 'Where words are found by their beginning.';
