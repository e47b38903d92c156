use std::collections::HashSet;

use aws_sdk_codegurusecurity::types::{Finding as Remote, Status};
use domain::{Confidence, Error, Finding, Result, Severity};

use super::CodeGuru;
use crate::error::{failed, incomplete};

const MOST_PAGES: usize = 1000;

impl<S> CodeGuru<S> {
    /// Every open finding, whatever its severity. All pages, or an error.
    pub(super) async fn findings(&self, scan: &str) -> Result<Vec<Finding>> {
        let call = format!("cannot get the findings of the scan {scan} from CodeGuru Security");
        let (mut findings, mut tokens, mut next) = (vec![], HashSet::new(), None);
        loop {
            let request = self.client().await.get_findings().scan_name(scan).status(Status::Open);
            let page = match request.set_next_token(next.clone()).send().await {
                Ok(page) => page,
                // Undocumented; seen as "not ready yet".
                Err(error) if error.as_service_error().is_some_and(|e| e.is_conflict_exception()) => {
                    return Err(Error::transient(format!("{call}: they are not ready yet")));
                }
                Err(error) => return Err(failed(call, error)),
            };
            // An answer without findings has an empty list: one without a list is no answer.
            let list = page.findings.ok_or_else(|| incomplete(&call, "the list of findings"))?;
            findings.extend(list.iter().map(finding));
            let Some(token) = page.next_token.filter(|token| !token.is_empty()) else { return Ok(findings) };
            if !tokens.insert(token.clone()) || tokens.len() >= MOST_PAGES {
                return Err(Error::rejected(format!("{call}: the pages do not end, after {}", tokens.len())));
            }
            next = Some(token);
        }
    }
}

/// Every member is optional on the wire; what is missing must not hide the finding.
fn finding(remote: &Remote) -> Finding {
    let place = remote.vulnerability().and_then(|vulnerability| vulnerability.file_path());
    let line = |line: Option<i32>| line.and_then(|line| u64::try_from(line).ok()).filter(|&line| line > 0);
    let advice = remote.remediation().and_then(|remediation| remediation.recommendation());
    let rule =
        remote.rule_id().or(remote.detector_id()).or(remote.generator_id()).unwrap_or("codeguru-unnamed");
    let title = remote.title().or(remote.detector_name()).unwrap_or(rule);
    let linked =
        remote.vulnerability().map(|vulnerability| vulnerability.reference_urls()).unwrap_or_default();
    let advised = advice.and_then(|advice| advice.url());
    Finding {
        rule: rule.to_owned(),
        title: title.to_owned(),
        severity: remote.severity().map_or(Severity::Unknown, |severity| Severity::parse(severity.as_str())),
        confidence: Confidence::Medium,
        path: place.and_then(|place| place.path().or(place.name())).map(str::to_owned),
        line: line(place.and_then(|place| place.start_line())),
        end_line: line(place.and_then(|place| place.end_line())),
        message: remote.description().unwrap_or(title).to_owned(),
        recommendation: advice.and_then(|advice| advice.text()).unwrap_or_default().to_owned(),
        references: linked.iter().map(String::as_str).chain(advised).map(str::to_owned).collect(),
    }
}
