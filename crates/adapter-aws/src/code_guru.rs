mod findings;
mod preflight;
mod steady;
mod upload;

use std::path::Path;

use aws_sdk_codegurusecurity::{
    Client,
    types::{AnalysisType, ResourceId, ScanState as RemoteState, ScanType},
};
use domain::{
    Artifact, Body, Error, Format, Report, Result, Scan, ScanBackend, ScanService, ScanState, Sha256, Store,
    StoreKey,
};
use serde::{Serialize, de::DeserializeOwned};

use self::preflight::{Preflight, Read};
use crate::{
    Aws,
    aws::Lazy,
    error::{failed, incomplete},
};

const ENGINE: &str = "codeguru-security";

/// Seconds before the first question, and at most between two.
const FIRST_WAIT: u32 = 2;
const LONGEST_WAIT: u32 = 60;

/// No report is larger.
const LARGEST_REPORT: u64 = 256 * 1024 * 1024;

/// Amazon CodeGuru Security. AWS ended its support on 2025-11-20; it serves where an account still reaches it.
///
/// Scan names, ids and client tokens follow from the artifact's digest: a retry finds the scan that was started, and
/// a scan that has a report is not run again. Findings count once two polls in a row gave the same.
#[derive(Debug)]
pub struct CodeGuru<S> {
    aws: Aws,
    client: Lazy<Client>,
    store: S,
    max_polls: u32,
}

impl<S: Store> ScanService for CodeGuru<S> {
    async fn start(&self, artifact: &Artifact, file: &Path) -> Result<Scan> {
        let scan = new_scan(artifact)?;
        if self.has_report(artifact, &scan).await? {
            return Ok(Scan { state: ScanState::Successful, ..scan });
        }
        let read = match preflight::read(artifact, file).await? {
            Preflight::Accepted(read) => read,
            Preflight::Refused(finding) => {
                self.write_report(artifact, &scan, Read::default(), vec![*finding]).await?;
                return Ok(Scan { state: ScanState::Successful, ..scan });
            }
        };
        if artifact.format == Format::TarGz {
            return Err(Error::rejected(
                "CodeGuru Security reads zip files only, and this is a tar.gz: set AIRLOCK_SCANNER=builtin",
            ));
        }
        self.put(&preflight_key(&scan)?, &read).await?;
        self.forget_seen(&scan).await?;
        let code = self.upload(artifact, file).await?;
        self.create_scan(artifact, code).await?;
        Ok(scan)
    }

    async fn poll(&self, artifact: &Artifact, scan: &Scan) -> Result<Scan> {
        let started = new_scan(artifact)?;
        if (scan.backend, &scan.id) != (started.backend, &started.id) {
            return Err(Error::rejected(format!("the scan {} is none of {}", scan.id, artifact.sha256)));
        }
        if scan.state != ScanState::InProgress {
            return Ok(scan.clone());
        }
        match self.remote_state(artifact).await? {
            RemoteState::InProgress => self.wait(scan, scan.wait_seconds.saturating_mul(2)),
            RemoteState::Failed => Ok(Scan { state: ScanState::Failed, ..scan.clone() }),
            RemoteState::Successful => {
                let findings = self.findings(&scan_name(&artifact.sha256)).await?;
                if !self.is_steady(scan, &findings).await? {
                    return self.wait(scan, FIRST_WAIT);
                }
                let read = self.get(&preflight_key(scan)?).await?;
                let read =
                    read.ok_or_else(|| Error::rejected("the record of the scan's coverage is gone"))?;
                self.write_report(artifact, scan, read, findings).await?;
                Ok(Scan { state: ScanState::Successful, ..scan.clone() })
            }
            other => {
                Err(Error::rejected(format!("CodeGuru Security says that the scan is {:?}", other.as_str())))
            }
        }
    }
}

impl<S> CodeGuru<S> {
    pub(crate) fn new(aws: Aws, store: S, max_polls: u32) -> Self {
        Self { aws, client: Lazy::default(), store, max_polls }
    }

    async fn client(&self) -> &Client {
        self.client.get(&self.aws, Client::new).await
    }

    async fn create_scan(&self, artifact: &Artifact, code: String) -> Result<()> {
        let name = scan_name(&artifact.sha256);
        let call = format!("cannot start the scan {name} of CodeGuru Security");
        let request =
            self.client().await.create_scan().scan_name(&name).client_token(client_token(&artifact.sha256));
        let request = request.resource_id(ResourceId::CodeArtifactId(code)).scan_type(ScanType::Standard);
        match request.analysis_type(AnalysisType::Security).send().await {
            Ok(answer) if answer.run_id().is_empty() => Err(incomplete(call, "the run's id")),
            Ok(answer) if answer.scan_name() != name => Err(incomplete(call, "the scan's own name")),
            Ok(_) => Ok(()),
            // It runs already: a first attempt got through.
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conflict_exception()) => Ok(()),
            Err(error) => Err(failed(call, error)),
        }
    }

    async fn remote_state(&self, artifact: &Artifact) -> Result<RemoteState> {
        let name = scan_name(&artifact.sha256);
        let call = format!("cannot ask for the scan {name} of CodeGuru Security");
        let answer = self.client().await.get_scan().scan_name(&name).send().await;
        let answer = answer.map_err(|error| failed(&call, error))?;
        if answer.scan_name() == name {
            Ok(answer.scan_state)
        } else {
            Err(incomplete(call, "the scan's own name"))
        }
    }

    fn wait(&self, scan: &Scan, seconds: u32) -> Result<Scan> {
        let polls = scan.polls.saturating_add(1);
        if polls > self.max_polls {
            return Err(Error::rejected(format!(
                "CodeGuru Security did not finish the scan {}, or its findings kept changing: it was asked {} times",
                scan.id, self.max_polls
            )));
        }
        let wait_seconds = seconds.clamp(FIRST_WAIT, LONGEST_WAIT);
        Ok(Scan { polls, wait_seconds, ..scan.clone() })
    }
}

impl<S: Store> CodeGuru<S> {
    async fn has_report(&self, artifact: &Artifact, scan: &Scan) -> Result<bool> {
        let report: Option<Report> = self.get(&scan.report).await?;
        Ok(report.is_some_and(|report| report.sha256 == artifact.sha256))
    }

    async fn write_report(
        &self,
        artifact: &Artifact,
        scan: &Scan,
        read: Read,
        findings: Vec<domain::Finding>,
    ) -> Result<()> {
        let Read { coverage, identities } = read;
        let (sha256, engine) = (artifact.sha256, ENGINE.to_owned());
        let report = Report { sha256, engine, coverage, findings, identities };
        self.put(&scan.report, &report).await
    }

    async fn put(&self, key: &StoreKey, document: &impl Serialize) -> Result<()> {
        let json = serde_json::to_vec(document);
        let json = json.map_err(|error| Error::rejected(format!("{key} is no JSON")).because(error))?;
        self.store.put(key, Body::from(json)).await
    }

    async fn get<T: DeserializeOwned>(&self, key: &StoreKey) -> Result<Option<T>> {
        let Some(json) = self.store.read(key, LARGEST_REPORT).await? else { return Ok(None) };
        let document = serde_json::from_slice(&json);
        document.map(Some).map_err(|error| Error::rejected(format!("{key} cannot be read")).because(error))
    }
}

fn new_scan(artifact: &Artifact) -> Result<Scan> {
    let id = format!("{}-{ENGINE}", &artifact.sha256.to_string()[..24]);
    let report = StoreKey::scan(&id, "report.json");
    let report = report.map_err(|error| Error::rejected("no key for the report").because(error))?;
    let (state, backend) = (ScanState::InProgress, ScanBackend::Codeguru);
    Ok(Scan { backend, id, state, polls: 0, wait_seconds: FIRST_WAIT, report })
}

fn preflight_key(scan: &Scan) -> Result<StoreKey> {
    let key = StoreKey::scan(&scan.id, "preflight.json");
    key.map_err(|error| Error::rejected("no key for what was read beforehand").because(error))
}

/// At most 140 of `[a-zA-Z0-9-_$:.]`. Findings belong to a scan's name, so no two artifacts may share one.
fn scan_name(sha256: &Sha256) -> String {
    format!("airlock-{sha256}")
}

/// At most 64 characters.
fn client_token(sha256: &Sha256) -> String {
    format!("airlock-{}", &sha256.to_string()[..56])
}

#[cfg(test)]
mod tests;
