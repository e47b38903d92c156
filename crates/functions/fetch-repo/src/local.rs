//! Files of this machine, for the local runner alone.

use std::{fs::File, io, path::Path};

use crate::failure::{FetchError, Result};

/// Opens `path` below `root`. A link may point anywhere below `root`, and nowhere else.
pub(crate) fn open(root: &Path, path: &str, limit: u64) -> Result<File> {
    let unreadable =
        |error: io::Error| FetchError::broken(format!("cannot read the file {path}")).because(error);
    let root = root.canonicalize().map_err(unreadable)?;
    let real = root.join(path).canonicalize().map_err(unreadable)?;
    if !real.starts_with(&root) {
        return Err(FetchError::refused(format!("{path} leads out of the folder of the request file")));
    }
    // Before opening: opening a pipe would wait for its writer.
    let metadata = real.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(FetchError::broken(format!("{path} is no file")));
    }
    if metadata.len() > limit {
        return Err(FetchError::refused(format!(
            "{path} is larger than the {limit} bytes that are accepted"
        )));
    }
    File::open(&real).map_err(unreadable)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::symlink};

    #[test]
    fn opens_below_the_root_and_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("requests");
        fs::create_dir_all(root.join("inner")).unwrap();
        fs::write(root.join("inner/a.zip"), b"PK").unwrap();
        fs::write(folder.path().join("secret"), b"PK").unwrap();
        fs::create_dir(folder.path().join("requests-sibling")).unwrap();
        fs::write(folder.path().join("requests-sibling/a"), b"PK").unwrap();
        symlink("inner/a.zip", root.join("honest")).unwrap();
        symlink("../secret", root.join("escape")).unwrap();
        symlink(folder.path().join("requests-sibling"), root.join("sibling")).unwrap();
        for path in ["inner/a.zip", "./inner/a.zip", "honest"] {
            assert!(open(&root, path, 2).is_ok(), "{path}");
        }
        for (path, said) in [
            ("escape", "leads out"),
            ("../secret", "leads out"),
            ("sibling/a", "leads out"),
            ("inner", "is no file"),
            ("absent", "cannot read"),
            ("/etc/passwd", "leads out"),
        ] {
            let error = open(&root, path, 2).expect_err(path);
            assert!(error.to_string().contains(said), "{path}: {error}");
        }
        assert!(open(&root, "inner/a.zip", 1).unwrap_err().to_string().contains("larger"));
    }
}
