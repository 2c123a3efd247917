delete from emails where num_nonnulls(relationship_id, agreement_acceptance_id) > 0;
alter table emails
    drop constraint emails_once,
    drop constraint emails_only_address_is_named,
    drop constraint emails_address_has_a_language,
    drop constraint emails_have_a_recipient,
    drop constraint emails_about_one_thing,
    drop column recipient_locale,
    drop column recipient_name,
    drop column recipient_email,
    drop column agreement_acceptance_id,
    drop column relationship_id,
    add constraint emails_about_one_thing check (num_nonnulls(invitation_id, partnership_id, admin_grant_id) = 1),
    add constraint emails_have_a_recipient check (invitation_id is not null or recipient_id is not null),
    add constraint emails_once unique nulls not distinct
        (invitation_id, partnership_id, admin_grant_id, kind, link_version, days_left, ends_at, recipient_id),
    drop constraint emails_kind_known,
    add constraint emails_kind_known check (kind in
        ('invitation', 'reminder', 'invitation_accepted', 'invitation_declined', 'invitation_expired', 'invitation_renewal',
         'partnership_ended', 'admin_grant_expiring', 'admin_grant_ended'));
