use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use domain::{Format, PackageUrl};

/// One archive to scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// On this machine.
    File(PathBuf),
    /// To be fetched.
    Url(PackageUrl),
}

impl Target {
    pub(super) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Url(url) => url.to_string(),
        }
    }
}

/// The archives that the arguments name, in their order; and, in a sentence each, what named none.
pub(super) fn find(arguments: &[String]) -> (Vec<Target>, Vec<String>) {
    let (mut targets, mut troubles) = (Vec::new(), Vec::new());
    for argument in arguments {
        match of(argument) {
            Ok(found) => targets.extend(found),
            Err(trouble) => troubles.push(format!("cannot scan {argument}: {trouble}")),
        }
    }
    (targets, troubles)
}

fn of(argument: &str) -> Result<Vec<Target>, String> {
    let is_url = argument.contains("://") || argument.starts_with("pkg:");
    if is_url {
        let url = PackageUrl::parse(argument).map_err(|error| error.to_string())?;
        return Ok(vec![Target::Url(url)]);
    }
    let path = Path::new(argument);
    let metadata = fs::metadata(path).map_err(|error| error.to_string())?;
    if metadata.is_file() {
        return Ok(vec![Target::File(path.to_owned())]);
    }
    if !metadata.is_dir() {
        return Err("it is neither a file nor a folder: save what it gives to a file first".to_owned());
    }
    let mut archives = Vec::new();
    walk(path, &mut archives)?;
    if archives.is_empty() {
        return Err("the folder holds no archive (zip, wheel, tar.gz, tgz or crate)".to_owned());
    }
    archives.sort();
    Ok(archives.into_iter().map(Target::File).collect())
}

/// Archives are told by their first bytes; a file that only has an archive's name is scanned too, which says what is wrong
/// with it. A link to a folder is not followed: it may lead in circles.
fn walk(folder: &Path, archives: &mut Vec<PathBuf>) -> Result<(), String> {
    let cannot = |path: &Path, error: io::Error| format!("{}: {error}", path.display());
    for entry in fs::read_dir(folder).map_err(|error| cannot(folder, error))? {
        let entry = entry.map_err(|error| cannot(folder, error))?;
        let path = entry.path();
        if entry.file_type().map_err(|error| cannot(&path, error))?.is_dir() {
            walk(&path, archives)?;
        } else if is_named_archive(&path)
            || (path.is_file() && is_archive(&path).map_err(|error| cannot(&path, error))?)
        {
            archives.push(path);
        }
    }
    Ok(())
}

fn is_named_archive(path: &Path) -> bool {
    const NAMES: [&str; 8] = [".zip", ".whl", ".tgz", ".crate", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar"];
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    NAMES.iter().any(|extension| name.ends_with(extension))
}

fn is_archive(path: &Path) -> io::Result<bool> {
    let mut head = Vec::with_capacity(4);
    File::open(path)?.take(4).read_to_end(&mut head)?;
    Ok(Format::of(&head).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_searched_for_archives_by_their_bytes() {
        let root = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, bytes).unwrap();
            path
        };
        let (b, a) = (write("z/b", b"PK\x03\x04"), write("a.tgz", b"\x1f\x8b\x08\x00"));
        write("notes.txt", b"no");
        let broken = write("z/broken.zip", b"no");
        let folder = root.path().display().to_string();
        let (targets, troubles) = find(&[folder.clone(), format!("{folder}/none"), "pkg:npm/x@1".into()]);
        let url = PackageUrl::parse("pkg:npm/x@1").unwrap();
        assert_eq!(targets, [Target::File(a), Target::File(b), Target::File(broken), Target::Url(url)]);
        assert_eq!(troubles.len(), 1, "{troubles:?}");
        fs::create_dir(root.path().join("empty")).unwrap();
        let (targets, troubles) = find(&[format!("{folder}/empty"), "ftp://host/a.zip".into()]);
        assert!(targets.is_empty() && troubles.len() == 2, "{troubles:?}");
        assert!(troubles[0].ends_with("the folder holds no archive (zip, wheel, tar.gz, tgz or crate)"));
    }
}
