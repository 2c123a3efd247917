alter table emails
    drop constraint emails_kind_known,
    add constraint emails_kind_known check (kind in
        ('invitation', 'reminder', 'invitation_accepted', 'invitation_declined', 'invitation_expired', 'invitation_renewal',
         'partnership_ended', 'admin_grant_expiring', 'admin_grant_ended', 'admin_grant_extended',
         'admin_grant_auto_extend_changed', 'relationship_removed', 'customer_welcome', 'agreement_attested',
         'service_request_opened')),
    drop constraint emails_expiring_says_end,
    add constraint emails_tells_of_a_time check
        ((kind in ('admin_grant_expiring', 'admin_grant_extended', 'admin_grant_auto_extend_changed')) = (ends_at is not null));
comment on column emails.days_left is 'For a reminder 7 or 1, for a notice of a grant''s end 30, 7 or 1, so that each goes out once; a notice that is late says how many days are left in truth.';
comment on column emails.ends_at is 'The end that a notice or an extension tells of: one that was since put off is no longer wanted. Of a change of auto-extension when it was made, so that each is told. Null: none of these.';

-- What is past its end and not yet written down is looked up by whose it is, whatever others left behind.
create index admin_grants_due_by_partner on admin_grants (partner_id, ends_at) where status = 'active' and ends_at is not null;
create index admin_grants_due_by_customer on admin_grants (customer_id, ends_at) where status = 'active' and ends_at is not null;
