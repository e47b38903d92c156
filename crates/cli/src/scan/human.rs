use domain::Finding;

use super::Scanned;
use crate::output::shown;

/// The findings as people read them.
pub(super) fn text(artifacts: &[Scanned]) -> String {
    artifacts.iter().map(artifact).collect::<Vec<_>>().join("\n")
}

fn artifact(scanned: &Scanned) -> String {
    let Scanned { artifact, sha256, coverage, findings } = scanned;
    let (name, digest) = (shown(artifact), sha256.short());
    let mut text = format!("{name} (sha256 {digest}…): ");
    text.push_str(&match findings.len() {
        0 => "no findings".to_owned(),
        1 => "1 finding".to_owned(),
        many => format!("{many} findings"),
    });
    text.push_str(&format!(
        ", {} of {} files ({} of {} bytes) scanned\n",
        coverage.scanned_files, coverage.files, coverage.scanned_bytes, coverage.bytes
    ));
    findings.iter().for_each(|finding| text.push_str(&describe(finding)));
    for skipped in &coverage.skipped {
        text.push_str(&format!("  not scanned: {}: {}\n", shown(&skipped.path), shown(&skipped.reason)));
    }
    text
}

fn describe(finding: &Finding) -> String {
    let place = match (&finding.path, finding.line) {
        (Some(path), Some(line)) => format!(" {}:{line}", shown(path)),
        (Some(path), None) => format!(" {}", shown(path)),
        (None, _) => String::new(),
    };
    let (severity, rule) = (finding.severity.as_str(), shown(&finding.rule));
    let mut text = format!("  {severity} {rule}{place}: {}\n", shown(&finding.title));
    for more in [&finding.message, &finding.recommendation] {
        if !more.is_empty() {
            text.push_str(&format!("      {}\n", shown(more)));
        }
    }
    text
}
