delete from emails where admin_grant_id is not null;
alter table emails
    drop constraint emails_once,
    drop constraint emails_expiring_says_end,
    drop constraint emails_reminder_says_days,
    add constraint emails_reminder_says_days check ((kind = 'reminder') = (days_left is not null)),
    drop constraint emails_about_one_thing,
    add constraint emails_about_one_thing check (num_nonnulls(invitation_id, partnership_id) = 1),
    drop column ends_at,
    drop column admin_grant_id,
    add constraint emails_once unique nulls not distinct (invitation_id, partnership_id, kind, link_version, days_left, recipient_id),
    drop constraint emails_kind_known,
    add constraint emails_kind_known check (kind in
        ('invitation', 'reminder', 'invitation_accepted', 'invitation_declined', 'invitation_expired', 'invitation_renewal',
         'partnership_ended'));

drop index admin_grants_by_customer_end, admin_grants_by_customer_status, admin_grants_by_partner_end,
    admin_grants_by_partner_status, admin_grants_by_partner, admin_grants_notice_due, admin_grants_due;
alter table admin_grants
    drop constraint admin_grants_global_admin_ends,
    drop column notice_at;
