//! Delegated administration: grants as accepting an invitation makes them, and what people do with them.

use domain::admin_grant::{self, AdminGrant, DirectoryRole, RequestedAdministration};
use serde_json::{Value, json};

use crate::{Answer, TestApp};

/// What tests read of a grant.
const GRANT: &str = "id partner { domain } customer { domain } scope roles status grantedAt endsAt autoExtend endedAt";

/// Chosen roles for so long; a grant of these that extends itself, or not.
#[must_use]
pub fn granular(roles: &[DirectoryRole], duration: &str, auto_extend: bool) -> RequestedAdministration {
    let duration = duration.parse().expect("a duration");
    RequestedAdministration::Granular { roles: roles.to_vec(), duration, auto_extend }
}

impl TestApp {
    /// Grants a partner something on a customer's tenant, as accepting does; gives the grant's id.
    pub async fn granted(&self, partner: &str, customer: &str, asked: &RequestedAdministration) -> String {
        let (partner, customer) = (self.organization_row(partner).await, self.organization_row(customer).await);
        let grant = AdminGrant::granting(asked, partner.id, customer.id, None, self.store.now());
        grant.insert(&mut self.store.connection().await.expect("a connection")).await.expect("a grant");
        grant.id.to_string()
    }

    /// The grant as somebody sees it; null where they do not.
    pub async fn grant(&self, who: &str, id: &str) -> Value {
        let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on AdminGrant {{ {GRANT} }} }} }}");
        self.ask(who, &document, json!({ "id": id })).await.only().clone()
    }

    /// Somebody takes it away, whatever comes of it.
    pub async fn revoke_grant(&self, who: &str, id: &str) -> Answer {
        self.change_grant(who, "revokeAdminGrant", json!({ "id": id })).await
    }

    /// Somebody gives it back, whatever comes of it.
    pub async fn end_grant(&self, who: &str, id: &str) -> Answer {
        self.change_grant(who, "endAdminGrant", json!({ "id": id })).await
    }

    /// Somebody leaves it these roles, whatever comes of it.
    pub async fn change_roles(&self, who: &str, id: &str, roles: &[&str]) -> Answer {
        self.change_grant(who, "changeAdminGrantRoles", json!({ "id": id, "roles": roles })).await
    }

    /// Somebody has it extend itself, or no longer, whatever comes of it.
    pub async fn set_auto_extend(&self, who: &str, id: &str, auto_extend: bool) -> Answer {
        self.change_grant(who, "setAdminGrantAutoExtend", json!({ "id": id, "autoExtend": auto_extend })).await
    }

    async fn change_grant(&self, who: &str, mutation: &str, input: Value) -> Answer {
        let (first, rest) = mutation.split_at(1);
        let document = format!(
            "mutation($input: {}{rest}Input!) {{ {mutation}(input: $input) {{ adminGrant {{ {GRANT} }}
             userErrors {{ code field message }} }} }}",
            first.to_uppercase()
        );
        self.ask(who, &document, json!({ "input": input })).await
    }

    /// What the ends of grants do once a worker comes by; how many it looked at.
    pub async fn end_grants(&self) -> usize {
        admin_grant::expire(&self.store, 200).await.expect("a run")
    }

    /// The notices that a worker gives when it comes by; how many grants it looked at.
    pub async fn notify_grants(&self) -> usize {
        admin_grant::notify(&self.store, 200).await.expect("a run")
    }

    /// Gives Litware `count` grants on Tailspin's tenant: of three one has expired, one was revoked, and one is active; those
    /// end one after the other, a minute apart, from a month from now on.
    pub async fn many_grants(&self, count: usize) {
        let sql = format!(
            "insert into admin_grants (id, partner_id, customer_id, scope, roles, status, granted_at, ends_at, ended_at)
             select gen_random_uuid(), p.id, c.id, 'granular', '{{global_reader}}',
                 (array['expired', 'revoked', 'active'])[1 + n % 3], now(),
                 case n % 3 when 0 then now() else now() + interval '30 days' + n * interval '1 minute' end,
                 case when n % 3 < 2 then now() end
             from generate_series(1, {count}) n, organizations p, organizations c
             where p.tenant = 'litware.example' and c.tenant = 'tailspin.example'"
        );
        self.sql(&sql).await;
    }
}
