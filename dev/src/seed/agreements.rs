//! The agreements of the demo world, and who accepted them.

use chrono::{DateTime, Days, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::activity::{self, Change, Event};
use domain::actor::{Actor, Member};
use domain::agreement::{Agreement, AgreementKind};
use domain::error::Result;
use domain::schema::{agreement_acceptances, agreements};
use serde_json::json;

use super::id_at;
use super::organizations::{ORGANIZATIONS, People};

use AgreementKind::{Customer, Partner};

/// Every text: for whom, where, in which language, under which title.
#[rustfmt::skip]
const TEXTS: &[(AgreementKind, Option<&str>, &str, &str)] = &[
    (Customer, None,       "en", "Customer Agreement"),
    (Customer, None,       "de", "Kundenvertrag"),
    (Customer, Some("US"), "en", "Customer Agreement (United States)"),
    (Partner,  None,       "en", "Partner Agreement"),
];

/// What the publisher calls the version of all of them.
const VERSION: &str = "2025-01";

/// Stores the texts, in force for longer than anybody has been here.
pub(super) async fn insert(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> Result<Vec<Agreement>> {
    let in_force_at = now - Days::new(500);
    let row = |(kind, country, locale, title): &(AgreementKind, Option<&str>, &str, &str)| Agreement {
        id: id_at(in_force_at),
        kind: *kind,
        country: country.map(str::to_owned),
        version: VERSION.to_owned(),
        locale: (*locale).to_owned(),
        title: (*title).to_owned(),
        url: url(*kind, *country, locale),
        in_force_at,
    };
    let rows: Vec<_> = TEXTS.iter().map(row).collect();
    diesel::insert_into(agreements::table).values(&rows).execute(conn).await?;
    Ok(rows)
}

/// Has every partner accept the partner agreement on the day it became one.
pub(super) async fn accept_as_partners(
    conn: &mut AsyncPgConnection,
    texts: &[Agreement],
    people: &People,
) -> Result<()> {
    for partner in ORGANIZATIONS.iter().filter(|organization| organization.partner.is_some()) {
        let admin = people.get(&format!("admin@{}", partner.domain));
        accept(conn, texts, Partner, admin, admin.organization.created_at).await?;
    }
    Ok(())
}

/// Has `admin` accept the agreement that is in force for their organization.
pub(super) async fn accept(
    conn: &mut AsyncPgConnection,
    texts: &[Agreement],
    kind: AgreementKind,
    admin: &Member,
    at: DateTime<Utc>,
) -> Result<()> {
    let own = Some(&admin.organization.country);
    let of = |country: Option<&String>| texts.iter().find(|text| text.kind == kind && text.country.as_ref() == country);
    let Some(text) = of(own).or_else(|| of(None)) else { return Ok(()) };
    let row = (
        agreement_acceptances::id.eq(id_at::<Agreement>(at).uuid()),
        agreement_acceptances::organization_id.eq(admin.organization.id),
        agreement_acceptances::agreement_id.eq(text.id),
        agreement_acceptances::accepted_at.eq(at),
        agreement_acceptances::accepted_by.eq(admin.id()),
        agreement_acceptances::signer_first_name.eq("Alex"),
        agreement_acceptances::signer_last_name.eq("Example"),
        agreement_acceptances::signer_email.eq(&admin.user.email),
    );
    let accepted = diesel::insert_into(agreement_acceptances::table).values(row).on_conflict_do_nothing();
    if accepted.execute(conn).await? == 0 {
        return Ok(());
    }
    let change = Change::new(Event::AgreementAccepted, text.id).read_by([admin.organization.id]);
    let details = json!({ "version": text.version, "kind": text.kind });
    activity::record(conn, &Actor::Member(Box::new(admin.clone())), at, change.with(details)).await
}

fn url(kind: AgreementKind, country: Option<&str>, locale: &str) -> String {
    let place = country.map(|country| format!("/{}", country.to_lowercase())).unwrap_or_default();
    format!("https://agreements.accord.example/{}/{VERSION}{place}/{locale}", kind.as_str())
}
