use std::path::Path;

use comfy_table::{ContentArrangement, Table, presets};
use domain::{PackageResult, Results, Verdict};

use super::repository_folder;
use crate::output::shown;

/// The results as people read them.
pub(super) fn human(results: &Results, store: &Path) -> String {
    let mut text = String::new();
    if results.packages.is_empty() {
        text.push_str("no row of the request file was accepted\n");
    } else {
        text.push_str(&format!("{}\n", packages(&results.packages)));
    }
    for row in &results.rejected_rows {
        text.push_str(&format!("row {} rejected: {}\n", row.row, shown(&row.reason)));
    }
    if let Some(failure) = &results.failure {
        text.push_str(&format!("failed: {}\n", shown(failure)));
    }
    let count = |verdict| results.packages.iter().filter(|package| package.verdict == verdict).count();
    let path = |path: &Path| shown(&path.display().to_string());
    text.push_str(&format!(
        "\n{} approved, {} refused, {} failed, {} rejected rows\n\
         decisions and reports  {}\nmessages               {}\napproved packages      {}\n",
        count(Verdict::Approved),
        count(Verdict::Refused),
        count(Verdict::Failed),
        results.rejected_rows.len(),
        path(store),
        path(&store.join("outbox")),
        path(&repository_folder(store)),
    ));
    text
}

fn packages(packages: &[PackageResult]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["package", "verdict", "version", "sha256", "reason"]);
    for package in packages {
        table.add_row([
            package.package.to_string(),
            package.verdict.as_str().to_owned(),
            package.publication.as_ref().map_or_else(|| "-".to_owned(), |p| shown(&p.version)),
            package.sha256.map_or_else(|| "-".to_owned(), |sha256| sha256.short()),
            package.reasons.iter().map(|reason| shown(reason)).collect::<Vec<_>>().join("\n"),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use domain::{Counts, PackageName, PackageUrl, Publication, RejectedRow, Sha256};

    use super::*;

    fn package(name: &str, verdict: Verdict, reasons: &[&str]) -> PackageResult {
        PackageResult {
            package: PackageName::parse(name).unwrap(),
            url: PackageUrl::parse("packages/x.zip").unwrap(),
            sha256: Some(Sha256::of(name.as_bytes())),
            bytes: Some(1),
            verdict,
            reasons: reasons.iter().map(|reason| (*reason).to_owned()).collect(),
            counts: Counts::default(),
            publication: None,
            record: None,
        }
    }

    #[test]
    fn a_table_as_people_read_it() {
        let publication = Publication {
            repository: "airlock/approved".into(),
            version: "1.0".into(),
            asset: "clean.whl".into(),
            latest: false,
            install: vec!["aws …".into()],
        };
        let clean =
            PackageResult { publication: Some(publication), ..package("clean", Verdict::Approved, &[]) };
        let hostile = package(
            "hostile",
            Verdict::Refused,
            &["critical x at \u{1b}[2Jsetup.py:3: runs code", "high y in a: reads keys"],
        );
        let results = Results {
            submission: "s".into(),
            packages: vec![clean, hostile],
            rejected_rows: vec![RejectedRow { row: 4, reason: "no\u{1b}]0;x\u{7} name".into() }],
            failure: None,
        };
        insta::assert_snapshot!(human(&results, Path::new(".airlock")));
    }
}
