//! Changes how customers reach a partner's support; the first time says it.

use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;

use super::SupportProfile;
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::error::{Result, refuse_all};
use crate::organization::{Organization, OrganizationId};
use crate::policy::Action;
use crate::store::Store;
use crate::text::Checks;

/// The longest, in characters.
const LONGEST_NAME: usize = 100;
const LONGEST_PHONE: usize = 40;

/// What to change of a support profile, unchecked: outer none stays, inner none clears.
#[derive(Debug, Clone, Default)]
pub struct SupportProfileChange {
    /// One line, at most 100 characters. Cannot be cleared.
    pub name: Option<Option<String>>,
    /// One address. Cannot be cleared.
    pub email: Option<Option<String>>,
    /// One line, at most 40 characters.
    pub phone: Option<Option<String>>,
    /// http or https, with a host, at most 2,000 characters.
    pub url: Option<Option<String>>,
}

/// Changes the fields given of the actor's own profile; a field left out stays, and null clears it. The first time it needs
/// name and email. What changes nothing is not told.
///
/// Refuses with `NOT_AUTHORIZED_PARTNER`, `FORBIDDEN`, and everything that is wrong with the input at once.
pub async fn update(store: &Store, actor: &Actor, change: SupportProfileChange) -> Result<SupportProfile> {
    let conn = &mut store.connection().await?;
    conn.transaction(async |conn| update_at(conn, actor, store.now(), change).await).await
}

/// The same at that moment, in somebody's transaction.
pub async fn update_at(
    conn: &mut AsyncPgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
    change: SupportProfileChange,
) -> Result<SupportProfile> {
    let member = actor.may(Action::UpdateSupportProfile)?;
    // Of two first times at once one waits here, and changes what the other made.
    let organization = Organization::lock(conn, member.organization.id).await?.id;
    let before = SupportProfile::of(conn, &[organization]).await?.pop();
    let (profile, changed) = change.apply(organization, before.as_ref())?;
    if !changed.is_empty() {
        profile.save(conn).await?;
        let updated = Change::new(Event::SupportProfileUpdated, organization).read_by([organization]);
        activity::record(conn, actor, now, updated.with(json!({ "changed": changed }))).await?;
    }
    Ok(profile)
}

impl SupportProfileChange {
    /// The profile as it will be, and the names of the fields that differ. Refuses everything that is wrong at once.
    fn apply(
        self,
        organization_id: OrganizationId,
        before: Option<&SupportProfile>,
    ) -> Result<(SupportProfile, Vec<&'static str>)> {
        let mut checks = Checks::default();
        let name = checks.kept("name", self.name, before.map(|it| &it.name), |checks, text| {
            checks.required_line("name", &text, LONGEST_NAME)
        });
        let email =
            checks.kept("email", self.email, before.map(|it| &it.email), |checks, text| checks.email("email", &text));
        let phone = match self.phone {
            Some(phone) => phone.map(|phone| checks.line("phone", &phone, LONGEST_PHONE)).filter(|it| !it.is_empty()),
            None => before.and_then(|it| it.phone.clone()),
        };
        let url = match self.url {
            Some(url) => url.and_then(|url| checks.web_address("url", &url)),
            None => before.and_then(|it| it.url.clone()),
        };
        refuse_all(checks.0)?;
        let profile = SupportProfile { organization_id, name, email, phone, url };
        let changed = profile.changed_since(before);
        Ok((profile, changed))
    }
}

impl SupportProfile {
    /// The names of the fields that differ; of a first profile, those that hold something.
    fn changed_since(&self, before: Option<&Self>) -> Vec<&'static str> {
        let fields = [
            ("name", before.is_none_or(|it| it.name != self.name)),
            ("email", before.is_none_or(|it| it.email != self.email)),
            ("phone", before.map_or(self.phone.is_some(), |it| it.phone != self.phone)),
            ("url", before.map_or(self.url.is_some(), |it| it.url != self.url)),
        ];
        fields.into_iter().filter_map(|(field, differs)| differs.then_some(field)).collect()
    }
}
