use proptest::prelude::*;

use super::*;

const HEADER: &str = "PublicPackageRepoName,PublicPackageRepoUrl";

/// Each row as `line name url requester`, or `line: reason`.
fn told(bytes: impl AsRef<[u8]>) -> Vec<String> {
    let tell = |row: Row| match row.asked {
        Ok(r) => {
            format!("{} {} {} {}", row.line, r.package, r.url, r.requester.unwrap_or_else(|| "-".into()))
        }
        Err(reason) => format!("{}: {reason}", row.line),
    };
    read(bytes.as_ref(), LocalPaths::Refused).unwrap().into_iter().map(tell).collect()
}

#[test]
fn reads_every_dialect_alike() {
    let rows = ["alpha,pkg:pypi/alpha@1", "beta,https://host.invalid/b.zip"];
    for end in ["\n", "\r\n", "\r"] {
        let expected = |first: u64| {
            let second = first + 1;
            [
                format!("{first} alpha pkg:pypi/alpha@1 -"),
                format!("{second} beta https://host.invalid/b.zip -"),
            ]
        };
        assert_eq!(told(rows.join(end)), expected(1), "no header, {end:?}");
        assert_eq!(told(format!("\u{feff}{}", rows.join(end))), expected(1), "BOM, {end:?}");
        let with_header = [HEADER, rows[0], rows[1], "", ""].join(end);
        assert_eq!(told(&with_header), expected(2), "header, {end:?}");
        assert_eq!(told(format!("\u{feff}{with_header}")), expected(2), "BOM and header, {end:?}");
    }
}

#[test]
fn reads_fields_as_they_are_meant() {
    for (text, row) in [
        ("a,pkg:pypi/a@1,", "1 a pkg:pypi/a@1 -"),
        ("a,pkg:pypi/a@1,anything,\"more, of it\"", "1 a pkg:pypi/a@1 -"),
        ("\"a\",\"pkg:pypi/a@1\"", "1 a pkg:pypi/a@1 -"),
        ("\n\n , \na,pkg:pypi/a@1\n\n", "4 a pkg:pypi/a@1 -"),
        ("PublicPackageRepoUrl,x,PublicPackageRepoName\npkg:pypi/a@1,?,a", "2 a pkg:pypi/a@1 -"),
        (
            "Justification,Requester,PublicPackageRepoName,PublicPackageRepoUrl\n\"two\nlines\",ana@example.invalid,a,pkg:pypi/a@1",
            "2 a pkg:pypi/a@1 ana@example.invalid",
        ),
        ("PublicPackageRepoName,PublicPackageRepoUrl,Requester\na,pkg:pypi/a@1", "2 a pkg:pypi/a@1 -"),
        ("PublicPackageRepoName,PublicPackageRepoUrl,Requester\na,pkg:pypi/a@1,,,", "2 a pkg:pypi/a@1 -"),
    ] {
        assert_eq!(told(text), [row], "{text:?}");
    }
    assert!(told(HEADER).is_empty());
}

#[test]
fn a_bad_row_says_why_and_harms_no_other() {
    let with_requester = |requester: &str| format!("a,pkg:pypi/a@1,{requester}").into_bytes();
    for (bad, why) in [
        (b"PyYAML,pkg:pypi/a@1".to_vec(), "package name PyYAML is not allowed"),
        ("l\u{430}ngchain,pkg:pypi/a@1".into(), r"l\u{430}ngchain"),
        ("a\u{200b},pkg:pypi/a@1".into(), r"a\u{200b}"),
        ("a\u{2066}b\u{202e},pkg:pypi/a@1".into(), r"a\u{2066}b\u{202e}"),
        // composed and decomposed: neither is a name, so there is nothing to confuse
        ("caf\u{e9},pkg:pypi/a@1".into(), r"caf\u{e9}"),
        ("cafe\u{301},pkg:pypi/a@1".into(), r"cafe\u{301}"),
        ("a\u{a0},pkg:pypi/a@1".into(), r"a\u{a0}"),
        // the mark of a file, where no file starts
        ("\u{feff}a,pkg:pypi/a@1".into(), "byte order mark"),
        ("\u{ff41},pkg:pypi/a@1".into(), r"\u{ff41}"),
        ("a,https://h\u{43e}st.invalid/a.zip".into(), "non-ASCII"),
        ("a,pkg:pypi/\u{430}@1".into(), "non-ASCII"),
        ("a,pkg:pypi/a@1\u{200b}".into(), "non-ASCII"),
        (b" a,pkg:pypi/a@1".to_vec(), "not allowed"),
        (b"-rf,pkg:pypi/a@1".to_vec(), "not allowed"),
        (b"..,pkg:pypi/a@1".to_vec(), "not allowed"),
        (b".,pkg:pypi/a@1".to_vec(), "not allowed"),
        (b"+1,pkg:pypi/a@1".to_vec(), "not allowed"),
        (b"@sum,pkg:pypi/a@1".to_vec(), "not allowed"),
        (b"a,=cmd|x!a0".to_vec(), "must not start with ="),
        (b"=cmd,pkg:pypi/a@1".to_vec(), "not allowed"),
        (b"../a,pkg:pypi/a@1".to_vec(), "not allowed"),
        (b"con,pkg:pypi/a@1".to_vec(), "not allowed"),
        (b"a".to_vec(), "URL is missing"),
        (b"a,".to_vec(), "URL is missing"),
        (b",pkg:pypi/a@1".to_vec(), "name is missing"),
        (b"a,ftp://host.invalid/a.zip".to_vec(), "neither an https"),
        (b"a,https://u:p@host.invalid/a.zip".to_vec(), "user name or password"),
        (b"a,https://host.invalid/a.zip?x".to_vec(), "query"),
        (b"a,packages/a.zip".to_vec(), "only the runner on one machine"),
        (b"a,pkg:pypi/a@1\0".to_vec(), "control character"),
        (b"a\xff,pkg:pypi/a@1".to_vec(), "not UTF-8"),
        (b"a,\"pkg:pypi/a@1".to_vec(), "not closed"),
        (b"a,\"pkg:pypi/a@1\"x".to_vec(), "after a closing quote"),
        (format!("a,{}", "x".repeat(10_000)).into_bytes(), "longer than 4096"),
        (with_requester("=1+1"), "requester"),
        (with_requester("jos\u{e9}"), "requester"),
        (with_requester("a\tb"), "requester"),
        (with_requester(&"x".repeat(255)), "requester"),
        (with_requester("ana,extra"), "4 fields and the header 3"),
    ] {
        let header = format!("{HEADER},Requester\n").into_bytes();
        let text = [&header[..], b"first,pkg:pypi/f@1\n", &bad, b"\nlast,pkg:pypi/l@1,ana\n"].concat();
        let rows = told(&text);
        let shown = String::from_utf8_lossy(&bad[..bad.len().min(80)]).into_owned();
        assert_eq!(rows.len(), 3, "{shown}: {rows:?}");
        assert_eq!((&*rows[0], &*rows[2]), ("2 first pkg:pypi/f@1 -", "4 last pkg:pypi/l@1 ana"), "{shown}");
        assert!(rows[1].starts_with("3: ") && rows[1].contains(why), "{shown}: {}", rows[1]);
    }
}

#[test]
fn a_path_is_for_the_runner_alone() {
    let rows = read(b"a,packages/a.zip", LocalPaths::Allowed).unwrap();
    assert_eq!(rows[0].asked.as_ref().unwrap().url.to_string(), "packages/a.zip");
}

#[test]
fn a_misspelt_header_is_a_bad_row() {
    let rows = told("publicpackagereponame,publicpackagerepourl\na,pkg:pypi/a@1");
    assert_eq!(rows.len(), 2);
    assert!(rows[0].starts_with("1: ") && rows[1] == "2 a pkg:pypi/a@1 -", "{rows:?}");
}

#[test]
fn a_file_that_cannot_be_read_is_one_error() {
    for (bytes, error) in [
        (vec![], Unreadable::Empty),
        (b"\xef\xbb\xbf".to_vec(), Unreadable::Empty),
        (b"\r\n\n ,\t,\n".to_vec(), Unreadable::Empty),
        (b"\xff\xfea\0,\0".to_vec(), Unreadable::Utf16),
        (b"PK\x03\x04xlsx".to_vec(), Unreadable::NotText),
        (b"PublicPackageRepoName,Url".to_vec(), Unreadable::HeaderLacks("PublicPackageRepoUrl")),
        (b"Name,PublicPackageRepoUrl".to_vec(), Unreadable::HeaderLacks("PublicPackageRepoName")),
        (
            format!("{HEADER},PublicPackageRepoName").into_bytes(),
            Unreadable::HeaderTwice("PublicPackageRepoName"),
        ),
        (format!("{HEADER},Requester,Requester").into_bytes(), Unreadable::HeaderTwice("Requester")),
        (vec![b'\n'; MAX_BYTES + 1], Unreadable::TooLarge),
        (",\n".repeat(MAX_BYTES / 2).into_bytes(), Unreadable::Empty),
        ("a,b\n".repeat(MAX_ROWS + 1).into_bytes(), Unreadable::TooManyRows),
    ] {
        assert_eq!(
            read(&bytes, LocalPaths::Refused).unwrap_err(),
            error,
            "{:?}",
            &bytes[..bytes.len().min(60)]
        );
    }
}

#[test]
fn a_hundred_thousand_rows_and_a_cell_of_ten_megabytes_are_read() {
    let many: String = (0..MAX_ROWS).map(|n| format!("p{n},pkg:pypi/p{n}@1\n")).collect();
    let rows = read(many.as_bytes(), LocalPaths::Refused).unwrap();
    assert_eq!(rows.iter().filter(|row| row.asked.is_ok()).count(), MAX_ROWS);
    for quote in ["", "\""] {
        let cell = "x".repeat(MAX_BYTES - 100);
        let rows = told(format!("a,{quote}{cell}{quote}\nb,pkg:pypi/b@1"));
        assert_eq!((rows.len(), &*rows[1]), (2, "2 b pkg:pypi/b@1 -"));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, LocalPaths::Refused);
    }

    #[test]
    fn no_reason_forges_a_line(text in "(\\PC|[,\"\n\r\t\0\u{1b}\u{202e}]){0,120}") {
        for row in read(text.as_bytes(), LocalPaths::Allowed).unwrap_or_default() {
            if let Err(reason) = row.asked {
                prop_assert!(reason.bytes().all(|b| matches!(b, b' '..=b'~')) || reason.contains('…'), "{reason:?}");
                prop_assert!(reason.len() < 2000);
            }
        }
    }

    #[test]
    fn written_rows_are_read_back(
        names in prop::collection::vec("[a-z][a-z0-9.-]{0,10}[a-z0-9]", 1..20),
        requester in "[a-zA-Z][ -~]{0,40}",
        justification in "[^\u{0}-\u{1f}\u{7f}-\u{9f}]{0,40}",
    ) {
        prop_assume!(names.iter().all(|name| domain::PackageName::parse(name).is_ok()));
        let mut writer = csv::Writer::from_writer(vec![]);
        writer.write_record(["Requester", "PublicPackageRepoUrl", "Justification", "PublicPackageRepoName"]).unwrap();
        for name in &names {
            writer.write_record([&requester, &format!("pkg:npm/{name}@1"), &justification, name]).unwrap();
        }
        let rows = read(&writer.into_inner().unwrap(), LocalPaths::Refused).unwrap();
        prop_assert_eq!(rows.len(), names.len());
        for (row, name) in rows.into_iter().zip(names) {
            let request = row.asked.unwrap();
            prop_assert_eq!(request.package.as_str(), &name);
            prop_assert_eq!(request.url.to_string(), format!("pkg:npm/{name}@1"));
            prop_assert_eq!(request.requester.as_deref(), Some(&*requester));
        }
    }
}
