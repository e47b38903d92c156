use std::fmt;

use domain::{Confidence, Finding, Severity};

const LONGEST_SHOWN: usize = 200;

/// A member's name as it may be shown: escaped and shortened, for it comes from the attacker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberName(String);

impl MemberName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&[u8]> for MemberName {
    fn from(raw: &[u8]) -> Self {
        let text = String::from_utf8_lossy(raw);
        let mut shown: String = text.chars().take(LONGEST_SHOWN).flat_map(char::escape_debug).collect();
        if text.chars().nth(LONGEST_SHOWN).is_some() {
            shown.push('…');
        }
        Self(shown)
    }
}

impl From<&str> for MemberName {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

impl fmt::Display for MemberName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What kind of defence a rule belongs to: it decides the advice and the reference.
#[derive(Debug, Clone, Copy)]
enum Aim {
    Reading,
    Place,
    Cost,
}

macro_rules! violations {
    (
        whole { $($whole:ident $whole_aim:ident $whole_id:literal $whole_text:literal,)* }
        member { $($member:ident $member_aim:ident $member_id:literal $member_text:literal,)* }
    ) => {
        /// Why an archive is refused: the closed list of rules.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Violation {
            $(#[doc = concat!("The archive ", $whole_text, ".")] $whole,)*
            $(#[doc = concat!("The member ", $member_text, ".")] $member(MemberName),)*
        }

        impl Violation {
            /// The ids of all rules.
            pub const RULES: &[&str] =
                &[$(concat!("archive-", $whole_id),)* $(concat!("archive-", $member_id),)*];

            /// The rule's id, for findings and policies.
            pub fn rule(&self) -> &'static str {
                match self {
                    $(Self::$whole => concat!("archive-", $whole_id),)*
                    $(Self::$member(_) => concat!("archive-", $member_id),)*
                }
            }

            /// The member that breaks the rule; `None` where it is the archive as a whole.
            pub fn member(&self) -> Option<&MemberName> {
                match self {
                    $(Self::$whole)|* => None,
                    $(Self::$member(name))|* => Some(name),
                }
            }

            fn text(&self) -> &'static str {
                match self {
                    $(Self::$whole => $whole_text,)*
                    $(Self::$member(_) => $member_text,)*
                }
            }

            fn aim(&self) -> Aim {
                match self {
                    $(Self::$whole => Aim::$whole_aim,)*
                    $(Self::$member(_) => Aim::$member_aim,)*
                }
            }

            /// What a finding of each rule says, of no archive in particular, in the order of [`Violation::RULES`].
            pub fn documentation() -> Vec<Finding> {
                vec![
                    $(finding(concat!("archive-", $whole_id), Aim::$whole_aim, concat!("The archive ", $whole_text, ".")),)*
                    $(finding(concat!("archive-", $member_id), Aim::$member_aim, concat!("A member ", $member_text, ".")),)*
                ]
            }
        }
    };
}

violations! {
    whole {
        TooManyEntries Cost "too-many-entries" "has more entries than the limit",
        TooLarge Cost "too-large" "unpacks to more bytes than the limit",
        Ratio Cost "ratio" "unpacks to more times its own length than the limit, as a bomb does",
        NamesTooLarge Cost "names-too-large" "has more bytes of names and headers than the limit",
        Truncated Reading "truncated" "ends before its structure does",
        TrailingBytes Reading "trailing-bytes" "has bytes after its end",
        AlsoTar Reading "also-tar" "can be read both as a zip and as a tar file",
        AlsoZip Reading "also-zip" "can be read both as a gzip and as a zip file",
        NoEndRecord Reading "no-end-record" "has no end record",
        SecondEndRecord Reading "second-end-record" "has more than one end record, so readers choose differently",
        SplitArchive Reading "split" "says that it is one part of a split archive",
        IncompleteZip64 Reading "incomplete-zip64" "asks for Zip64 end records that are missing or incomplete",
        Zip64EndConflict Reading "zip64-end-conflict" "has a Zip64 end record that contradicts its end record",
        DirectoryRange Reading "directory-range" "has a central directory that is not exactly in front of its end records",
        DirectoryCount Reading "directory-count" "has another number of entries than its end record says",
        DirectoryBroken Reading "directory-broken" "has a central directory that does not consist of whole entries",
        PrefixBytes Reading "prefix-bytes" "has bytes in front of its first member",
        GapBytes Reading "gap-bytes" "has bytes between a member and what follows it",
        GzipHeader Reading "gzip-header" "has a gzip header with unknown or unusual flags",
        GzipStream Reading "gzip-stream" "has a broken or truncated gzip stream",
        GzipChecksum Reading "gzip-checksum" "has a gzip checksum or length that is wrong",
        GzipMembers Reading "gzip-members" "consists of several gzip members, which some readers join and others drop",
        HeaderChecksum Reading "header-checksum" "has a tar header with a wrong checksum",
        HeaderMagic Reading "header-magic" "has a tar header of an unknown dialect",
        GlobalHeader Reading "global-header" "has a global pax header that is repeated, misplaced, or changes names or sizes",
        RepeatedHeader Reading "repeated-header" "has several extended headers of one kind for one member",
        DanglingHeader Reading "dangling-header" "has an extended header that no member follows",
        MissingEnd Reading "missing-end" "does not end with two zero blocks",
        BytesAfterEnd Reading "bytes-after-end" "has data after the end of its tar stream",
    }
    member {
        MemberTooLarge Cost "member-too-large" "unpacks to more bytes than the limit for one member",
        TooDeep Cost "too-deep" "has more path components than the limit",
        PathTooLong Cost "path-too-long" "has a path or link target that is longer than the limit",
        HeaderTooLarge Cost "header-too-large" "has an extended header that is larger than the limit",
        Overlap Reading "overlap" "shares bytes with another member or with the central directory",
        LocalHeader Reading "local-header" "has no local header where the central directory says",
        HeadersDisagree Reading "headers-disagree" "is described differently by its local header and the central directory",
        DataDescriptor Reading "data-descriptor" "has its sizes after its data, where readers search them differently",
        Encrypted Reading "encrypted" "is encrypted",
        Patched Reading "patched" "is compressed patched data",
        UnknownFlag Reading "unknown-flag" "sets a flag that readers do not agree on",
        UnknownMethod Reading "unknown-method" "is neither stored nor deflated",
        UnknownVersion Reading "unknown-version" "needs a newer version of the format than readers know",
        MemberComment Reading "member-comment" "has a comment in the central directory",
        BrokenExtra Reading "broken-extra" "has an extra field that does not consist of whole records",
        DuplicateExtra Reading "duplicate-extra" "has two extra records of one kind",
        UnknownExtra Reading "unknown-extra" "has an extra record of a kind that could change how it is read",
        UnicodePath Reading "unicode-path" "has a Unicode path record that differs from its name",
        Zip64Extra Reading "zip64-extra" "has a Zip64 record that does not fit its header",
        BrokenStream Reading "broken-stream" "has broken or truncated compressed data",
        SizeMismatch Reading "size-mismatch" "has another length than its headers say",
        Checksum Reading "checksum" "has another CRC-32 than its headers say",
        KindUnclear Reading "kind-unclear" "is a file to some readers and a directory or link to others",
        SpecialFile Place "special-file" "is a device, pipe or socket",
        SeveralTops Reading "several-tops" "is an npm manifest in one of several top folders, which npm unpacks over each other",
        StrayLink Place "stray-link" "is a symbolic link to another member, in an archive that git did not write: installers drop it, copy it or follow it",
        HardLink Place "hard-link" "is a hard link",
        Sparse Reading "sparse" "is a sparse file",
        UnknownKind Reading "unknown-kind" "is of a kind that readers do not agree on",
        UnexpectedContent Reading "unexpected-content" "has content although its kind has none",
        HeaderField Reading "header-field" "has a malformed or overflowing field in its header",
        Padding Reading "padding" "is followed by padding that is not zero",
        PaxRecord Reading "pax-record" "has a malformed pax record",
        PaxDuplicate Reading "pax-duplicate" "has two pax records of one kind",
        PaxSize Reading "pax-size" "has a pax size that differs from its header's",
        PaxKey Reading "pax-key" "has a pax record that could change how it is read",
        ConflictingNames Reading "conflicting-names" "is given two names or targets by extended headers",
        NotUtf8 Reading "not-utf8" "has a name that is not UTF-8, or not ASCII where the UTF-8 flag is missing",
        NulInPath Reading "nul-in-path" "has a NUL in its name, where some readers end it",
        ControlCharacter Place "control-character" "has a control character in its name",
        BidiCharacter Place "bidi-character" "has a character in its name that reverses the text shown",
        InvisibleCharacter Place "invisible-character" "has an invisible character in its name",
        Backslash Place "backslash" "has a backslash in its name, a separator on Windows only",
        EmptyPath Place "empty-path" "has an empty name",
        AbsolutePath Place "absolute-path" "has an absolute path",
        UncPath Place "unc-path" "has a path that names a network share",
        DrivePath Place "drive-path" "has a path that names a drive",
        ArchiveMark Place "archive-mark" "has a name that ends in an exclamation mark, which stands for an archive within the archive",
        VersionSuffix Place "version-suffix" "has a name that ends in a semicolon and a number, which some readers drop",
        StreamPath Place "stream-path" "has a colon in its path, which names a hidden stream on Windows",
        ParentPath Place "parent-path" "has `..` as a path component",
        DotPath Place "dot-path" "has an empty or `.` path component",
        TrailingDotOrSpace Place "trailing-dot-or-space" "has a path component that ends with a dot or space, which Windows drops",
        DeviceName Place "device-name" "has a path component that names a device on Windows",
        Duplicate Reading "duplicate" "appears twice",
        CaseCollision Reading "case-collision" "differs from another path by letter case only",
        UnicodeCollision Reading "unicode-collision" "differs from another path by Unicode normalisation only",
        ReplacementCollision Reading "replacement-collision" "becomes another path once characters that Windows forbids are replaced",
        PathClash Reading "path-clash" "is a file or link where another member needs a directory",
        LinkTarget Place "link-target" "is a link whose target is empty or malformed",
        LinkAbsolute Place "link-absolute" "is a link to an absolute path",
        LinkEscapes Place "link-escapes" "is a link that leads out of the archive",
        LinkThroughLink Place "link-through-link" "is a link that goes up again from within another link",
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.member() {
            Some(name) => write!(f, "the member \"{name}\" {}", self.text()),
            None => write!(f, "the archive {}", self.text()),
        }
    }
}

impl std::error::Error for Violation {}

impl Violation {
    /// The violation as a critical finding.
    pub fn finding(&self) -> Finding {
        let path = self.member().map(|name| name.as_str().to_owned());
        Finding { path, ..finding(self.rule(), self.aim(), &self.to_string()) }
    }
}

fn finding(rule: &str, aim: Aim, message: &str) -> Finding {
    let (advice, reference) = match aim {
        Aim::Reading => (
            "do not use this archive: readers disagree on what it holds; ask its publisher for one made with a standard tool",
            "https://cwe.mitre.org/data/definitions/436.html",
        ),
        Aim::Place => (
            "do not use this archive: unpacking it can write to, or show, another place than the name tells",
            "https://cwe.mitre.org/data/definitions/22.html",
        ),
        Aim::Cost => (
            "do not use this archive: reading it costs more than any honest package does",
            "https://cwe.mitre.org/data/definitions/409.html",
        ),
    };
    Finding {
        rule: rule.to_owned(),
        title: "Archive that cannot be trusted".to_owned(),
        severity: Severity::Critical,
        confidence: Confidence::High,
        path: None,
        line: None,
        end_line: None,
        message: message.to_owned(),
        recommendation: advice.to_owned(),
        references: vec![reference.to_owned()],
    }
}
