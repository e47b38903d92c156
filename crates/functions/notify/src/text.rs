//! The messages, as people read them.

use domain::{Decision, DecisionRecord, Document, Finding, Message, Results, Sha256, Verdict, one_line};

use crate::plain::{ascii, line};

/// SNS takes 256 KiB of body and attributes together; the rest is for the attributes and the last lines.
const LONGEST_FINDINGS: usize = 200 * 1024;
const LONGEST_SUBJECT: usize = 99;

/// What became of one package.
pub(crate) fn package(document: &Document, record: Option<&DecisionRecord>) -> Message {
    let (request, verdict) = (&document.request, document.verdict());
    let version = document.artifact.as_ref().map_or("", |a| a.version.as_str());
    let mut body = format!("{} was {}.\n\n", request.package, verdict.as_str());
    body.push_str(&format!("Source:     {}\n", line(&request.url.to_string(), 2048)));
    if let Some(artifact) = &document.artifact {
        body.push_str(&format!("Version:    {}\nSHA-256:    {}\n", line(version, 255), artifact.sha256));
        if let Some(commit) = &artifact.commit {
            body.push_str(&format!("Commit:     {commit}\n"));
        }
    }
    body.push_str(&format!("Requested:  row {} of submission {}\n", request.row, document.submission.id));
    match verdict {
        Verdict::Approved => body.push_str(&install(document)),
        Verdict::Refused => body.push_str(&refusal(document, record)),
        Verdict::Failed => body.push_str(&failure(document)),
    }
    if let Some(key) = document.decision.as_ref().and_then(Decision::record) {
        body.push_str(&format!("\nDecision record: {key}\n"));
    }
    Message {
        id: id(&document.submission.id, &format!("{:08}-{}", request.row, verdict.as_str()), &body),
        subject: ascii(
            &format!("[Airlock] {}: {} {version}", verdict.as_str(), request.package),
            LONGEST_SUBJECT,
        )
        .trim_end()
        .to_owned(),
        body,
        package: Some(request.package.clone()),
        verdict: verdict.as_str(),
        requester: ascii(document.requester(), 254),
    }
}

/// The same text about the same thing is the same message; another text is another.
fn id(submission: &str, subject: &str, body: &str) -> String {
    format!("{submission}-{subject}-{}", Sha256::of(body.as_bytes()).short())
}

fn install(document: &Document) -> String {
    let commands = document.publication.as_ref().map_or(&[][..], |p| &p.install);
    let commands: String = commands.iter().map(|command| format!("\n  {command}\n")).collect();
    format!("\nEvery byte was scanned and nothing reached the threshold. Get it with:\n{commands}")
}

fn refusal(document: &Document, record: Option<&DecisionRecord>) -> String {
    let findings = record.map_or(&[][..], |r| &r.findings);
    let told: Vec<String> =
        findings.iter().map(|f| one_line(&format!("{} {}", f.severity.as_str(), f.rule))).collect();
    let mut text = "\nThis request published nothing. What refused it:\n".to_owned();
    let mut left = findings.len();
    for finding in findings {
        let paragraph = paragraph(finding);
        if text.len() + paragraph.len() > LONGEST_FINDINGS {
            break;
        }
        text.push_str(&paragraph);
        left -= 1;
    }
    if left > 0 {
        text.push_str(&format!("\n… and {left} more findings: see the decision record.\n"));
    }
    // Reasons that are no finding's: a gap in the coverage, or all of them where the record could not be read.
    for reason in document.reasons().iter().filter(|r| !told.iter().any(|finding| r.starts_with(finding))) {
        text.push_str(&format!("\n- {}\n", line(reason, 400)));
    }
    text
}

fn paragraph(finding: &Finding) -> String {
    let place = match (&finding.path, finding.line) {
        (Some(path), Some(number)) => format!("{}:{number}", line(path, 300)),
        (Some(path), None) => line(path, 300),
        (None, _) => "the whole package".to_owned(),
    };
    let mut text = format!(
        "\n- {} [{}] {}\n  Where: {place}\n",
        line(&finding.title, 200),
        finding.severity.as_str(),
        line(&finding.rule, 100)
    );
    for (label, value) in [("What", &finding.message), ("Do", &finding.recommendation)] {
        if !value.is_empty() {
            text.push_str(&format!("  {label}: {}\n", line(value, 1000)));
        }
    }
    text
}

fn failure(document: &Document) -> String {
    let approved = document.decision.as_ref().is_some_and(|d| d.verdict() == Verdict::Approved);
    let what = if approved {
        "It was approved, but publishing it failed"
    } else {
        "This request published nothing, because the package could not be judged"
    };
    let mut text = format!("\n{what}:\n");
    for reason in document.reasons() {
        text.push_str(&format!("\n- {}\n", line(&reason, 1000)));
    }
    text.push_str("\nTo ask again, change the row (its URL, or a justification) and push, or ask your InfoSec team to run it.\n");
    text
}

/// What became of a submission.
pub(crate) fn submission(results: &Results, requester: &str) -> Message {
    let verdict = results.verdict();
    let mut body = format!("Submission {}: {}\n", results.submission, summary(results));
    if let Some(failure) = &results.failure {
        body.push_str(&format!("\nThe run failed: {}\n", line(failure, 1000)));
    }
    let packages = results.packages.iter().map(|p| format!("\n- {}: {}\n", p.package, p.verdict.as_str()));
    let rows = results.rejected_rows.iter().map(|r| format!("\n- row {}: {}\n", r.row, line(&r.reason, 400)));
    let mut left = results.packages.len() + results.rejected_rows.len();
    for entry in packages.chain(rows) {
        if body.len() + entry.len() > LONGEST_FINDINGS {
            break;
        }
        body.push_str(&entry);
        left -= 1;
    }
    if left > 0 {
        body.push_str(&format!("\n… and {left} more: see submissions/{}/results.json\n", results.submission));
    }
    Message {
        id: id(&results.submission, "report", &body),
        subject: ascii(&format!("[Airlock] {}", summary(results)), LONGEST_SUBJECT),
        body,
        package: None,
        verdict: verdict.as_str(),
        requester: ascii(requester, 254),
    }
}

/// One line for the commit's status and the digest's subject: at most 140 characters.
pub(crate) fn summary(results: &Results) -> String {
    let count = |verdict| results.packages.iter().filter(|p| p.verdict == verdict).count();
    let failed = if results.failure.is_some() { "the run failed: " } else { "" };
    format!(
        "{failed}{} approved, {} refused, {} failed, {} rows rejected",
        count(Verdict::Approved),
        count(Verdict::Refused),
        count(Verdict::Failed),
        results.rejected_rows.len()
    )
}

#[cfg(test)]
mod tests;
