//! Any object by its id.

use async_graphql::{Context, Error, ID, Interface};
use domain::id::{Id, Named, read};
use domain::{
    activity, admin_grant, agreement, business_profile, invitation, organization, partnership, relationship,
    service_request, user,
};
use uuid::Uuid;

use super::account::Account;
use super::activity::Activity;
use super::admin_grant::AdminGrant;
use super::agreement::Agreement;
use super::business_profile::BusinessProfile;
use super::context::ContextExt;
use super::error::bad_request;
use super::invitation::Invitation;
use super::loaders::Visible;
use super::organization::Organization;
use super::partner::Partner;
use super::partnership::Partnership;
use super::relationship::Relationship;
use super::service_request::ServiceRequest;
use super::user::User;

/// Anything with an id.
#[derive(Interface, Clone)]
#[graphql(field(
    name = "id",
    ty = "ID",
    desc = "Opaque to clients, readable to people: a prefix that names the type, and a UUIDv7."
))]
pub enum Node {
    /// A company.
    Organization(Organization),
    /// A person.
    User(User),
    /// A company as a partner.
    Partner(Partner),
    /// A company as a customer.
    Account(Account),
    /// A request.
    Invitation(Box<Invitation>),
    /// What came of it.
    Relationship(Relationship),
    /// What a partner asked of the vendor for a customer.
    ServiceRequest(ServiceRequest),
    /// Two partners who agreed.
    Partnership(Partnership),
    /// What was granted with it.
    AdminGrant(AdminGrant),
    /// How a partner presents itself.
    BusinessProfile(BusinessProfile),
    /// A version of an agreement.
    Agreement(Agreement),
    /// A change.
    Activity(Activity),
}

/// Every prefix there is.
pub(super) const PREFIXES: &[&str] = &[
    organization::Organization::PREFIX,
    user::User::PREFIX,
    Partner::PREFIX,
    Account::PREFIX,
    invitation::Invitation::PREFIX,
    relationship::Relationship::PREFIX,
    service_request::ServiceRequest::PREFIX,
    partnership::Partnership::PREFIX,
    admin_grant::AdminGrant::PREFIX,
    business_profile::BusinessProfile::PREFIX,
    agreement::Agreement::PREFIX,
    activity::Activity::PREFIX,
];

/// The most ids of one `nodes` call.
const MOST: usize = 100;

/// The object of an id. None: unknown, malformed, or not theirs to see.
pub(super) async fn by_id(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>, Error> {
    match read(id) {
        Ok((prefix, uuid)) => find(ctx, &prefix, uuid).await,
        Err(_) => Ok(None),
    }
}

/// The objects of these ids, in their order; objects of one type cost one statement.
pub(super) async fn by_ids(ctx: &Context<'_>, ids: &[ID]) -> Result<Vec<Option<Node>>, Error> {
    if ids.len() > MOST {
        return Err(bad_request(format!("ids: give at most {MOST}")));
    }
    futures_util::future::try_join_all(ids.iter().map(|id| by_id(ctx, id))).await
}

/// The object of a prefix and UUID. None: unknown, or not theirs to see.
pub(super) async fn find(ctx: &Context<'_>, prefix: &str, uuid: Uuid) -> Result<Option<Node>, Error> {
    let loaders = ctx.loaders();
    Ok(match prefix {
        organization::Organization::PREFIX => loaders
            .load_one(Visible(Id::<organization::Organization>::from(uuid)))
            .await?
            .map(|row| Node::Organization(row.into())),
        user::User::PREFIX => {
            loaders.load_one(Visible(Id::<user::User>::from(uuid))).await?.map(|row| Node::User(row.into()))
        }
        Partner::PREFIX => Partner::find(ctx, uuid.into()).await?.map(Node::Partner),
        Account::PREFIX => Account::find(ctx, uuid.into()).await?.map(Node::Account),
        invitation::Invitation::PREFIX => loaders
            .load_one(Visible(Id::<invitation::Invitation>::from(uuid)))
            .await?
            .map(|row| Node::Invitation(Box::new(row.into()))),
        relationship::Relationship::PREFIX => loaders
            .load_one(Visible(Id::<relationship::Relationship>::from(uuid)))
            .await?
            .map(|row| Node::Relationship(row.into())),
        service_request::ServiceRequest::PREFIX => loaders
            .load_one(Visible(Id::<service_request::ServiceRequest>::from(uuid)))
            .await?
            .map(|row| Node::ServiceRequest(row.into())),
        partnership::Partnership::PREFIX => loaders
            .load_one(Visible(Id::<partnership::Partnership>::from(uuid)))
            .await?
            .map(|row| Node::Partnership(row.into())),
        admin_grant::AdminGrant::PREFIX => loaders
            .load_one(Visible(Id::<admin_grant::AdminGrant>::from(uuid)))
            .await?
            .map(|row| Node::AdminGrant(row.into())),
        business_profile::BusinessProfile::PREFIX => loaders
            .load_one(Visible(Id::<business_profile::BusinessProfile>::from(uuid)))
            .await?
            .map(|row| Node::BusinessProfile(row.into())),
        agreement::Agreement::PREFIX => {
            loaders.load_one(Id::<agreement::Agreement>::from(uuid)).await?.map(|row| Node::Agreement(row.into()))
        }
        activity::Activity::PREFIX => {
            loaders.load_one(Visible(Id::<activity::Activity>::from(uuid))).await?.map(|row| Node::Activity(row.into()))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_can_be_the_subject_of_an_activity_is_known_to_exports_as_well() {
        let views = [Partner::PREFIX, Account::PREFIX];
        let objects: BTreeSet<_> = PREFIXES.iter().filter(|prefix| !views.contains(prefix)).collect();
        assert_eq!(activity::SUBJECTS.iter().collect::<BTreeSet<_>>(), objects);
    }
}
