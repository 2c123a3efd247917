-- What a partner attested and what the customer itself accepted later stand beside each other.
alter table agreement_acceptances
    drop constraint agreement_acceptances_once,
    add constraint agreement_acceptances_once unique nulls not distinct (organization_id, agreement_id, attested_by),
    add constraint agreement_acceptances_accepted_or_attested check (num_nonnulls(accepted_by, attested_by) <= 1);
comment on column agreement_acceptances.accepted_at is 'When; of an attestation, as the partner says.';
