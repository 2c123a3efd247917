//! Where a cluster's files lie.
//!
//! Below the data folder, or under /var/tmp when the server's account cannot reach that, as in a checkout below
//! root's home; then the file `<data-dir>/cluster` names the folder.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::owner::Owner;

/// The folder for the cluster of `data_dir`: it exists, is the owner's alone and can be reached by the owner.
///
/// `program` is any the owner may run with `--version`.
pub(super) fn find_or_create(data_dir: &Path, owner: &Owner, program: &Path) -> Result<PathBuf> {
    let note = data_dir.join("cluster");
    if let Some(named) = named_in(&note) {
        // Checked rather than taken: everybody may write to /var/tmp, so it could be somebody else's link.
        ensure!(
            owner.owns(&named) && owner.reaches(&named, program),
            "{} names {}, which belongs to another account; use another data folder",
            note.display(),
            named.display()
        );
        return Ok(named);
    }
    let near = data_dir.join("postgres");
    fs::create_dir_all(&near).with_context(|| format!("cannot create {}", near.display()))?;
    if owner.take(&near, 0o700).is_ok() && owner.reaches(&near, program) {
        return Ok(near);
    }
    // An empty folder left behind would suggest that the cluster is in it; a full one is another account's.
    fs::remove_dir(&near).with_context(|| format!("{} belongs to another account", near.display()))?;

    let far = tempfile::Builder::new().prefix("accord-").tempdir_in("/var/tmp").context("cannot use /var/tmp")?.keep();
    owner.take(&far, 0o700)?;
    fs::write(&note, format!("{}\n", far.display())).with_context(|| format!("cannot write {}", note.display()))?;
    Ok(far)
}

/// The folder a note names; none when there is no note, or the folder was cleaned away.
fn named_in(note: &Path) -> Option<PathBuf> {
    let named = PathBuf::from(fs::read_to_string(note).ok()?.trim_end());
    named.exists().then_some(named)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::binaries::Binaries;
    use super::*;

    #[test]
    fn a_cluster_lies_below_its_data_folder_where_that_can_be_reached() -> Result<()> {
        let data_dir = tempfile::tempdir()?;
        fs::set_permissions(data_dir.path(), fs::Permissions::from_mode(0o755))?;
        let initdb = Binaries::find(None)?.program("initdb");

        let place = find_or_create(data_dir.path(), &Owner::of_this_process()?, &initdb)?;
        assert_eq!(place, data_dir.path().join("postgres"));
        Ok(())
    }

    #[test]
    fn a_cluster_its_server_cannot_reach_lies_under_var_tmp_and_is_named() -> Result<()> {
        let data_dir = tempfile::tempdir()?;
        let cannot_run = Path::new("/nonexistent");

        let place = find_or_create(data_dir.path(), &Owner::of_this_process()?, cannot_run)?;
        assert!(place.starts_with("/var/tmp"), "{}", place.display());
        assert_eq!(named_in(&data_dir.path().join("cluster")).as_ref(), Some(&place));
        assert!(!data_dir.path().join("postgres").exists());

        fs::remove_dir(place)?;
        assert_eq!(named_in(&data_dir.path().join("cluster")), None, "a folder cleaned away is no longer named");
        Ok(())
    }
}
