//! Takes approved packages back: first the bytes are refused from now on, then they are withdrawn.

use std::collections::BTreeSet;

use domain::{
    Approved, DecisionRecord, Error, PackageRepository, Result, Revocation, RevocationInput,
    RevocationRecord, RevocationRequest, Sha256, Store, Timestamp, Verdict,
};

use crate::LARGEST_RECORD;

/// Revokes what was approved of the package, one version or all. Everything may be repeated.
///
/// # Errors
/// `Rejected` where nothing was approved that the request means, or it names nobody or no reason; the first that the
/// repository had, after every version was tried.
pub async fn revoke(
    input: RevocationInput,
    store: &impl Store,
    repository: &impl PackageRepository,
    now: Timestamp,
) -> Result<Revocation> {
    let revoked_by = input.revoked_by()?;
    let RevocationRequest { package, version, reason, .. } = &input.source;
    let meant = approvals(&input.source, store).await?;
    if meant.is_empty() {
        let version = version.as_ref().map_or_else(String::new, |version| format!(" {version:?}"));
        return Err(Error::rejected(format!(
            "nothing was approved as {package}{version}: nothing is revoked; the decisions are in decisions/{package}/"
        )));
    }
    let mut done = Revocation { versions: vec![], latest: None, requesters: vec![] };
    for approval in &meant {
        let record = RevocationRecord {
            package: package.clone(),
            sha256: approval.sha256,
            version: approval.version.clone(),
            identity: approval.record.identity.clone(),
            reason: reason.clone(),
            revoked_by: revoked_by.to_owned(),
            revoked_at: now,
        };
        record.keep(store).await?;
    }
    let (mut requesters, mut tried, mut failed) = (BTreeSet::new(), Vec::new(), Ok(()));
    for Approval { version, record, .. } in meant {
        requesters.insert(record.requester);
        let approved = Approved { package: package.clone(), version, identity: record.identity };
        if tried.contains(&approved) {
            continue;
        }
        // A version that cannot be taken back leaves no other where it is.
        match repository.revoke(&approved).await {
            Ok(withdrawal) => done.latest = withdrawal.latest,
            Err(error) => failed = failed.and(Err(error)),
        }
        if !done.versions.contains(&approved.version) {
            done.versions.push(approved.version.clone());
        }
        tried.push(approved);
    }
    failed?;
    done.requesters = requesters.into_iter().filter(|requester| !requester.is_empty()).collect();
    Ok(done)
}

/// A decision that approved bytes as a version.
struct Approval {
    sha256: Sha256,
    version: String,
    record: DecisionRecord,
}

/// Every approval that the request means. A record that cannot be read may be one: it is an error.
async fn approvals(request: &RevocationRequest, store: &impl Store) -> Result<Vec<Approval>> {
    let mut found = Vec::new();
    for key in store.list(&format!("decisions/{}/", request.package)).await? {
        if key.as_str().ends_with("/revoked.json") {
            continue;
        }
        let bytes = store.read(&key, LARGEST_RECORD).await?.unwrap_or_default();
        let record: DecisionRecord = serde_json::from_slice(&bytes)
            .map_err(|e| Error::rejected(format!("the decision {key} cannot be read")).because(e))?;
        if let (Verdict::Approved, Some(sha256), Some(version)) =
            (record.verdict, record.sha256, record.version.clone())
            && is_meant(request.version.as_deref(), &version, &record)
        {
            found.push(Approval { sha256, version, record });
        }
    }
    Ok(found)
}

fn is_meant(asked: Option<&str>, version: &str, record: &DecisionRecord) -> bool {
    let own = record.identity.as_ref().map(|identity| identity.version.as_str());
    asked.is_none_or(|asked| asked == version || Some(asked) == own)
}
