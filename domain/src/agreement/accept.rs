//! Accepts the customer agreement in force, as part of what asked for it.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use uuid::Uuid;

use super::{Agreement, AgreementId, AgreementKind};
use crate::activity::{Change, Event};
use crate::actor::Member;
use crate::error::{Code, Result, refuse_all};
use crate::invitation::Acceptance;
use crate::organization::Organization;
use crate::schema::agreement_acceptances;
use crate::store::Store;
use crate::text::Checks;

/// The longest name and telephone number of a signer, in characters.
const LONGEST_NAME: usize = 100;
const LONGEST_PHONE: usize = 40;

/// Who signs for an organization, unchecked.
#[derive(Debug, Clone)]
pub struct NewSigner {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Where to reach them.
    pub email: String,
    /// Where to reach them.
    pub phone: Option<String>,
}

/// Accepts the version in force for the organization's country, unless it is accepted already: then nothing changes.
///
/// Refuses with `AGREEMENT_REQUIRED` on `agreementId` and `signer`, whichever is missing or another version's.
pub(crate) async fn accept(
    store: &Store,
    conn: &mut AsyncPgConnection,
    member: &Member,
    customer: &Organization,
    locale: &str,
    with: &Acceptance,
) -> Result<Option<Change>> {
    let texts = Agreement::texts_in_force(conn, AgreementKind::Customer, &customer.country, store.now()).await?;
    if texts.is_empty() || is_accepted(conn, customer, &texts).await? {
        return Ok(None);
    }
    let given: Option<AgreementId> = with.agreement_id.as_ref().and_then(|id| id.parse().ok());
    let agreement = texts.iter().find(|text| Some(text.id) == given);
    let mut checks = Checks::default();
    if agreement.is_none() {
        let in_force = super::nearest(texts.clone(), locale).map(|text| text.id.to_string()).unwrap_or_default();
        let message = format!("accept the customer agreement in force, {in_force}");
        checks.0.push(Code::AgreementRequired.on("agreementId").saying(message));
    }
    let signer = with.signer.as_ref().map(|signer| signer.check(&mut checks));
    if signer.is_none() {
        checks.0.push(Code::AgreementRequired.on("signer").saying("say who signs for the organization"));
    }
    refuse_all(checks.0)?;
    let (Some(agreement), Some(signer)) = (agreement, signer) else { return Ok(None) };
    let row = (
        agreement_acceptances::id.eq(Uuid::now_v7()),
        agreement_acceptances::organization_id.eq(customer.id),
        agreement_acceptances::agreement_id.eq(agreement.id),
        agreement_acceptances::accepted_at.eq(store.now()),
        agreement_acceptances::accepted_by.eq(member.id()),
        agreement_acceptances::signer_first_name.eq(signer.first_name),
        agreement_acceptances::signer_last_name.eq(signer.last_name),
        agreement_acceptances::signer_email.eq(signer.email),
        agreement_acceptances::signer_phone.eq(signer.phone),
    );
    diesel::insert_into(agreement_acceptances::table).values(row).execute(conn).await?;
    let details = json!({ "version": agreement.version, "kind": agreement.kind });
    Ok(Some(Change::new(Event::AgreementAccepted, agreement.id).read_by([customer.id]).with(details)))
}

async fn is_accepted(conn: &mut AsyncPgConnection, customer: &Organization, texts: &[Agreement]) -> Result<bool> {
    let ids: Vec<AgreementId> = texts.iter().map(|text| text.id).collect();
    let accepted = agreement_acceptances::table
        .filter(agreement_acceptances::organization_id.eq(customer.id))
        .filter(agreement_acceptances::agreement_id.eq_any(ids));
    Ok(diesel::select(diesel::dsl::exists(accepted)).get_result(conn).await?)
}

impl NewSigner {
    fn check(&self, checks: &mut Checks) -> Self {
        Self {
            first_name: checks.required_line("signer.firstName", &self.first_name, LONGEST_NAME),
            last_name: checks.required_line("signer.lastName", &self.last_name, LONGEST_NAME),
            email: checks.email("signer.email", &self.email),
            phone: self
                .phone
                .as_ref()
                .map(|phone| checks.line("signer.phone", phone, LONGEST_PHONE))
                .filter(|phone| !phone.is_empty()),
        }
    }
}
