//! Takes approved packages back: first the bytes are refused from now on, then they are withdrawn, whatever they are
//! called.

mod decisions;

use std::collections::BTreeMap;

use domain::{
    Approved, Error, PackageName, PackageRepository, Result, Revocation, RevocationInput, RevocationRecord,
    RevocationRequest, RevokedName, Sha256, Store, Timestamp,
};

use decisions::{Approval, Decisions};

/// Revokes what was approved of the package, one version or all: its bytes, under every name that they were approved as.
/// Everything may be repeated.
///
/// # Errors
/// `Rejected` where nothing was approved that the request means, or it names nobody or no reason. After all the rest was
/// revoked: the first that the repository had, or that of a decision that cannot be read.
pub async fn revoke(
    input: RevocationInput,
    store: &impl Store,
    repository: &impl PackageRepository,
    now: Timestamp,
) -> Result<Revocation> {
    let revoked_by = input.revoked_by()?;
    let RevocationRequest { package, version, reason, .. } = &input.source;
    let own = Decisions::below(&format!("decisions/{package}/"), |_| true, store).await;
    let meant = meant(&own, version.as_deref());
    if meant.is_empty() {
        own.unread?;
        let version = version.as_ref().map_or_else(String::new, |version| format!(" {version:?}"));
        return Err(Error::rejected(format!(
            "nothing was approved as {package}{version}: nothing is revoked; the decisions are in decisions/{package}/"
        )));
    }
    for (sha256, approval) in &meant {
        let approved = approval.map(|approval| approval.approved.clone());
        let record = RevocationRecord {
            package: package.clone(),
            sha256: *sha256,
            version: approved.as_ref().map(|approved| approved.version.clone()),
            identity: approved.and_then(|approved| approved.identity),
            reason: reason.clone(),
            revoked_by: revoked_by.to_owned(),
            revoked_at: now,
        };
        record.keep(store).await?;
    }
    // Listed now that the records are there: what is approved later is not published, under whatever name.
    let all = Decisions::below("decisions/", |sha256| meant.contains_key(sha256), store).await;
    let of_own = own.approvals.iter().filter(|approval| meant.contains_key(&approval.sha256));
    let (mut names, withdrawn) = withdraw(package, of_own.chain(&all.approvals), repository).await;
    withdrawn.and(own.unread).and(all.unread)?;
    let RevokedName { versions, latest, requesters, .. } = names.remove(0);
    Ok(Revocation { versions, latest, requesters, others: names })
}

/// The bytes that are taken back, each with the approval that says so. A decision that cannot be read may be one.
fn meant<'a>(own: &'a Decisions, version: Option<&str>) -> BTreeMap<Sha256, Option<&'a Approval>> {
    let unreadable = own.unreadable.iter().map(|sha256| (*sha256, None));
    let approved = own.approvals.iter().filter(|approval| approval.is(version));
    unreadable.chain(approved.map(|approval| (approval.sha256, Some(approval)))).collect()
}

/// What became of every name, first of `asked`; and the first error. A version that cannot be taken back leaves no other
/// where it is.
async fn withdraw(
    asked: &PackageName,
    approvals: impl Iterator<Item = &Approval>,
    repository: &impl PackageRepository,
) -> (Vec<RevokedName>, Result<()>) {
    let mut names = vec![nothing_of(asked)];
    let (mut tried, mut failed) = (Vec::<&Approved>::new(), Ok(()));
    for Approval { approved, requester, .. } in approvals {
        let known = names.iter().position(|name| name.package == approved.package);
        let at = known.unwrap_or(names.len());
        if known.is_none() {
            names.push(nothing_of(&approved.package));
        }
        let name = &mut names[at];
        if !requester.is_empty() && !name.requesters.contains(requester) {
            name.requesters.push(requester.clone());
        }
        if tried.contains(&approved) {
            continue;
        }
        match repository.revoke(approved).await {
            Ok(withdrawal) => name.latest = withdrawal.latest,
            Err(error) => failed = failed.and(Err(error)),
        }
        if !name.versions.contains(&approved.version) {
            name.versions.push(approved.version.clone());
        }
        tried.push(approved);
    }
    for name in &mut names {
        name.requesters.sort();
    }
    (names, failed)
}

fn nothing_of(package: &PackageName) -> RevokedName {
    RevokedName { package: package.clone(), versions: vec![], latest: None, requesters: vec![] }
}
