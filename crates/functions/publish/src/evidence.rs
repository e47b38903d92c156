//! What an approval rests on, as files that are published beside the package: the decision's record and the report.

use domain::{DecisionRecord, Error, Evidence, Report, Result, SarifArtifact, SarifRun, Store};

/// As large as `evaluate` reads it.
const LARGEST_REPORT: u64 = 64 * 1024 * 1024;

/// The record as JSON, the report as SARIF.
pub(crate) async fn gather(record: &DecisionRecord, store: &impl Store) -> Result<Vec<Evidence>> {
    let no_json = |e| Error::rejected(format!("cannot write the evidence on {}", record.package)).because(e);
    let decision = serde_json::to_vec_pretty(record).map_err(no_json)?;
    let report = report(record, store).await?;
    let name = record.url.to_string();
    let run = SarifRun {
        engine: &report.engine,
        artifacts: vec![SarifArtifact {
            name: &name,
            sha256: report.sha256,
            coverage: &report.coverage,
            findings: &report.findings,
        }],
        ..SarifRun::default()
    };
    let sarif = serde_json::to_vec(&run.log()).map_err(no_json)?;
    Ok(vec![Evidence::new("decision", "json", decision), Evidence::new("scan", "sarif", sarif)])
}

async fn report(record: &DecisionRecord, store: &impl Store) -> Result<Report> {
    let key = record.report.as_ref();
    let key = key.ok_or_else(|| Error::rejected("the approval's record names no report"))?;
    let bytes = store.read(key, LARGEST_REPORT).await?;
    let bytes = bytes.ok_or_else(|| Error::rejected(format!("the report {key} is not in the store")))?;
    let report: Report = serde_json::from_slice(&bytes)
        .map_err(|e| Error::rejected(format!("the report {key} cannot be read")).because(e))?;
    if Some(report.sha256) == record.sha256 {
        Ok(report)
    } else {
        Err(Error::rejected(format!("the report {key} is about other bytes: {}", report.sha256)))
    }
}
