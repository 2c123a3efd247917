delete from emails where service_request_id is not null;
alter table emails
    drop constraint emails_once,
    drop constraint emails_about_one_thing,
    drop column service_request_id,
    add constraint emails_about_one_thing check
        (num_nonnulls(invitation_id, partnership_id, admin_grant_id, relationship_id, agreement_acceptance_id) = 1),
    add constraint emails_once unique nulls not distinct
        (invitation_id, partnership_id, admin_grant_id, relationship_id, agreement_acceptance_id, kind, link_version, days_left,
         ends_at, recipient_id, recipient_email),
    drop constraint emails_kind_known,
    add constraint emails_kind_known check (kind in
        ('invitation', 'reminder', 'invitation_accepted', 'invitation_declined', 'invitation_expired', 'invitation_renewal',
         'partnership_ended', 'admin_grant_expiring', 'admin_grant_ended', 'relationship_removed', 'customer_welcome',
         'agreement_attested'));
drop table service_requests, support_profiles;
alter table relationships
    drop constraint relationships_only_removed_keeps,
    drop column support_contact_id,
    drop column administration_kept;
comment on column shared_customers.ended_at is 'When the partnership ended. Null: it is shared.';
comment on column relationships.removed_by is 'Which side ended it.';
