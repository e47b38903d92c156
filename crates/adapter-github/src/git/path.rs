//! Names that git refuses to check out, and attributes by which it would check out other bytes than were scanned.

use domain::steers;

/// Why git, here or at a server that checks what it receives, takes no tree with this path; `None` for what it takes.
/// `verify_path` in git's `read-cache.c`, with its protections for Windows and macOS.
pub(crate) fn refused_name(path: &str, is_link: bool) -> Option<&'static str> {
    path.split('/').find_map(|component| {
        let name = as_a_disk_takes_it(component);
        match name.as_str() {
            "" | "." | ".." => Some("git keeps no such name"),
            ".git" | "git~1" => Some("git keeps its own files under that name"),
            _ if is_link && (is_file_of_git(&name, "modules", "7eba") || is_attributes(&name)) => {
                Some("git takes no link for a file that it reads")
            }
            _ if name.contains(['\\', ':', '\0']) => Some("git refuses that character in a name"),
            _ => None,
        }
    })
}

/// Without case, what macOS ignores in a name, and the dots and spaces that Windows drops at its end.
fn as_a_disk_takes_it(component: &str) -> String {
    let shown: String = component.chars().filter(|c| !steers(*c)).flat_map(char::to_lowercase).collect();
    match shown.trim_end_matches(['.', ' ']) {
        "" => shown,
        trimmed => trimmed.to_owned(),
    }
}

/// Whether git takes the file for `.gitattributes`, on any disk.
pub(crate) fn is_gitattributes(path: &str) -> bool {
    is_attributes(&as_a_disk_takes_it(path.rsplit('/').next().unwrap_or_default()))
}

fn is_attributes(name: &str) -> bool {
    is_file_of_git(name, "attributes", "7d29")
}

/// `.git<rest>`, and the short names that Windows gives it.
fn is_file_of_git(name: &str, rest: &str, digest: &str) -> bool {
    name.strip_prefix(".git") == Some(rest)
        || name.starts_with(&format!("git{}~", &rest[..3]))
        || name.starts_with(&format!("gi{digest}~"))
}

/// The first attribute in a `.gitattributes` by which git writes other content than it keeps: a filter (Git LFS fetches
/// it from an address that the package names itself), another encoding, or text in place of `$Id$`. Line ends are let be.
pub(crate) fn attributes_that_change_content(content: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(content);
    let changes = |word: &&str| {
        *word == "ident" || ["filter=", "working-tree-encoding="].iter().any(|name| word.starts_with(name))
    };
    let mut words = text.split(|c: char| c.is_ascii_whitespace() || c.is_control());
    words.find(changes).map(|word| word.chars().take(60).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_any_disk_takes_for_gits_own() {
        for path in [
            ".git",
            ".GIT/config",
            "a/.Git/hooks/post-checkout",
            "git~1/config",
            "GIT~1",
            ".git./x",
            ".git /x",
            ".g\u{200c}it/config",
            ".gi\u{feff}t",
            "a/../b",
            "a//b",
            "./a",
            "a/.git::$INDEX_ALLOCATION",
            "a\\b",
        ] {
            assert!(refused_name(path, false).is_some(), "{path:?}");
        }
        for link in [".gitmodules", ".GITMODULES", "a/gitmod~1", "GI7EBA~3", "a/.GitAttributes", "gitatt~1"] {
            assert!(refused_name(link, true).is_some(), "{link}");
        }
        for path in
            [".gitmodules", ".github/workflows/a.yml", ".gitignore", "git", "a.git/b", "...", "git~10"]
        {
            assert_eq!(refused_name(path, false), None, "{path}");
        }
    }

    #[test]
    fn knows_the_attributes_on_any_disk() {
        for path in [".gitattributes", "a/b/.GITATTRIBUTES", ".gitattributes.", "GITATT~1"] {
            assert!(is_gitattributes(path), "{path}");
        }
        assert!(!is_gitattributes("gitattributes") && !is_gitattributes(".gitattributes/x"));
    }

    #[test]
    fn tells_attributes_that_change_content() {
        for (text, told) in [
            ("*.bin filter=lfs diff=lfs merge=lfs -text\n", "filter=lfs"),
            ("* text=auto\n\"a b\" ident", "ident"),
            ("[attr]x working-tree-encoding=SHIFT-JIS\r\n", "working-tree-encoding=SHIFT-JIS"),
        ] {
            assert_eq!(attributes_that_change_content(text.as_bytes()).as_deref(), Some(told), "{text}");
        }
        for text in
            ["* text=auto eol=lf\n*.bat eol=crlf\n", "*.bin -filter !ident -ident", "docs export-ignore"]
        {
            assert_eq!(attributes_that_change_content(text.as_bytes()), None, "{text}");
        }
    }
}
