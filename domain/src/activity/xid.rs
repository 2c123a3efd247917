//! PostgreSQL's 64-bit transaction ids: they never wrap, so they order what was committed.

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};

/// The type `xid8`.
#[derive(diesel::sql_types::SqlType, diesel::query_builder::QueryId, Debug, Clone, Copy)]
#[diesel(postgres_type(oid = 5069, array_oid = 271))]
pub struct Xid8;

/// A transaction, in the order in which transactions began to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Xid8)]
pub(super) struct Xid(u64);

impl Xid {
    /// Later than every transaction.
    pub(super) const NEVER: Self = Self(u64::MAX);
}

impl FromSql<Xid8, Pg> for Xid {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(u64::from_be_bytes(value.as_bytes().try_into()?)))
    }
}

impl ToSql<Xid8, Pg> for Xid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        std::io::Write::write_all(out, &self.0.to_be_bytes())?;
        Ok(IsNull::No)
    }
}

#[cfg(test)]
impl From<u64> for Xid {
    fn from(count: u64) -> Self {
        Self(count)
    }
}
