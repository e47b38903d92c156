//! What the rules could not look into: each is a finding, with a severity by where it runs or who runs it.

use crate::level::{Levels, Statement};

/// What kind of content was not read any further than its raw bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unread {
    /// An archive within, of a kind that is not read, or that was refused or lies too deep.
    Archive,
    /// An archive within that does harm when it is unpacked.
    HostileArchive,
    /// The rules did not come to an end.
    OutOfTime,
    /// More matches than are kept.
    TooManyMatches,
    /// A source that marks itself as worth a look and cannot be parsed.
    Source,
    /// A notebook whose cells cannot be told.
    Notebook,
    /// A Python source of that kind: large ones are data, and honest packages import theirs when they are asked for it.
    Python,
    /// A source that names more files than are followed.
    Names,
    /// A manifest that says what runs when.
    Manifest,
    /// Compiled Python beside its source.
    Bytecode,
    /// Compiled Python without a source.
    BytecodeAlone,
    /// An extension module or shared library.
    Extension,
    /// Another program.
    Program,
    /// Other bytes that are no text.
    Binary,
    /// A link under whose name its target was not scanned.
    Link,
}

impl Unread {
    pub(crate) const ALL: [Self; 15] = [
        Self::Archive,
        Self::HostileArchive,
        Self::OutOfTime,
        Self::TooManyMatches,
        Self::Source,
        Self::Notebook,
        Self::Python,
        Self::Names,
        Self::Manifest,
        Self::Bytecode,
        Self::BytecodeAlone,
        Self::Extension,
        Self::Program,
        Self::Binary,
        Self::Link,
    ];

    /// Whether the context of the file itself counts, and not only that somebody runs it.
    pub(crate) fn runs_by_itself(self) -> bool {
        matches!(
            self,
            Self::OutOfTime
                | Self::TooManyMatches
                | Self::Source
                | Self::Notebook
                | Self::Python
                | Self::Names
                | Self::Manifest
                | Self::Bytecode
                | Self::BytecodeAlone
                | Self::Link
        )
    }

    /// Columns as in `combine.rs`: unasked, import, run, aside. For archives and binaries the first two mean that a file
    /// which runs then names them next to code that runs, loads or decodes.
    #[rustfmt::skip]
    pub(crate) fn statement(self) -> &'static Statement {
        const ARCHIVE: Statement = unread("unread-archive", "An archive within was not opened", [4, 3, 2, 2],
            "Its raw bytes were scanned, what is packed in them was not. Test data and data sets are often such archives.");
        const HOSTILE: Statement = unread("unread-archive-hostile", "An archive within does harm when it is unpacked", [4, 3, 3, 2],
            "It is a bomb, or writes to other places than its names tell. Tests of archive readers hold such files.");
        const OUT_OF_TIME: Statement = unread("unread-file", "A file was not scanned to its end", [4, 4, 3, 2],
            "The rules did not come to an end within the time for one file.");
        const TOO_MANY: Statement = unread("unread-matches", "A file matches too often to be told apart", [4, 3, 2, 1],
            "Behaviours that meet behind so many matches would not be seen. Large tables and bundles match often.");
        const SOURCE: Statement = unread("unread-source", "A source could not be parsed", [4, 2, 1, 1],
            "It was scanned as it is written; what its names and texts come to was not worked out. Large bundles are such files.");
        const NOTEBOOK: Statement = unread("unread-notebook", "A notebook could not be read", [4, 3, 3, 1],
            "It was scanned as it is written; the code of its cells was not. Jupyter cannot read it either, or reads it another way.");
        const PYTHON: Statement = unread("unread-python", "A Python source could not be parsed", [4, 3, 1, 1],
            "It was scanned as it is written; what its names and texts come to was not worked out. Nobody writes so much by hand.");
        const NAMES: Statement = unread("unread-names", "A file names more files than are followed", [4, 3, 0, 0],
            "Which files run before anybody calls them is told by who names them; one of those may be among the rest.");
        const MANIFEST: Statement = unread("unread-manifest", "A manifest could not be read", [3, 3, 3, 1],
            "It says what runs when the package is installed; an installer could not read it either, or reads it another way.");
        const BYTECODE: Statement = unread("unread-bytecode", "Compiled Python lies beside its source", [3, 2, 2, 1],
            "Python may run it in place of its source. It is usually left over from a build.");
        const ALONE: Statement = unread("unread-bytecode-alone", "Compiled Python comes without its source", [4, 3, 3, 2],
            "Nobody can read it, and Python runs it like a source.");
        const EXTENSION: Statement = unread("native-extension", "A native extension module", [4, 1, 1, 1],
            "Native code is scanned as bytes. That is honest in a wheel; loaded by an installation it is not.");
        const PROGRAM: Statement = unread("native-program", "A native program", [4, 3, 1, 1],
            "Native code is scanned as bytes. Launchers and tools are such files; run by an installation or an import it may do anything.");
        const BINARY: Statement = unread("unread-binary", "A file of unknown kind is run or decoded", [4, 3, 0, 0],
            "Code that runs unasked names it next to code that runs or decodes something.");
        const LINK: Statement = unread("unread-link", "A link gives a file a name that misleads", [4, 3, 3, 2],
            "By that name it is read another way, or runs at another time, than the file that was scanned.");
        match self {
            Self::Archive => &ARCHIVE,
            Self::HostileArchive => &HOSTILE,
            Self::OutOfTime => &OUT_OF_TIME,
            Self::TooManyMatches => &TOO_MANY,
            Self::Source => &SOURCE,
            Self::Notebook => &NOTEBOOK,
            Self::Python => &PYTHON,
            Self::Names => &NAMES,
            Self::Manifest => &MANIFEST,
            Self::Bytecode => &BYTECODE,
            Self::BytecodeAlone => &ALONE,
            Self::Extension => &EXTENSION,
            Self::Program => &PROGRAM,
            Self::Binary => &BINARY,
            Self::Link => &LINK,
        }
    }
}

const fn unread(id: &'static str, title: &'static str, levels: [u8; 4], reason: &'static str) -> Statement {
    let advice = "Look at the file and at what uses it. Ask the author for a package that can be read.";
    let references =
        "https://attack.mitre.org/techniques/T1027/, https://cwe.mitre.org/data/definitions/506.html";
    Statement { id, title, levels: Levels::new(levels), reason, advice, references }
}

/// The starts of native programs: ELF, the four of Mach-O, and Mach-O for several machines (Java classes share that one).
const NATIVE: &[&[u8]] = &[
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
];

const EXTENSIONS: &[&str] = &["so", "pyd", "dylib", "dll", "node", "a", "o", "lib"];

/// What kind of binary a file is; `None` for text.
pub(crate) fn binary_kind(path: &str, bytes: &[u8]) -> Option<Unread> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    // Shared libraries carry versions: `libx.so.3`.
    let is_library = EXTENSIONS.contains(&extension) || name.contains(".so.");
    if NATIVE.iter().any(|magic| bytes.starts_with(magic)) || is_portable_executable(bytes) {
        return Some(if is_library { Unread::Extension } else { Unread::Program });
    }
    if bytes.get(2..4) == Some(b"\r\n") && matches!(extension, "pyc" | "pyo" | "") || extension == "pyc" {
        return Some(Unread::BytecodeAlone);
    }
    bytes[..bytes.len().min(4096)].contains(&0).then_some(Unread::Binary)
}

/// The signature stands where the old header says.
fn is_portable_executable(bytes: &[u8]) -> bool {
    let offset = bytes.get(60..64).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes);
    let signature =
        offset.and_then(|at| bytes.get(at as usize..)).is_some_and(|rest| rest.starts_with(b"PE\0\0"));
    bytes.starts_with(b"MZ") && signature
}

/// The source of compiled Python: `a/__pycache__/b.cpython-312.pyc` and `a/b.pyc` both come of `a/b.py`.
pub(crate) fn source_of_bytecode(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = folder.strip_suffix("__pycache__").map_or(folder, |folder| folder.trim_end_matches('/'));
    let stem = name.split('.').next().unwrap_or(name);
    let slash = if folder.is_empty() { "" } else { "/" };
    format!("{folder}{slash}{stem}.py")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_is_told_by_its_start_and_not_by_its_name() {
        let mut program = vec![0; 128];
        program[..2].copy_from_slice(b"MZ");
        program[60] = 64;
        program[64..68].copy_from_slice(b"PE\0\0");
        for (path, bytes, kind) in [
            ("p/_x.cpython-312-x86_64-linux-gnu.so", &b"\x7fELF\x02"[..], Some(Unread::Extension)),
            ("p.libs/libz.so.1", b"\x7fELF\x02", Some(Unread::Extension)),
            ("p/x.pyd", &program, Some(Unread::Extension)),
            ("p/cli.exe", &program, Some(Unread::Program)),
            ("p/logo.png", b"\x7fELF\x02", Some(Unread::Program)),
            ("p/x.pyd", b"\0\x01", Some(Unread::Binary)),
            ("p/x.pyc", b"\xcb\x0d\r\n\0", Some(Unread::BytecodeAlone)),
            ("p/x.py", b"MZ = 1\n", None),
            ("p/x.py", b"", None),
        ] {
            assert_eq!(binary_kind(path, bytes), kind, "{path} {bytes:?}");
        }
    }

    #[test]
    fn bytecode_has_a_source_beside_it_or_above() {
        assert_eq!(source_of_bytecode("a/__pycache__/b.cpython-312.pyc"), "a/b.py");
        assert_eq!(source_of_bytecode("__pycache__/b.pyc"), "b.py");
        assert_eq!(source_of_bytecode("a/b.pyc"), "a/b.py");
    }

    #[test]
    fn every_kind_has_an_id_of_its_own() {
        let ids: std::collections::BTreeSet<_> =
            Unread::ALL.map(|kind| kind.statement().id).into_iter().collect();
        assert_eq!(ids.len(), Unread::ALL.len());
    }
}
