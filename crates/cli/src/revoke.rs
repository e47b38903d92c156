//! `airlock revoke`: takes an approved package back, and tells everyone who asked for it.

use adapter_local::{Folder, Outbox, PackageFolder, Terminal};
use anyhow::Context as _;
use domain::{
    Policy, Requester, RevocationInput, RevocationKind, RevocationNotice, RevocationRequest, RevokedName,
};
use notify::{Notice, Ports};
use serde_json::json;

use crate::{
    Exit,
    arguments::{RevokeOptions, RunFormat},
    output,
    run::{now, repository_folder},
};

pub(crate) async fn revoke(options: RevokeOptions) -> anyhow::Result<Exit> {
    let RevokeOptions { package, version, reason, by, store: folder, format } = options;
    let source = RevocationRequest { kind: RevocationKind::Revocation, package, version, reason };
    let input = RevocationInput { source, requested_by: Requester { name: by, email: String::new() } };
    let store = Folder::new(&folder);
    let repository = PackageFolder::new(repository_folder(&folder));
    let revocation = publish::revoke(input.clone(), &store, &repository, now()).await?;
    let ports = Ports { store, notifier: Outbox::new(folder.join("outbox")).dated(now()), source: Terminal };
    let package = input.source.package.clone();
    let notice = RevocationNotice { input, revocation: Some(revocation.clone()), failure: None };
    let notice = Notice::Revocation(Box::new(notice));
    notify::handle(notice, &ports, &Policy::default(), now())
        .await
        .context("the package is revoked, but not everyone could be told: run the command again")?;
    let names = revocation.names(&package);
    match format {
        RunFormat::Json => {
            let document = |name: &RevokedName| {
                let RevokedName { package, versions, latest, .. } = name;
                json!({ "package": package, "versions": versions, "latest": latest })
            };
            let mut documents = names.iter().map(document);
            let mut own = documents.next().unwrap_or_default();
            own["others"] = documents.collect();
            output::print_json(&own)?;
        }
        RunFormat::Human => {
            for name in &names {
                output::print(&told(name))?;
            }
        }
    }
    Ok(Exit::Clean)
}

fn told(name: &RevokedName) -> String {
    let RevokedName { package, versions, latest, requesters } = name;
    let shown = |text: &String| output::shown(text);
    let versions = versions.iter().map(shown).collect::<Vec<_>>().join(", ");
    let latest = latest.as_ref().map_or_else(|| "nothing".to_owned(), shown);
    format!(
        "revoked {package} {versions}\nLatest serves {latest} now; {} people who asked for it were told\n",
        requesters.len()
    )
}
