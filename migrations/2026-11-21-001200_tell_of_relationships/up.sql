alter table emails
    drop constraint emails_kind_known,
    add constraint emails_kind_known check (kind in
        ('invitation', 'reminder', 'invitation_accepted', 'invitation_declined', 'invitation_expired', 'invitation_renewal',
         'partnership_ended', 'admin_grant_expiring', 'admin_grant_ended', 'relationship_removed', 'customer_welcome',
         'agreement_attested')),
    add column relationship_id uuid references relationships,
    add column agreement_acceptance_id uuid references agreement_acceptances,
    add column recipient_email text,
    add column recipient_name text,
    add column recipient_locale text,
    drop constraint emails_about_one_thing,
    add constraint emails_about_one_thing check
        (num_nonnulls(invitation_id, partnership_id, admin_grant_id, relationship_id, agreement_acceptance_id) = 1),
    drop constraint emails_have_a_recipient,
    add constraint emails_have_a_recipient check
        (num_nonnulls(recipient_id, recipient_email) = case when invitation_id is null then 1 else 0 end),
    add constraint emails_address_has_a_language check ((recipient_email is null) = (recipient_locale is null)),
    add constraint emails_only_address_is_named check (recipient_name is null or recipient_email is not null),
    drop constraint emails_once,
    add constraint emails_once unique nulls not distinct
        (invitation_id, partnership_id, admin_grant_id, relationship_id, agreement_acceptance_id, kind, link_version, days_left,
         ends_at, recipient_id, recipient_email);
comment on column emails.relationship_id is 'The relationship it is about. Null: it is about something else.';
comment on column emails.agreement_acceptance_id is 'The acceptance of an agreement it is about. Null: it is about something else.';
comment on column emails.recipient_id is 'Whom it goes to. Null: the invitation says, its recipient or who drafted it, or recipient_email does.';
comment on column emails.recipient_email is 'The address of somebody who is no user yet. Null: a user, or the invitation says.';
comment on column emails.recipient_name is 'Whom it greets there. Null: nobody by name.';
comment on column emails.recipient_locale is 'BCP 47, their language; set exactly with the address.';
