//! The folder of all that `cargo dev` writes: the database, mails, keys.

use std::fs::{self, File, Permissions, TryLockError};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand_core::{OsRng, RngCore};
use secrecy::SecretString;

use crate::workspace;

/// Where the data folder is.
#[derive(Debug, Clone, clap::Args)]
pub struct DataDir {
    /// Where everything is kept; by default `.accord` in the checkout
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
}

impl DataDir {
    /// The folder, absolute; it need not exist.
    pub(crate) fn path(&self) -> Result<PathBuf> {
        match &self.data_dir {
            Some(given) => Ok(std::path::absolute(given)?),
            None => Ok(workspace::root().join(".accord")),
        }
    }

    /// The folder, made if need be.
    pub(crate) fn create(&self) -> Result<PathBuf> {
        let path = self.path()?;
        fs::create_dir_all(&path).with_context(|| format!("cannot create {}", path.display()))?;
        Ok(path)
    }

    /// What to add to a command line for it to find the same folder: nothing, or ` --data-dir FOLDER`.
    pub(crate) fn as_argument(&self) -> String {
        self.data_dir.as_ref().map(|given| format!(" --data-dir {}", given.display())).unwrap_or_default()
    }
}

/// The right to run on a data folder; ends with the process, however that ends.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "held, not used")] File);

impl Lock {
    /// Takes it; none: another process has it.
    pub(crate) fn try_take(data_dir: &Path) -> Result<Option<Self>> {
        let path = data_dir.join("up.lock");
        let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => bail!("cannot lock {}: {error}", path.display()),
        }
    }
}

/// The data folder's key of this name: 32 random bytes in base64, made when first asked for and kept for its owner.
pub(crate) fn key(data_dir: &Path, name: &str) -> Result<SecretString> {
    let folder = data_dir.join("keys");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    fs::set_permissions(&folder, Permissions::from_mode(0o700))?;
    let path = folder.join(name);
    if !path.exists() {
        let mut bytes = [0; 32];
        OsRng.fill_bytes(&mut bytes);
        // A temporary file is its owner's alone, and complete before it gets its name.
        let mut file = tempfile::NamedTempFile::new_in(&folder)?;
        writeln!(file, "{}", STANDARD.encode(bytes))?;
        match file.persist_noclobber(&path) {
            Err(failed) if failed.error.kind() != ErrorKind::AlreadyExists => return Err(failed.error.into()),
            _ => {}
        }
    }
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.trim_end().into())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_closed_to_others() -> Result<()> {
        let data_dir = tempfile::tempdir()?;
        let link = key(data_dir.path(), "link")?;
        assert_eq!(STANDARD.decode(link.expose_secret())?.len(), 32);
        assert_eq!(link.expose_secret(), key(data_dir.path(), "link")?.expose_secret());
        assert_ne!(link.expose_secret(), key(data_dir.path(), "seal")?.expose_secret());
        assert_eq!(data_dir.path().join("keys/link").metadata()?.permissions().mode() & 0o777, 0o600);
        Ok(())
    }

    #[test]
    fn a_folder_is_one_processs_at_a_time() -> Result<()> {
        let data_dir = tempfile::tempdir()?;
        let first = Lock::try_take(data_dir.path())?;
        assert!(first.is_some());
        assert!(Lock::try_take(data_dir.path())?.is_none());
        drop(first);
        assert!(Lock::try_take(data_dir.path())?.is_some());
        Ok(())
    }
}
