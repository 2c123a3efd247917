//! `cargo dev token`: a sign-in for a demo user.

use anyhow::{Result, bail, ensure};

use crate::data_dir::DataDir;
use crate::issuer::{Issuer, LIFETIME, claims_for};
use crate::seed;

/// Who signs in, and at whose issuer.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The demo user, such as admin@contoso.example
    email: String,

    /// Sign in who is nobody of the demo world, too
    #[arg(long)]
    anyone: bool,

    #[command(flatten)]
    data_dir: DataDir,
}

/// Prints the token alone on stdout; it lives 12 hours.
pub fn run(options: &Options) -> Result<()> {
    let data_dir = options.data_dir.path()?;
    let email = &options.email;
    if !options.anyone && seed::find_user(email).is_none() {
        bail!("{email} is no demo user; try one of {}, or --anyone", some_users());
    }
    let claims = claims_for(email)?;
    let has_issuer = data_dir.join("issuer").is_dir();
    ensure!(has_issuer, "{} has no issuer: run `cargo dev up` first, or name its --data-dir", data_dir.display());
    println!("{}", Issuer::open(&data_dir)?.token(&claims, LIFETIME)?);
    Ok(())
}

/// The administrators: one address for each organization.
fn some_users() -> String {
    let admins = seed::users().filter(|user| user.email.starts_with("admin@") || user.organization.is_none());
    admins.map(|user| user.email).collect::<Vec<_>>().join(", ")
}
