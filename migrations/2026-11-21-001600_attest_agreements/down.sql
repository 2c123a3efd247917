-- Of the same version one may stand: the customer's own word counts more, and of two partners' the earlier row's.
delete from emails where agreement_acceptance_id is not null;
delete from agreement_acceptances attested using agreement_acceptances other
where attested.organization_id = other.organization_id and attested.agreement_id = other.agreement_id
    and attested.attested_by is not null
    and (other.attested_by is null or other.id < attested.id);
alter table agreement_acceptances
    drop constraint agreement_acceptances_accepted_or_attested,
    drop constraint agreement_acceptances_once,
    add constraint agreement_acceptances_once unique (organization_id, agreement_id);
comment on column agreement_acceptances.accepted_at is 'When.';
