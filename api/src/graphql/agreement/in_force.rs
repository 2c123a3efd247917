//! What customers accepted of the versions that are in force for them: two statements and one for who they are, whatever the
//! number.

use std::collections::HashMap;

use async_graphql::Error;
use async_graphql::dataloader::Loader;
use domain::agreement::AgreementAcceptance;
use domain::organization::OrganizationId;

use crate::graphql::error::fault;
use crate::graphql::loaders::Reader;

/// A customer's acceptance of the customer agreement in force for it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::graphql) struct AcceptanceInForce(pub(in crate::graphql) OrganizationId);

impl Loader<AcceptanceInForce> for Reader {
    type Value = AgreementAcceptance;
    type Error = Error;

    async fn load(&self, keys: &[AcceptanceInForce]) -> Result<HashMap<AcceptanceInForce, AgreementAcceptance>, Error> {
        let customers: Vec<OrganizationId> = keys.iter().map(|key| key.0).collect();
        let conn = &mut *self.connection().await?;
        let accepted = AgreementAcceptance::in_force(conn, &customers, self.now()).await.map_err(fault)?;
        Ok(accepted.into_iter().map(|it| (AcceptanceInForce(it.organization_id), it)).collect())
    }
}
