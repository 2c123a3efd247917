//! `cargo dev db`: the migrations and what is generated from them.

mod catalog;
mod print_schema;

use anyhow::Result;

use self::catalog::Catalog;
use crate::data_dir::{DataDir, Lock};
use crate::database::{Database, Server};
use crate::scratch::Scratch;
use crate::workspace::{self, Written};

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Run the migrations that the development's database lacks
    Migrate {
        /// Whose database.
        #[command(flatten)]
        data_dir: DataDir,
        /// Or which other.
        #[command(flatten)]
        server: Server,
    },
    /// Prove the migrations: all of them, undone and run again, on a throw-away database
    Redo,
    /// Rewrite domain/src/schema.rs from what the migrations make
    Schema {
        /// Only say whether it is as the migrations have it
        #[arg(long)]
        check: bool,
    },
}

/// Does it.
pub async fn run(command: &Command) -> Result<()> {
    match command {
        Command::Migrate { data_dir, server } => migrate(data_dir, server).await,
        Command::Redo => redo(&Scratch::start()?).await,
        Command::Schema { check: true } => check_schema(&Scratch::start()?).await,
        Command::Schema { check: false } => schema(&Scratch::start()?).await?.write(),
    }
}

/// Undoes and runs again every migration.
pub(crate) async fn redo(scratch: &Scratch) -> Result<()> {
    domain::store::redo_migrations(&scratch.database("redone")?.into()).await
}

/// Fails unless schema.rs is as the migrations have it.
pub(crate) async fn check_schema(scratch: &Scratch) -> Result<()> {
    schema(scratch).await?.check("cargo dev db schema")
}

async fn schema(scratch: &Scratch) -> Result<Written> {
    let url = scratch.database("migrated")?;
    domain::store::migrate(&url.clone().into()).await?;
    let text = print_schema::print(&Catalog::read(&url).await?)?;
    Ok(Written { path: workspace::root().join("domain/src/schema.rs"), text })
}

async fn migrate(data_dir: &DataDir, server: &Server) -> Result<()> {
    let data_dir = data_dir.create()?;
    // Nobody starts to use the cluster while it may be stopped again; who uses it already has it run on.
    let _lock = Lock::try_take(&data_dir)?;
    let database = Database::open(&data_dir, server)?;
    let migrated = domain::store::migrate(database.url()).await;
    if !database.is_adopted() {
        database.stop()?;
    }
    for name in migrated? {
        eprintln!("Ran {name}");
    }
    Ok(())
}
