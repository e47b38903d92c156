//! The commit id that `git archive` writes into what it makes. It is a claim, not a signature: it tells a moved branch or
//! a mistaken server, not a forger.

use std::io::{self, BufReader, Read, Seek as _};

use domain::{CommitId, Format};
use flate2::read::GzDecoder;
use tempfile::NamedTempFile;

const BLOCK: usize = 512;
/// How git names the header that holds the id, and the kind that pax gives to it.
const NAME: &[u8] = b"pax_global_header\0";
const KIND: (usize, u8) = (156, b'g');
/// The record that git writes: its own length, then `comment=` and the id.
const RECORD: &[u8] = b"52 comment=";
const ID: usize = 40;

/// The commit that the archive names, if `git archive` made it. Leaves the file at its first byte.
pub(crate) fn claimed(file: &NamedTempFile, format: Format) -> io::Result<Option<CommitId>> {
    let mut bytes = file.as_file();
    let commit = match format {
        Format::Zip => archive::commit_id(BufReader::new(bytes))?,
        Format::TarGz => in_tar(GzDecoder::new(bytes)),
    };
    bytes.rewind()?;
    Ok(commit)
}

/// The comment of the pax header that a tar begins with. What cannot be inflated names no commit.
fn in_tar(mut tar: impl Read) -> Option<CommitId> {
    let mut blocks = [0; 2 * BLOCK];
    tar.read_exact(&mut blocks).ok()?;
    let (header, records) = blocks.split_at(BLOCK);
    if !header.starts_with(NAME) || header[KIND.0] != KIND.1 {
        return None;
    }
    let (id, end) = records.strip_prefix(RECORD)?.split_at_checked(ID)?;
    let id = std::str::from_utf8(id).ok()?;
    if end.starts_with(b"\n") { CommitId::parse(id).ok() } else { None }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write as _;

    /// The beginning of a tar as `git archive` makes it, with this comment.
    pub(crate) fn tar_gz(commit: &str) -> Vec<u8> {
        let mut blocks = [0; 2 * BLOCK];
        blocks[..NAME.len()].copy_from_slice(NAME);
        blocks[KIND.0] = KIND.1;
        let record = format!("52 comment={commit}\n");
        blocks[BLOCK..BLOCK + record.len()].copy_from_slice(record.as_bytes());
        gzip(&blocks)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(vec![], Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn claimed_by(bytes: &[u8]) -> Option<CommitId> {
        let file = NamedTempFile::new().unwrap();
        file.as_file().write_all(bytes).unwrap();
        file.as_file().rewind().unwrap();
        let commit = claimed(&file, Format::TarGz).unwrap();
        assert_eq!(file.as_file().stream_position().unwrap(), 0);
        commit
    }

    #[test]
    fn the_comment_of_git_alone_names_a_commit() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(claimed_by(&tar_gz(id)).unwrap().as_str(), id);
        let mut plain = vec![0; 2 * BLOCK];
        plain[BLOCK..BLOCK + RECORD.len()].copy_from_slice(RECORD);
        plain[BLOCK + RECORD.len()..BLOCK + RECORD.len() + ID].copy_from_slice(id.as_bytes());
        plain[BLOCK + RECORD.len() + ID] = b'\n';
        let mut named = plain.clone();
        named[..NAME.len()].copy_from_slice(NAME);
        let mut global = plain.clone();
        global[KIND.0] = KIND.1;
        for other in [
            gzip(&plain),
            gzip(&named),
            gzip(&global),
            gzip(b"short"),
            tar_gz(&id[1..]),
            tar_gz(&format!("{id}0")),
            tar_gz(&id.replace('0', "g")),
            tar_gz(id)[..20].to_vec(),
            b"no gzip".to_vec(),
        ] {
            assert_eq!(claimed_by(&other), None);
        }
    }

    /// What the real git makes, beside what the tests above suppose.
    #[test]
    fn gits_own_archive_names_its_commit() {
        let folder = tempfile::tempdir().unwrap();
        let git = |arguments: &[&str]| {
            let identity = ["-c", "user.name=x", "-c", "user.email=x@example.invalid"];
            let mut command = std::process::Command::new("git");
            command.arg("-C").arg(folder.path()).args(identity).args(arguments);
            let output = command.output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        };
        git(&["init", "-q"]);
        std::fs::write(folder.path().join("a"), "a").unwrap();
        git(&["add", "a"]);
        git(&["commit", "-q", "-m", "a"]);
        let id = String::from_utf8(git(&["rev-parse", "HEAD"])).unwrap();
        let tar = git(&["archive", "--format=tar.gz", "--prefix=a-main/", "HEAD"]);
        assert_eq!(claimed_by(&tar).unwrap().as_str(), id.trim());
    }
}
