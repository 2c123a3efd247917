//! Accepts the customer agreement in force, as part of what asked for it.

use diesel_async::AsyncPgConnection;
use serde_json::json;

use super::acceptance::of_version;
use super::in_force::nearest;
use super::{Agreement, AgreementAcceptance, AgreementId, AgreementKind};
use crate::activity::{Change, Event};
use crate::actor::Member;
use crate::error::{Code, Refusal, Result, refuse_all};
use crate::invitation::Acceptance;
use crate::organization::Organization;
use crate::store::Store;
use crate::text::Checks;

/// Accepts the version in force for the organization's country, unless it has accepted it already: then nothing changes.
/// Where a partner has attested it nothing is asked for; what is given all the same is accepted beside the attestation.
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
    if texts.is_empty() {
        return Ok(None);
    }
    let given = with.agreement_id.is_some() || with.signer.is_some();
    match of_version(conn, customer.id, &texts).await? {
        Some(standing) if standing.attested_by.is_none() || !given => return Ok(None),
        _ => {}
    }
    let agreement = of_version_given(&texts, with.agreement_id.as_deref());
    let mut checks = Checks::default();
    if agreement.is_none() {
        checks.0.push(another_version(&texts, locale));
    }
    let signer = with.signer.as_ref().map(|signer| signer.check(&mut checks));
    if signer.is_none() {
        checks.0.push(Code::AgreementRequired.on("signer").saying("say who signs for the organization"));
    }
    refuse_all(checks.0)?;
    let (Some(agreement), Some(signer)) = (agreement, signer) else { return Ok(None) };
    let accepted = AgreementAcceptance::new(customer.id, agreement.id, store.now(), signer);
    AgreementAcceptance { accepted_by: Some(member.id()), ..accepted }.insert(conn).await?;
    let details = json!({ "version": agreement.version, "kind": agreement.kind });
    Ok(Some(Change::new(Event::AgreementAccepted, agreement.id).read_by([customer.id]).with(details)))
}

/// The text that an id names, if it is one of these.
pub(super) fn of_version_given<'a>(texts: &'a [Agreement], id: Option<&str>) -> Option<&'a Agreement> {
    let given: AgreementId = id?.parse().ok()?;
    texts.iter().find(|text| text.id == given)
}

/// Refuses an id that is none of the version in force, naming that.
pub(super) fn another_version(texts: &[Agreement], locale: &str) -> Refusal {
    let in_force = nearest(texts.to_vec(), locale).map(|text| text.id.to_string()).unwrap_or_default();
    Code::AgreementRequired.on("agreementId").saying(format!("accept the customer agreement in force, {in_force}"))
}
