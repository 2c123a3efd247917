//! GraphiQL's packages, by npm.

use std::path::PathBuf;

use crate::npm;
use crate::progress::step_async;
use crate::workspace;

/// The folder of the pages.
pub(super) fn folder() -> PathBuf {
    workspace::root().join("web")
}

/// Installs what is missing or out of date; a failure costs GraphiQL alone, and is a warning.
pub(super) async fn install() {
    if let Err(error) = step_async("Installing GraphiQL with npm", npm::install(&folder())).await {
        eprintln!("warning: GraphiQL is not there: {error:#}");
    }
}
