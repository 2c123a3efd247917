//! What PostgreSQL says of the tables in a database.

use anyhow::{Context, Result};
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

/// Every table's columns in their order; tables in order of name. Diesel's own begin with two underscores.
const COLUMNS: &str = r"
    select c.relname::text as table_name, a.attname::text as name, t.typname::text as type_name,
           not a.attnotnull as is_nullable, col_description(c.oid, a.attnum) as comment,
           obj_description(c.oid, 'pg_class') as table_comment
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname not like '\_\_%'
    order by c.relname, a.attnum";

/// The columns of primary keys, in the keys' order.
const KEYS: &str = "
    select c.relname::text as table_name, a.attname::text as name
    from pg_index i
    join pg_class c on c.oid = i.indrelid
    join lateral unnest(i.indkey) with ordinality k (attribute, place) on true
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attribute
    where i.indisprimary and c.relnamespace = 'public'::regnamespace
    order by c.relname, k.place";

/// The foreign keys, each by its first column.
const REFERENCES: &str = "
    select c.relname::text as table_name, f.relname::text as target, a.attname::text as name
    from pg_constraint x
    join pg_class c on c.oid = x.conrelid
    join pg_class f on f.oid = x.confrelid
    join pg_attribute a on a.attrelid = c.oid and a.attnum = x.conkey[1]
    where x.contype = 'f' and c.relnamespace = 'public'::regnamespace
    order by c.relname, f.relname, a.attname";

/// The tables of one database.
#[derive(Debug)]
pub(super) struct Catalog {
    /// In order of their tables, then of their place.
    pub(super) columns: Vec<Column>,
    pub(super) keys: Vec<Key>,
    pub(super) references: Vec<Reference>,
}

/// A column.
#[derive(Debug, QueryableByName)]
pub(super) struct Column {
    #[diesel(sql_type = Text)]
    pub(super) table_name: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) table_comment: Option<String>,
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    /// PostgreSQL's own name for it: `int4`, and `_text` for an array.
    #[diesel(sql_type = Text)]
    pub(super) type_name: String,
    #[diesel(sql_type = Bool)]
    pub(super) is_nullable: bool,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) comment: Option<String>,
}

/// A column of a primary key.
#[derive(Debug, QueryableByName)]
pub(super) struct Key {
    #[diesel(sql_type = Text)]
    pub(super) table_name: String,
    #[diesel(sql_type = Text)]
    pub(super) name: String,
}

/// A column that refers to another table.
#[derive(Debug, QueryableByName)]
pub(super) struct Reference {
    #[diesel(sql_type = Text)]
    pub(super) table_name: String,
    #[diesel(sql_type = Text)]
    pub(super) target: String,
    #[diesel(sql_type = Text)]
    pub(super) name: String,
}

impl Catalog {
    /// Reads the catalog of the database there.
    pub(super) async fn read(url: &str) -> Result<Self> {
        let conn = &mut AsyncPgConnection::establish(url).await.context("cannot reach the database")?;
        Ok(Self {
            columns: diesel::sql_query(COLUMNS).load(conn).await?,
            keys: diesel::sql_query(KEYS).load(conn).await?,
            references: diesel::sql_query(REFERENCES).load(conn).await?,
        })
    }
}
