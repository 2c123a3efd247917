//! An organization's activity.

use std::collections::{HashMap, HashSet};

use diesel_async::AsyncPgConnection;

use super::List;
use crate::activity::{Activity, ActivityFilter, ActorKind, visible_subjects};
use crate::actor::{Actor, Member};
use crate::error::{Code, Result};
use crate::organization::{Organization, OrganizationId};
use crate::page::{Cursor, Keyed, Page, PageRequest};
use crate::store::Store;
use crate::user::{User, UserId};

/// An organization's activity, the latest first. Read by those whose role reaches: a partner's and a customer's differ.
#[derive(Debug, Default)]
pub struct ActivityList {
    /// Which activity.
    pub filter: ActivityFilter,
}

/// A change, as far as its reader may know of it.
#[derive(Debug)]
pub struct ActivityRow {
    /// What happened.
    pub activity: Activity,
    /// Who did it, where that was a user.
    pub actor: Option<User>,
    /// Whose user that is.
    pub actor_organization: Option<Organization>,
    /// Whether the reader may see what was changed.
    pub shows_subject: bool,
}

impl List for ActivityList {
    type Row = ActivityRow;

    fn denial(reader: &Member) -> Option<&'static str> {
        let may = "your role may not read the activity; GLOBAL_ADMIN may, and a partner's ADMIN_AGENT";
        (!reader.reads_activity()).then_some(may)
    }

    async fn page(
        &self,
        store: &Store,
        conn: &mut AsyncPgConnection,
        reader: &Actor,
        page: &PageRequest,
    ) -> Result<(Vec<ActivityRow>, Option<Cursor>)> {
        let own = reader.organization_id().ok_or(Code::Forbidden)?.uuid();
        let found = Activity::pages(conn, &[own], &self.filter, page).await?;
        let Some(Page { items, has_next, .. }) = found.into_iter().next() else { return Ok((Vec::new(), None)) };
        let behind = items.last().filter(|_| has_next).map(|last| last.cursor(Activity::NEWEST));

        let users: HashSet<UserId> = items.iter().filter_map(actor).collect();
        let organizations: HashSet<OrganizationId> = items.iter().filter_map(|it| it.actor_organization_id).collect();
        let (users, organizations): (Vec<_>, Vec<_>) =
            (users.into_iter().collect(), organizations.into_iter().collect());
        let users = User::find(conn, &users, store.now()).await?.into_iter().map(|it| (it.id, it));
        let users: HashMap<_, _> = users.collect();
        let organizations = Organization::find(conn, &organizations).await?.into_iter().map(|it| (it.id, it));
        let organizations: HashMap<_, _> = organizations.collect();
        let visible = visible_subjects(conn, reader, &items, store.now()).await?;
        let row = |activity: Activity| ActivityRow {
            actor: actor(&activity).and_then(|id| users.get(&id).cloned()),
            actor_organization: activity.actor_organization_id.and_then(|id| organizations.get(&id).cloned()),
            shows_subject: visible.contains(&activity.id),
            activity,
        };
        Ok((items.into_iter().map(row).collect(), behind))
    }
}

/// The user who did it; the platform's staff is not shown.
fn actor(activity: &Activity) -> Option<UserId> {
    activity.actor_id.filter(|_| activity.actor_kind == ActorKind::User).map(UserId::from)
}
