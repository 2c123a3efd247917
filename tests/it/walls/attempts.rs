//! What is attempted: each mutation on what is one's own, one's partner's, one's customer's and a stranger's. A line a
//! target; `<inv …>` is the id of what is called so, `<link …>` the token of the invitation's link.

use serde_json::{Value, json};

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
        ("updateBusinessProfile", profiles()),
        (
            "acceptInvitation",
            answers(
                "acceptInvitation",
                |key, of| json!({ key: of, "agreementId": "<agr customer US en>", "signer": signer(), "authorizeIndirectProvider": true }),
            ),
        ),
        ("declineInvitation", answers("declineInvitation", |key, of| json!({ key: of, "reason": "Not now." }))),
    ]
}

fn each(targets: &[&str], mutation: &'static str, input: impl Fn(&str) -> Value) -> Vec<Attempt> {
    targets.iter().map(|name| Attempt { mutation, input: input(name) }).collect()
}

/// By the link, and by the id.
fn answers(mutation: &'static str, input: impl Fn(&str, String) -> Value) -> Vec<Attempt> {
    let mut all = each(ASKED, mutation, |name| input("token", link(name)));
    all.extend(each(ASKED, mutation, |name| input("id", id(name))));
    all
}

fn id(name: &str) -> String {
    format!("<inv {name}>")
}

fn grant(name: &str) -> String {
    format!("<grt {name}>")
}

fn link(name: &str) -> String {
    format!("<link {name}>")
}

fn signer() -> Value {
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
        json!({ "recipient": { "email": "admin@litware.example" }, "kind": "INDIRECT_PROVIDER_PARTNERSHIP" }),
    ];
    inputs.into_iter().map(|input| Attempt { mutation: "draftInvitation", input })
}

fn edit(name: &str) -> Value {
    let mut input = json!({
        "id": id(name), "recipient": { "email": "it@blue-sky.example" }, "subject": "Hello", "text": "Please see {{link}}",
        "expiresAfter": "P20D", "delegatedAdministration": { "full": true },
    });
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
    let active = "northwind and contoso, active";
    [(active, "KEEP"), (active, "END"), ("relecloud and litware, ended", "KEEP")].map(of).into()
}

/// All of it, and a part.
fn profiles() -> Vec<Attempt> {
    let all = json!({
        "headline": "Clouds for everybody", "description": "And everywhere", "website": "https://clouds.example",
        "countries": ["US"], "languages": ["en"], "services": ["Migration"],
    });
    [all, json!({ "headline": "Clouds" })].map(|input| Attempt { mutation: "updateBusinessProfile", input }).into()
}

/// A row that is good, to whom several have invited, and to another's customer.
fn many() -> Vec<Attempt> {
    let rows = json!(
        ["it@blue-sky.example", "admin@wingtip.example", "admin@adventure-works.example"]
            .map(|email| { json!({ "recipient": { "email": email } }) })
    );
    let input = |dry| json!({ "rows": rows, "dryRun": dry, "idempotencyKey": "of-contoso" });
    [true, false].map(|dry| Attempt { mutation: "sendInvitations", input: input(dry) }).into()
}
