//! Where accepted mails go.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use chrono::Utc;
use tokio::sync::watch;
use uuid::Uuid;

/// A mail as it was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The envelope's sender; empty for a bounce.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// The message, byte for byte, with the dots of the protocol taken off.
    pub data: Vec<u8>,
    /// When its last byte came.
    pub at: Instant,
}

/// Where a mailbox keeps its mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep<'a> {
    /// In memory, envelope and all, for tests.
    Memory,
    /// One `<time>-<id>.eml` a mail in this folder, where files sort by time and are complete once there.
    Folder(&'a Path),
}

#[derive(Debug)]
pub(super) enum Store {
    Memory(watch::Sender<Vec<Received>>),
    Folder(PathBuf),
}

impl Store {
    pub(super) fn open(keep: Keep<'_>) -> Result<Self> {
        Ok(match keep {
            Keep::Memory => Self::Memory(watch::Sender::default()),
            Keep::Folder(folder) => {
                fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
                Self::Folder(folder.to_owned())
            }
        })
    }

    /// Keeps a mail; from then on it is there for whoever looks.
    pub(super) async fn keep(&self, mail: Received) -> io::Result<()> {
        match self {
            Self::Memory(mails) => {
                mails.send_modify(|mails| mails.push(mail));
                Ok(())
            }
            Self::Folder(folder) => {
                let folder = folder.clone();
                tokio::task::spawn_blocking(move || write(&folder, &mail.data)).await?
            }
        }
    }
}

/// Writes a message aside and renames it, so that nobody reads half of it.
///
/// Not synced: a mail of the development's is worth less than the time.
fn write(folder: &Path, data: &[u8]) -> io::Result<()> {
    let time = Utc::now().format("%Y%m%dT%H%M%S%.3fZ");
    // The random end of the id, which tells apart the mails of one millisecond.
    let id = Uuid::now_v7().simple().to_string().split_off(24);
    let aside = folder.join(format!(".{time}-{id}.part"));
    fs::write(&aside, data)?;
    fs::rename(&aside, folder.join(format!("{time}-{id}.eml")))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::NaiveDateTime;

    use super::*;

    #[tokio::test]
    async fn a_folder_holds_one_complete_file_a_mail_named_by_its_time() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let mail = folder.path().join("mail");
        let store = Store::open(Keep::Folder(&mail))?;
        for text in ["one", "two"] {
            let (from, to) = (String::new(), Vec::new());
            store.keep(Received { from, to, data: text.into(), at: Instant::now() }).await?;
        }
        let mut texts = BTreeSet::new();
        for file in fs::read_dir(&mail)? {
            let file = file?;
            texts.insert(fs::read_to_string(file.path())?);
            let name = file.file_name().into_string().unwrap_or_default();
            let (time, id) = name.split_once('-').context("no id")?;
            NaiveDateTime::parse_from_str(time, "%Y%m%dT%H%M%S%.3fZ")?;
            assert_eq!((time.len(), id.len(), &id[8..]), (20, 12, ".eml"), "{name}");
        }
        assert!(texts.iter().eq(["one", "two"]), "{texts:?}");
        Ok(())
    }
}
