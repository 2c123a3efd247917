//! The platform's own staff, as far as mails go.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::email::{Addressee, Recipient};
use crate::error::Result;
use crate::schema::operators as staff;

/// Every operator, as a mail is addressed to them. They are no users of an organization, and chose no language.
pub(crate) async fn operators(conn: &mut AsyncPgConnection) -> Result<Vec<Addressee>> {
    let query = staff::table.order(staff::id).select((staff::email, staff::name));
    let found: Vec<(String, String)> = query.load(conn).await?;
    let addressee = |(email, name)| Addressee::Stranger(Recipient { email, name: Some(name), locale: "en".to_owned() });
    Ok(found.into_iter().map(addressee).collect())
}
