//! What is attempted: each mutation on what is one's own, one's partner's, one's customer's and a stranger's. A line a
//! target; `<inv …>` is the id of what is called so, `<link …>` the token of the invitation's link.

use serde_json::{Value, json};

use super::{people, relationships};

/// A mutation with its input.
pub(super) struct Attempt {
    pub(super) mutation: &'static str,
    pub(super) input: Value,
}

impl Attempt {
    /// The mutation, and what it is tried on.
    pub(super) fn title(&self) -> String {
        let targets = self.input.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_str());
        let target = targets.filter(|text| text.starts_with('<') && !text.starts_with("<agr ")).collect::<String>();
        format!("{} {target}", self.mutation).trim_end().to_owned()
    }
}

/// Drafts, and what is none.
const DRAFTS: &[&str] = &[
    "northwind to office@graphic-design, draft",
    "contoso to draft@blue-sky, granular draft",
    "litware to admin@wingtip, draft",
    "contoso to admin@wingtip, full pending",
    "contoso with northwind to it@blue-sky, full draft",
    "northwind to admin@fabrikam, partnership draft",
    "northwind to admin@wingtip, partnership draft",
    "relecloud to admin@litware, partnership draft",
];

/// What was sent, and a draft.
const SENT: &[&str] = &[
    "northwind to admin@wingtip, pending",
    "contoso to admin@wingtip, full pending",
    "fabrikam to admin@datum, full pending",
    "litware to user@tailspin, expired",
    "contoso to admin@adventure-works, granular accepted",
    "contoso with northwind to admin@wingtip, full pending",
    "northwind to admin@litware, partnership pending",
    "litware with relecloud to admin@tailspin, pending",
    "litware to admin@wingtip, draft",
];

/// What somebody might answer: the addressee, a colleague, who is of no registered organization, or nobody yet.
const ASKED: &[&str] = &[
    "contoso to admin@wingtip, full pending",
    "contoso to it@wingtip, pending",
    "contoso to owner@fourth-coffee, pending",
    "fabrikam to admin@datum, full pending",
    "litware to admin@wingtip, draft",
    "litware to admin@wingtip, revoked",
    "contoso to admin@adventure-works, granular accepted",
    "contoso with northwind to admin@wingtip, full pending",
    "northwind to admin@litware, partnership pending",
    "litware with relecloud to admin@tailspin, pending",
];

/// Grants: a reseller's on a customer, a provider's on a reseller, what was taken away, and a direct partner's.
const GRANTS: &[&str] = &[
    "contoso in adventure-works, granular active",
    "northwind in contoso, full active",
    "litware in tailspin, full revoked",
    "fabrikam in datum, granular active",
];

/// Relationships: of two who share the customer, of one of those alone, removed, and a direct partner's.
pub(super) const RELATIONSHIPS: &[&str] =
    &["contoso and adventure-works", "northwind and tailspin", "litware and tailspin", "fabrikam and datum"];

/// Every attempt, by mutation.
pub(super) fn all() -> Vec<(&'static str, Vec<Attempt>)> {
    vec![
        ("draftInvitation", drafts().collect()),
        ("editInvitation", each(DRAFTS, "editInvitation", edit)),
        ("sendInvitation", each(DRAFTS, "sendInvitation", |name| json!({ "id": id(name), "byHand": false }))),
        ("sendInvitations", many()),
        (
            "resendInvitation",
            each(SENT, "resendInvitation", |name| json!({ "id": id(name), "expiresAfter": "P10D", "byHand": false })),
        ),
        ("revokeInvitation", each(SENT, "revokeInvitation", |name| json!({ "id": id(name), "reason": "A mistake." }))),
        ("requestNewInvitation", each(SENT, "requestNewInvitation", |name| json!({ "token": link(name) }))),
        ("openInvitation", each(ASKED, "openInvitation", |name| json!({ "token": link(name) }))),
        ("removeRelationship", relationships::removals()),
        ("reinstateRelationship", relationships::reinstatements()),
        ("assignSupportContact", relationships::support_contacts()),
        (
            "openServiceRequest",
            each(RELATIONSHIPS, "openServiceRequest", |name| {
                json!({
                    "relationshipId": relationship(name), "subject": "Help", "description": "Please look.",
                    "idempotencyKey": "of-contoso",
                })
            }),
        ),
        ("updateSupportProfile", relationships::support_profiles()),
        ("endPartnership", ends()),
        ("revokeAdminGrant", each(GRANTS, "revokeAdminGrant", |name| json!({ "id": grant(name) }))),
        ("endAdminGrant", each(GRANTS, "endAdminGrant", |name| json!({ "id": grant(name) }))),
        (
            "changeAdminGrantRoles",
            each(
                GRANTS,
                "changeAdminGrantRoles",
                |name| json!({ "id": grant(name), "roles": ["LICENSE_ADMINISTRATOR"] }),
            ),
        ),
        (
            "setAdminGrantAutoExtend",
            each(GRANTS, "setAdminGrantAutoExtend", |name| json!({ "id": grant(name), "autoExtend": true })),
        ),
        ("createCustomerUser", people::created()),
        ("updateCustomerUser", people::updated()),
        ("deleteCustomerUser", each(people::ALL, "deleteCustomerUser", |name| json!({ "id": person(name) }))),
        ("restoreCustomerUser", each(people::ALL, "restoreCustomerUser", |name| json!({ "id": person(name) }))),
        ("attestAgreement", relationships::attestations()),
        ("updateBusinessProfile", profiles()),
        ("addCustomer", relationships::additions()),
        ("importCustomers", relationships::imports()),
        ("acceptInvitation", acceptances()),
        ("declineInvitation", answers("declineInvitation", |key, of| json!({ key: of, "reason": "Not now." }))),
    ]
}

pub(super) fn each(targets: &[&str], mutation: &'static str, input: impl Fn(&str) -> Value) -> Vec<Attempt> {
    targets.iter().map(|name| Attempt { mutation, input: input(name) }).collect()
}

/// By the link, and by the id.
fn answers(mutation: &'static str, input: impl Fn(&str, String) -> Value) -> Vec<Attempt> {
    let mut all = each(ASKED, mutation, |name| input("token", link(name)));
    all.extend(each(ASKED, mutation, |name| input("id", id(name))));
    all
}

/// With all that an acceptance may need, and a partnership without its authorization.
fn acceptances() -> Vec<Attempt> {
    let input = |key: &str, of| json!({ key: of, "agreementId": "<agr customer US en>", "signer": signer(), "authorizeIndirectProvider": true });
    let mut all = answers("acceptInvitation", input);
    let partnership = "northwind to admin@litware, partnership pending";
    for input in
        [json!({ "token": link(partnership) }), json!({ "id": id(partnership), "authorizeIndirectProvider": false })]
    {
        all.push(Attempt { mutation: "acceptInvitation", input });
    }
    all
}

fn id(name: &str) -> String {
    format!("<inv {name}>")
}

fn grant(name: &str) -> String {
    format!("<grt {name}>")
}

pub(super) fn relationship(name: &str) -> String {
    format!("<rel {name}>")
}

fn person(name: &str) -> String {
    format!("<usr {name}>")
}

fn link(name: &str) -> String {
    format!("<link {name}>")
}

pub(super) fn signer() -> Value {
    json!({ "firstName": "Ada", "lastName": "King", "email": "ada@wingtip.example", "phone": "+1 555 0199" })
}

/// To whom nobody knows; to an organization that is named; with another partner's key.
fn drafts() -> impl Iterator<Item = Attempt> {
    let granular = json!({ "granular": { "roles": ["GLOBAL_READER"], "duration": "P1Y", "autoExtend": false } });
    let named = |organization: &str| json!({ "email": "it@blue-sky.example", "name": "Ida", "locale": "en", "organizationId": format!("<org {organization}>") });
    let to_named = |organization| json!({ "recipient": named(organization) });
    let inputs = [
        json!({
            "kind": "RESELLER_RELATIONSHIP", "recipient": { "email": "it@blue-sky.example" }, "subject": "Hello",
            "text": "Please see {{link}}", "expiresAfter": "P20D", "delegatedAdministration": granular,
            "idempotencyKey": "of-contoso",
        }),
        to_named("adventure-works"),
        to_named("datum"),
        to_named("contoso"),
        json!({
            "recipient": { "email": "it@blue-sky.example" }, "indirectProviderId": "<org northwind>",
            "indirectProviderAdministration": { "full": true },
        }),
        json!({ "recipient": { "email": "it@blue-sky.example" }, "indirectProviderId": "<org relecloud>" }),
        partnership("admin@litware.example"),
        partnership("admin@fabrikam.example"),
        partnership("admin@wingtip.example"),
        json!({ "recipient": named("litware"), "kind": PARTNERSHIP }),
    ];
    inputs.into_iter().map(|input| Attempt { mutation: "draftInvitation", input })
}

const PARTNERSHIP: &str = "INDIRECT_PROVIDER_PARTNERSHIP";

fn partnership(email: &str) -> Value {
    json!({ "recipient": { "email": email }, "kind": PARTNERSHIP })
}

/// A partnership comes with full administration, and none is asked for.
fn edit(name: &str) -> Value {
    let mut input = json!({
        "id": id(name), "recipient": { "email": "it@blue-sky.example" }, "subject": "Hello", "text": "Please see {{link}}",
        "expiresAfter": "P20D",
    });
    if !name.contains("partnership") {
        input["delegatedAdministration"] = json!({ "full": true });
    }
    if name.contains(" with ") {
        input["indirectProviderAdministration"] = json!({ "full": true });
    }
    input
}

/// Keeping the grant on the reseller's tenant, ending it with the partnership, and once it has ended.
fn ends() -> Vec<Attempt> {
    let of = |(partnership, administration)| Attempt {
        mutation: "endPartnership",
        input: json!({ "id": format!("<psh {partnership}>"), "delegatedAdministration": administration }),
    };
    let (active, suspended) = ("northwind and contoso, active", "tailwind and litware, active");
    let ended = "relecloud and litware, ended by reseller";
    [(active, "KEEP"), (active, "END"), (suspended, "END"), (ended, "KEEP")].map(of).into()
}

/// All of it, and a part.
fn profiles() -> Vec<Attempt> {
    let all = json!({
        "headline": "Clouds for everybody", "description": "And everywhere", "website": "https://clouds.example",
        "countries": ["US"], "languages": ["en"], "services": ["Migration"],
    });
    [all, json!({ "headline": "Clouds" })].map(|input| Attempt { mutation: "updateBusinessProfile", input }).into()
}

/// A row that is good, to whom several have invited, and to another's customer; and partnerships with who is a direct
/// partner in another region, a customer, a partner's reseller and a reseller.
fn many() -> Vec<Attempt> {
    let customers = ["it@blue-sky.example", "admin@wingtip.example", "admin@adventure-works.example"];
    let partners = ["admin@fabrikam.example", "admin@wingtip.example", "admin@contoso.example", "it@litware.example"];
    let to_customers = json!({
        "rows": customers.map(|email| json!({ "recipient": { "email": email } })), "idempotencyKey": "of-contoso",
    });
    // A call keeps its key even where every row is refused.
    let to_partners = json!({ "rows": partners.map(partnership) });
    let each = |input: Value| {
        [true, false].map(|dry| {
            let mut input = input.clone();
            input["dryRun"] = json!(dry);
            Attempt { mutation: "sendInvitations", input }
        })
    };
    [to_customers, to_partners].into_iter().flat_map(each).collect()
}
