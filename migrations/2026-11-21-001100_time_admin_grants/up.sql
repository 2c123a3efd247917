alter table admin_grants
    add column notice_at timestamptz,
    add constraint admin_grants_global_admin_ends check (not (auto_extend and 'global_administrator' = any (roles)));
comment on column admin_grants.status is 'As last written. An active one past its end reads expired, or extended where it extends itself.';
comment on column admin_grants.ends_at is 'As last written; one that extends itself reads extended past it. Null: until revoked (full).';
comment on column admin_grants.notice_at is 'When both sides are next to be told that it ends: 30, 7 or 1 days before. Null: nothing more to tell.';
update admin_grants set notice_at =
    (select min(at) from unnest(array[ends_at - interval '720 hours', ends_at - interval '168 hours', ends_at - interval '24 hours']) at
     where at > now())
    where status = 'active' and ends_at is not null;

create index admin_grants_due on admin_grants (ends_at) where status = 'active' and ends_at is not null;
create index admin_grants_notice_due on admin_grants (notice_at) where status = 'active' and notice_at is not null;
create index admin_grants_by_partner on admin_grants (partner_id, id);
create index admin_grants_by_partner_status on admin_grants (partner_id, status, id);
create index admin_grants_by_partner_end on admin_grants (partner_id, ends_at);
create index admin_grants_by_customer_status on admin_grants (customer_id, status, id);
create index admin_grants_by_customer_end on admin_grants (customer_id, ends_at);

alter table emails
    drop constraint emails_kind_known,
    add constraint emails_kind_known check (kind in
        ('invitation', 'reminder', 'invitation_accepted', 'invitation_declined', 'invitation_expired', 'invitation_renewal',
         'partnership_ended', 'admin_grant_expiring', 'admin_grant_ended')),
    add column admin_grant_id uuid references admin_grants,
    add column ends_at timestamptz,
    drop constraint emails_about_one_thing,
    add constraint emails_about_one_thing check (num_nonnulls(invitation_id, partnership_id, admin_grant_id) = 1),
    drop constraint emails_reminder_says_days,
    add constraint emails_reminder_says_days check ((kind in ('reminder', 'admin_grant_expiring')) = (days_left is not null)),
    add constraint emails_expiring_says_end check ((kind = 'admin_grant_expiring') = (ends_at is not null)),
    drop constraint emails_once,
    add constraint emails_once unique nulls not distinct
        (invitation_id, partnership_id, admin_grant_id, kind, link_version, days_left, ends_at, recipient_id);
comment on column emails.days_left is 'For a reminder 7 or 1, for a notice of a grant''s end 30, 7 or 1, so that each goes out once.';
comment on column emails.admin_grant_id is 'The admin grant it is about. Null: it is about something else.';
comment on column emails.ends_at is 'The end that a notice tells of: one that was since put off is no longer wanted. Null: it is no such notice.';
