//! The headers of Python's metadata (PEP 566: as in an e-mail), read only where its readers agree.

/// Where a line ends. `\n` ends one for all, Python's e-mail parser takes a `\r` alone for an end too, and
/// `str.splitlines` some more.
const ENDS: [&[char]; 3] =
    [&[], &['\r'], &['\r', '\x0b', '\x0c', '\x1c', '\x1d', '\x1e', '\u{85}', '\u{2028}', '\u{2029}']];

/// The one value of a header. Two of one name are none: readers differ on which counts.
pub fn header<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    match headers(text, name)?[..] {
        [value] => Some(value),
        _ => None,
    }
}

/// All values of a header. `None` where one reader finds others than another one does.
pub(crate) fn headers<'a>(text: &'a str, name: &str) -> Option<Vec<&'a str>> {
    let [first, others @ ..] = ENDS.map(|ends| read(text, name, ends));
    first.filter(|values| others.iter().all(|other| other.as_ref() == Some(values)))
}

fn read<'a>(text: &'a str, name: &str, ends: &[char]) -> Option<Vec<&'a str>> {
    let mut values = Vec::new();
    let (mut wanted, mut ended) = (false, false);
    let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    for line in lines.flat_map(|line| line.split(ends)).take_while(|line| !line.is_empty()) {
        // What is indented belongs to the header before it. A name or a version in two lines is none.
        if line.starts_with([' ', '\t']) {
            if wanted {
                return None;
            }
            continue;
        }
        let (key, value) = line.split_once(':').unwrap_or_default();
        // For Python the headers end at a line that is none; others go on to the empty line.
        ended |= key.is_empty() || !key.bytes().all(|b| b.is_ascii_graphic());
        wanted = key.trim().eq_ignore_ascii_case(name);
        if wanted {
            if ended {
                return None;
            }
            values.push(value.trim_matches([' ', '\t']));
        }
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_reader_finds_is_read() {
        for text in [
            "Metadata-Version: 2.1\nName: good\nVersion: 1.0\n\nName: a description\n",
            "Name: good\r\nVersion: 1.0\r\n\r\nName: a description\r\n",
            "name:good\nSummary: a\u{2028}b\x0cc\rd\nVersion: 1.0",
            // Old tools fold the description, its empty lines too; some leave a line of a summary as it is.
            "Name: good\nDescription: a\r\r\n        \n        Name: b\nVersion: 1.0\n",
            "Name: good\nVersion: 1.0\nSummary: one\ntwo\nLicense: MIT\n\n",
        ] {
            assert_eq!(header(text, "Name"), Some("good"), "{text:?}");
        }
        let folded = "Name: good\nDescription: a\n        \n        b\nRequires-Python: >=3.9\n";
        assert_eq!(header(folded, "Requires-Python"), Some(">=3.9"));
        assert_eq!(headers("Tag: a\nTag: b\n", "Tag"), Some(vec!["a", "b"]));
        assert_eq!(headers("Tag: a\n", "Build"), Some(vec![]));
    }

    /// `Name` is `evil` for Python in most of these; `str::lines` ends a line at `\n` alone.
    #[test]
    fn what_readers_find_differently_is_no_header() {
        for end in ['\r', '\x0b', '\x0c', '\x1c', '\x1d', '\x1e', '\u{85}', '\u{2028}', '\u{2029}'] {
            for text in [
                format!("Summary: x{end}Name: evil\nName: good\n"),
                format!("Summary: x{end}Name: evil\n"),
                format!("Summary: x{end}{end}\nName: good\n"),
                format!("Name: good{end}Name: evil\n"),
                format!("Name: good{end} evil\n"),
            ] {
                assert_eq!(header(&text, "Name"), None, "{text:?}");
            }
        }
        for text in [
            "Name: evil\nname: good\n",
            "Name: good\n evil\n",
            "Summary: x\nno header\nName: good\n",
            "Summary: x\nName : good\n",
            "Summary: x\n: y\nName: good\n",
            "\u{feff}Metadata-Version: 2.1\nName: good\n",
            "From here\nName: good\n",
            "\nName: good\n",
            "",
        ] {
            assert_eq!(header(text, "Name"), None, "{text:?}");
        }
    }
}
