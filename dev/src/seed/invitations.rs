//! The invitations of the demo world: one line each, from which [`super::story`] makes everything else.

use domain::admin_grant::{AdminScope, DirectoryRole, RequestedAdministration};
use domain::invitation::InvitationStatus;
use domain::period::Period;

use Asks::{Full, Granular, Reselling};
use Became::{Accepted, Declined, Draft, Expired, Pending, PendingByHand, Revoked};

/// An invitation of the demo world.
#[derive(Debug)]
pub(super) struct DemoInvitation {
    /// The partner's domain; its agent drafted it.
    pub(super) by: &'static str,
    /// The domain of the indirect provider who asks together with it.
    pub(super) with: Option<&'static str>,
    pub(super) to: &'static str,
    /// Whom the mail greets.
    pub(super) name: &'static str,
    pub(super) asks: Asks,
    /// How many days ago it was drafted.
    pub(super) days: u64,
    pub(super) became: Became,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    /// The relationship alone.
    Reselling,
    /// And classic delegated administration.
    Full,
    /// And the administration of people and licences for a year.
    Granular,
}

/// What became of it; the text is somebody's reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Became {
    Draft,
    Pending,
    PendingByHand,
    Accepted,
    Declined(&'static str),
    Revoked(&'static str),
    Expired,
}

/// Every invitation, oldest first. Those that can still be accepted go to domains of no organization: they stand in
/// nobody's way.
#[rustfmt::skip]
pub(super) const INVITATIONS: &[DemoInvitation] = &[
    invitation("northwind.example", "admin@adventure-works.example", "Alex",  Reselling, 120, Accepted),
    invitation("contoso.example",   "admin@adventure-works.example", "Alex",  Reselling,  90, Accepted).jointly_with("northwind.example"),
    invitation("fabrikam.example",  "admin@datum.example",           "Dana",  Granular,   60, Accepted),
    invitation("northwind.example", "info@lucerne.example",          "Luca",  Reselling,  50, Expired),
    invitation("contoso.example",   "admin@adventure-works.example", "Alex",  Full,       40, Declined("We administer our tenant ourselves.")),
    invitation("contoso.example",   "owner@forthcoffee.example",     "Robin", Reselling,  20, Revoked("The address was misspelt.")),
    invitation("contoso.example",   "owner@fourth-coffee.example",   "Robin", Reselling,  18, Pending),
    invitation("fabrikam.example",  "info@trey-research.example",    "Terry", Granular,   10, Pending),
    invitation("contoso.example",   "it@blue-yonder.example",        "Bo",    Full,        5, PendingByHand),
    invitation("northwind.example", "office@graphic-design.example", "Gil",   Reselling,   3, Draft),
    invitation("contoso.example",   "it@fine-art.example",           "Fran",  Full,        2, Draft),
];

const fn invitation(
    by: &'static str,
    to: &'static str,
    name: &'static str,
    asks: Asks,
    days: u64,
    became: Became,
) -> DemoInvitation {
    DemoInvitation { by, with: None, to, name, asks, days, became }
}

impl DemoInvitation {
    const fn jointly_with(mut self, provider: &'static str) -> Self {
        self.with = Some(provider);
        self
    }
}

impl Asks {
    pub(super) fn administration(self) -> Option<RequestedAdministration> {
        match self {
            Reselling => None,
            Full => Some(RequestedAdministration::Full),
            Granular => Some(RequestedAdministration::Granular {
                roles: vec![
                    DirectoryRole::UserAdministrator,
                    DirectoryRole::LicenseAdministrator,
                    DirectoryRole::ServiceSupportAdministrator,
                ],
                duration: Period::years(1),
                auto_extend: false,
            }),
        }
    }

    pub(super) fn scope(self) -> Option<AdminScope> {
        self.administration().map(|asked| asked.scope())
    }
}

impl Became {
    pub(super) fn status(self) -> InvitationStatus {
        match self {
            Draft => InvitationStatus::Draft,
            Pending | PendingByHand => InvitationStatus::Pending,
            Accepted => InvitationStatus::Accepted,
            Declined(_) => InvitationStatus::Declined,
            Revoked(_) => InvitationStatus::Revoked,
            Expired => InvitationStatus::Expired,
        }
    }

    pub(super) fn is_answer(self) -> bool {
        matches!(self, Accepted | Declined(_))
    }

    /// How long it stands. What waits waits as long as it may, so that a clock moved by a month finds it waiting.
    pub(super) fn stands(self) -> Period {
        if self.status() == InvitationStatus::Pending { Period::days(90) } else { Period::days(30) }
    }

    pub(super) fn decline_reason(self) -> Option<&'static str> {
        if let Declined(reason) = self { Some(reason) } else { None }
    }

    pub(super) fn revoke_reason(self) -> Option<&'static str> {
        if let Revoked(reason) = self { Some(reason) } else { None }
    }
}
