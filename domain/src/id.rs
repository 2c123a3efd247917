//! Ids: UUIDv7 in the database, TypeID 0.3 outside, of a Rust type that says whose they are.
//!
//! `inv_01h455vb4pex5vsknk084sn02q` reads as an invitation to a person, and an `Id<User>` cannot be passed where an
//! `Id<Invitation>` is meant. Only the canonical spelling is understood.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types;
use type_safe_id::{DynamicType, StaticType, TypeSafeId};
use uuid::Uuid;

/// A noun with ids of its own.
pub trait Named {
    /// What stands before the underscore; settled, since clients keep ids.
    const PREFIX: &'static str;
}

/// The id of a `T`.
#[derive(AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Uuid)]
pub struct Id<T: 'static>(Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// A fresh id; later ones sort after earlier ones, to the millisecond.
    #[must_use]
    pub fn fresh() -> Self {
        Self::from(Uuid::now_v7())
    }

    /// The bare UUID, as the database holds it.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        self.0
    }

    /// The same UUID as the id of another noun: a partner and an account share their organization's.
    #[must_use]
    pub fn cast<U>(self) -> Id<U> {
        Id::from(self.0)
    }
}

impl<T> From<Uuid> for Id<T> {
    fn from(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }
}

impl<T: Named> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&spell(T::PREFIX, self.0))
    }
}

impl<T: Named> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not the canonical spelling of such an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

impl<T: Named> FromStr for Id<T> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        match read(text)? {
            (prefix, uuid) if prefix == T::PREFIX => Ok(Self::from(uuid)),
            _ => Err(NotAnId),
        }
    }
}

/// Spells any id; `prefix` is a noun's own.
#[must_use]
pub fn spell(prefix: &str, uuid: Uuid) -> String {
    let suffix = TypeSafeId::from_type_and_uuid(Bare, uuid).to_string();
    format!("{prefix}_{suffix}")
}

/// TypeID's own spelling of a UUID, without a prefix.
#[derive(Default)]
struct Bare;

impl StaticType for Bare {
    const TYPE: &'static str = "";
}

/// Reads an id of any noun: its prefix and UUID.
pub fn read(text: &str) -> Result<(String, Uuid), NotAnId> {
    let id: TypeSafeId<DynamicType> = text.parse().map_err(|_| NotAnId)?;
    if id.to_string() != text {
        return Err(NotAnId);
    }
    Ok((id.type_prefix().to_owned(), id.uuid()))
}

// Written out, since derives would ask the same of `T`.
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T> FromSql<sql_types::Uuid, Pg> for Id<T> {
    fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Uuid::from_sql(bytes).map(Self::from)
    }
}

impl<T: Named> ToSql<sql_types::Uuid, Pg> for Id<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <Uuid as ToSql<sql_types::Uuid, Pg>>::to_sql(&self.0, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sample;
    impl Named for Sample {
        const PREFIX: &'static str = "inv";
    }

    #[test]
    fn an_id_is_read_back_from_its_own_spelling() {
        let id = Id::<Sample>::fresh();
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn only_the_canonical_spelling_is_understood() {
        let spelled = Id::<Sample>::from(Uuid::nil()).to_string();
        assert_eq!(spelled, "inv_00000000000000000000000000");
        for broken in [
            spelled.to_uppercase(),
            spelled.replace("inv_", "usr_"),
            spelled.replace("inv_", ""),
            spelled.replace("inv_0", "inv_8"),
            format!("{spelled}0"),
            format!(" {spelled}"),
            String::new(),
        ] {
            assert_eq!(broken.parse::<Id<Sample>>(), Err(NotAnId), "{broken}");
        }
    }
}
