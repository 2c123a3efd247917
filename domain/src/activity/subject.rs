//! What was changed, as far as somebody may see it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::{Activity, ActivityId};
use crate::actor::Actor;
use crate::admin_grant::AdminGrant;
use crate::agreement::Agreement;
use crate::business_profile::BusinessProfile;
use crate::error::Result;
use crate::id::{Id, Named};
use crate::invitation::Invitation;
use crate::organization::Organization;
use crate::partnership::Partnership;
use crate::relationship::Relationship;
use crate::service_request::ServiceRequest;
use crate::user::User;

macro_rules! subjects {
    ($($row:ty),+) => {
        /// The prefixes of what can be the subject of a change, besides agreements, which are public, and people.
        pub const SUBJECTS: &[&str] = &[Agreement::PREFIX, User::PREFIX, $(<$row>::PREFIX),+];

        /// Of the ids of one kind, those of what the actor may see.
        async fn visible_of(
            conn: &mut AsyncPgConnection,
            actor: &Actor,
            kind: &str,
            ids: Vec<Uuid>,
            now: DateTime<Utc>,
        ) -> Result<Vec<Uuid>> {
            match kind {
                Agreement::PREFIX => Ok(ids),
                User::PREFIX => {
                    let ids: Vec<Id<User>> = ids.into_iter().map(Id::from).collect();
                    let found = User::find_visible(conn, actor, &ids, now).await?;
                    Ok(found.into_iter().map(|row| row.id.uuid()).collect())
                }
                $(<$row>::PREFIX => {
                    let ids: Vec<Id<$row>> = ids.into_iter().map(Id::from).collect();
                    let found = <$row>::find_visible(conn, actor, &ids).await?;
                    Ok(found.into_iter().map(|row| row.id.uuid()).collect())
                })+
                _ => Ok(Vec::new()),
            }
        }
    };
}
subjects!(Organization, Invitation, Relationship, ServiceRequest, Partnership, AdminGrant, BusinessProfile, Activity);

/// Of these, the ones whose subject the actor may see: a statement for each kind there is among them.
pub(crate) async fn visible_subjects(
    conn: &mut AsyncPgConnection,
    actor: &Actor,
    of: &[Activity],
    now: DateTime<Utc>,
) -> Result<HashSet<ActivityId>> {
    let mut kinds: HashMap<&str, HashSet<Uuid>> = HashMap::new();
    for activity in of {
        kinds.entry(&activity.subject_kind).or_default().insert(activity.subject_id);
    }
    let mut visible = HashSet::new();
    for (kind, ids) in kinds {
        let seen: HashSet<Uuid> =
            visible_of(conn, actor, kind, ids.into_iter().collect(), now).await?.into_iter().collect();
        let of_kind = of.iter().filter(|it| it.subject_kind == kind && seen.contains(&it.subject_id));
        visible.extend(of_kind.map(|it| it.id));
    }
    Ok(visible)
}
