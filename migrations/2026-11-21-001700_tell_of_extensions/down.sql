drop index admin_grants_due_by_customer, admin_grants_due_by_partner;
delete from emails where kind in ('admin_grant_extended', 'admin_grant_auto_extend_changed');
alter table emails
    drop constraint emails_tells_of_a_time,
    add constraint emails_expiring_says_end check ((kind = 'admin_grant_expiring') = (ends_at is not null)),
    drop constraint emails_kind_known,
    add constraint emails_kind_known check (kind in
        ('invitation', 'reminder', 'invitation_accepted', 'invitation_declined', 'invitation_expired', 'invitation_renewal',
         'partnership_ended', 'admin_grant_expiring', 'admin_grant_ended', 'relationship_removed', 'customer_welcome',
         'agreement_attested', 'service_request_opened'));
comment on column emails.days_left is 'For a reminder 7 or 1, for a notice of a grant''s end 30, 7 or 1, so that each goes out once.';
comment on column emails.ends_at is 'The end that a notice tells of: one that was since put off is no longer wanted. Null: it is no such notice.';
