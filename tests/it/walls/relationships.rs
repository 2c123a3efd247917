//! What is tried with relationships, what is agreed under them, and customers that a partner brings.

use serde_json::{Value, json};

use super::attempts::{Attempt, RELATIONSHIPS, each, relationship, signer};

/// As a partner does, keeping or ending its grants; and as a customer does.
pub(super) fn removals() -> Vec<Attempt> {
    let as_partner = |choice: &'static str| {
        move |name: &str| {
            json!({
                "id": relationship(name), "attestGoodFaith": true, "delegatedAdministration": choice, "notifyCustomer": true,
            })
        }
    };
    let mut all = each(RELATIONSHIPS, "removeRelationship", as_partner("END"));
    all.extend(each(&RELATIONSHIPS[..1], "removeRelationship", as_partner("KEEP")));
    all.extend(each(&RELATIONSHIPS[..1], "removeRelationship", |name| json!({ "id": relationship(name) })));
    all
}

/// Of who was asked before, and of somebody else.
pub(super) fn reinstatements() -> Vec<Attempt> {
    let mut all = each(RELATIONSHIPS, "reinstateRelationship", |name| json!({ "id": relationship(name) }));
    all.extend(each(&["litware and tailspin"], "reinstateRelationship", |name| {
        json!({
            "id": relationship(name), "idempotencyKey": "of-contoso",
            "recipient": { "email": "it@blue-sky.example", "name": "Ida", "locale": "en", "organizationId": "<org tailspin>" },
        })
    }));
    all
}

/// The other partner of a customer that is shared, and of one that is not.
pub(super) fn support_contacts() -> Vec<Attempt> {
    let to = |organization: &'static str| move |name: &str| json!({ "relationshipId": relationship(name), "organizationId": format!("<org {organization}>") });
    let mut all = each(RELATIONSHIPS, "assignSupportContact", to("contoso"));
    all.extend(each(RELATIONSHIPS, "assignSupportContact", to("northwind")));
    all
}

/// All of it, and a part.
pub(super) fn support_profiles() -> Vec<Attempt> {
    let all = json!({
        "name": "Help", "email": "help@clouds.example", "phone": "+1 555 0101", "url": "https://clouds.example/help",
    });
    [all, json!({ "phone": "+1 555 0102" })].map(|input| Attempt { mutation: "updateSupportProfile", input }).into()
}

/// A customer of this domain, in words of its own.
fn customer(domain: &str) -> Value {
    let administrator = json!({ "email": format!("it@{domain}.example"), "name": "Ida", "locale": "en" });
    json!({ "name": "Fresh Air", "domain": format!("{domain}.example"), "country": "US", "administrator": administrator })
}

/// Nobody's domain, alone and for a reseller; and domains of who is unclaimed, somebody's customer, and a partner.
pub(super) fn additions() -> Vec<Attempt> {
    let mut keyed = customer("fresh");
    keyed["idempotencyKey"] = json!("of-contoso");
    let mut shared = customer("fresh");
    shared["indirectResellerId"] = json!("<org contoso>");
    let taken = ["trey", "humongous", "adventure-works", "wingtip", "fabrikam"].map(customer);
    let all = [keyed, shared].into_iter().chain(taken);
    all.map(|input| Attempt { mutation: "addCustomer", input }).collect()
}

/// The same, many at once.
pub(super) fn imports() -> Vec<Attempt> {
    let mut shared = customer("air");
    shared["indirectResellerId"] = json!("<org contoso>");
    let taken = ["fresh", "trey", "humongous", "adventure-works", "wingtip", "fabrikam", "fresh"].map(customer);
    // A call keeps its key even where every row is refused: one is good in each region.
    let mut european = customer("breeze");
    european["country"] = json!("FR");
    let rows: Vec<Value> = [shared, european].into_iter().chain(taken).collect();
    let of = |dry: bool| json!({ "rows": rows, "dryRun": dry, "idempotencyKey": "of-contoso" });
    [true, false].map(|dry| Attempt { mutation: "importCustomers", input: of(dry) }).into()
}

/// Of a version that is not accepted, of one that is, by who may not, and where the relationship was removed.
pub(super) fn attestations() -> Vec<Attempt> {
    let of = |(relationship, agreement)| Attempt {
        mutation: "attestAgreement",
        input: json!({
            "relationshipId": format!("<rel {relationship}>"), "agreementId": format!("<agr {agreement}>"),
            "signer": signer(), "acceptedAt": "2020-01-02T00:00:00Z",
        }),
    };
    [
        ("fabrikam and datum", "customer FR en"),
        ("northwind and adventure-works", "customer US en"),
        ("contoso and lamna", "customer US en"),
        ("litware and tailspin", "customer de"),
    ]
    .map(of)
    .into()
}
