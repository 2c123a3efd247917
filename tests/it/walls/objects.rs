//! The objects that are walked: of each type that has ids, and of each relation to those who ask. A line an object.

/// Objects of one type.
pub(super) struct Objects {
    pub(super) of: &'static str,
    prefix: &'static str,
    /// As `names` calls them, without the prefix.
    called: &'static [&'static str],
}

impl Objects {
    /// What they are called, with the prefix.
    pub(super) fn all(&self) -> impl Iterator<Item = String> {
        self.called.iter().map(|name| format!("{} {name}", self.prefix))
    }
}

const fn objects(of: &'static str, prefix: &'static str, called: &'static [&'static str]) -> Objects {
    Objects { of, prefix, called }
}

/// Every object that is walked.
pub(super) const OBJECTS: &[Objects] = &[
    objects(
        "Organization",
        "org",
        &[
            "northwind",
            "contoso",
            "relecloud",
            "tailwind",
            "litware",
            "fabrikam",
            "adventure-works",
            "wingtip",
            "datum",
            "tailspin",
        ],
    ),
    objects(
        "User",
        "usr",
        &[
            "admin@northwind",
            "agent@contoso",
            "former@contoso",
            "agent@litware",
            "admin@fabrikam",
            "admin@adventure-works",
            "user@adventure-works",
            "admin@wingtip",
            "former@datum",
        ],
    ),
    objects("Partner", "ptn", &["northwind", "contoso", "relecloud", "litware", "fabrikam", "proseware"]),
    objects("Account", "acc", &["northwind", "contoso", "fabrikam", "adventure-works", "wingtip", "datum", "tailspin"]),
    objects(
        "Invitation",
        "inv",
        &[
            "northwind to office@graphic-design, draft",
            "northwind to admin@wingtip, pending",
            "northwind to info@lucerne, expired",
            "contoso to draft@blue-sky, granular draft",
            "contoso to admin@wingtip, full pending",
            "contoso to it@wingtip, pending",
            "contoso to owner@fourth-coffee, pending",
            "contoso to it@blue-yonder, full pending",
            "contoso to admin@adventure-works, granular accepted",
            "contoso to admin@adventure-works, full declined",
            "contoso to owner@forthcoffee, revoked",
            "contoso to user@wingtip, declined",
            "contoso with northwind to it@blue-sky, full draft",
            "contoso with northwind to admin@wingtip, full pending",
            "contoso with northwind to admin@adventure-works, accepted",
            "contoso with northwind to admin@margies, full accepted",
            "northwind to admin@litware, partnership pending",
            "relecloud to admin@litware, partnership accepted",
            "litware with relecloud to admin@tailspin, pending",
            "litware to admin@wingtip, draft",
            "litware to admin@wingtip, revoked",
            "litware to user@wingtip, revoked",
            "litware to user@tailspin, expired",
            "fabrikam to admin@datum, granular accepted",
            "fabrikam to admin@datum, full pending",
        ],
    ),
    objects(
        "Relationship",
        "rel",
        &[
            "northwind and adventure-works",
            "contoso and adventure-works",
            "northwind and margies",
            "contoso and margies",
            "northwind and tailspin",
            "contoso and lamna",
            "litware and tailspin",
            "fabrikam and datum",
        ],
    ),
    objects(
        "AdminGrant",
        "grt",
        &[
            "contoso in adventure-works, granular active",
            "northwind in margies, granular active",
            "contoso in margies, full active",
            "contoso in lamna, full active",
            "relecloud in litware, full active",
            "litware in tailspin, full revoked",
            "fabrikam in datum, granular active",
        ],
    ),
    objects("Partnership", "psh", &["northwind and contoso, active", "relecloud and litware, ended"]),
    objects("BusinessProfile", "bpr", &["northwind", "relecloud", "tailwind", "litware"]),
    objects("Agreement", "agr", &["customer US en", "customer de", "partner en"]),
    objects(
        "Activity",
        "act",
        &[
            "invitation.drafted of northwind to office@graphic-design, draft",
            "invitation.sent of contoso to admin@wingtip, full pending",
            "invitation.sent of contoso to admin@adventure-works, granular accepted",
            "invitation.opened of contoso to admin@adventure-works, full declined",
            "invitation.declined of contoso to admin@adventure-works, full declined",
            "invitation.declined of contoso to user@wingtip, declined",
            "invitation.revoked of litware to user@wingtip, revoked",
            "invitation.accepted of contoso to admin@adventure-works, granular accepted",
            "relationship.established of contoso and adventure-works",
            "relationship.established of litware and tailspin",
            "admin_grant.granted of contoso in adventure-works, granular active",
            "admin_grant.granted of fabrikam in datum, granular active",
            "invitation.drafted of contoso with northwind to admin@wingtip, full pending",
            "invitation.sent of contoso with northwind to admin@wingtip, full pending",
            "invitation.accepted of contoso with northwind to admin@adventure-works, accepted",
            "relationship.established of northwind and margies",
            "relationship.established of contoso and margies",
            "admin_grant.granted of northwind in margies, granular active",
            "admin_grant.granted of contoso in margies, full active",
            "relationship.established of contoso and lamna",
            "partnership.established of relecloud and litware, ended",
            "partnership.ended of relecloud and litware, ended",
            "business_profile.updated of northwind",
            "agreement.accepted by adventure-works of customer US en",
            "user.added of former@contoso",
        ],
    ),
];
