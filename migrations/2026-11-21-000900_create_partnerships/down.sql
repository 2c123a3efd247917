delete from emails where partnership_id is not null;
alter table emails
    drop constraint emails_once,
    drop constraint emails_have_a_recipient,
    drop constraint emails_of_invitations_have_a_link,
    drop constraint emails_about_one_thing,
    drop column recipient_id,
    drop column partnership_id,
    alter column link_version set not null,
    alter column invitation_id set not null,
    add constraint emails_once unique nulls not distinct (invitation_id, kind, link_version, days_left),
    drop constraint emails_kind_known,
    add constraint emails_kind_known check (kind in
        ('invitation', 'reminder', 'invitation_accepted', 'invitation_declined', 'invitation_expired', 'invitation_renewal'));

delete from invitation_outcomes where partnership_id is not null;
alter table invitation_outcomes
    drop constraint invitation_outcomes_once,
    drop constraint invitation_outcomes_one_thing,
    drop column partnership_id,
    add constraint invitation_outcomes_one_thing check (num_nonnulls(relationship_id, admin_grant_id) = 1),
    add constraint invitation_outcomes_once unique nulls not distinct (invitation_id, relationship_id, admin_grant_id);

drop table shared_customers, partnerships;

-- Requests for a partnership have no place in the tables as they were; joint ones become the reseller's alone.
delete from emails where invitation_id in (select id from invitations where kind = 'indirect_provider_partnership');
delete from invitation_outcomes where invitation_id in (select id from invitations where kind = 'indirect_provider_partnership');
update admin_grants set invitation_id = null
    where invitation_id in (select id from invitations where kind = 'indirect_provider_partnership');
delete from invitations where kind = 'indirect_provider_partnership';
-- Of several that wait at one address, asked alone and jointly, the latest goes on: one was the rule.
update invitations older set status = 'revoked', revoked_at = now(), remind_at = null
    where status = 'pending' and exists (
        select from invitations latest
        where latest.status = 'pending' and latest.inviter_id = older.inviter_id and latest.kind = older.kind
            and lower(latest.recipient_email) = lower(older.recipient_email) and latest.id > older.id);
drop index invitations_one_open;
alter table invitations
    drop constraint invitations_partnership_asks_full,
    drop column provider_admin_auto_extend,
    drop column provider_admin_duration,
    drop column provider_admin_roles,
    drop column provider_admin_scope,
    drop column indirect_provider_id,
    drop constraint invitations_kind_known,
    add constraint invitations_kind_known check (kind in ('reseller_relationship'));
create unique index invitations_one_open on invitations (inviter_id, kind, lower(recipient_email)) where status = 'pending';
