//! The port: what was approved goes to its generic version, to its own installer's, and to `Latest`.

use std::{
    io::{self, Write as _},
    path::Path,
};

use domain::{
    Approved, Error, Manifest, PackageKind, PackageRepository, Publication, Release, Result, Withdrawal,
};
use tempfile::NamedTempFile;

use super::{
    DOMAIN, PackageFolder, PublishError, REPOSITORY,
    place::{self, PackageId, VersionId},
    shelf::{Content, NewFile, Shelf},
    version::{Version, VersionStatus},
};
use crate::incoming::{Incoming, Length, TEMPORARY, npm_digests, receive};

/// The literal version that always serves the newest published one: the sample's own command asks for it.
const LATEST: &str = "Latest";

impl PackageRepository for PackageFolder {
    async fn publish(&self, release: &Release, file: &Path) -> Result<Publication> {
        let package = release.package();
        let not_published = |why: String| Error::rejected(format!("cannot publish {package}: {why}"));
        if release.version() == LATEST {
            return Err(not_published(format!("{LATEST} is no version of its own")));
        }
        let incoming = self.copy(release, file).await?;
        let order = Order::of(release, incoming).await?;
        let done = self.write(package.as_str(), move |shelf| shelf.release(order)).await?;
        let latest = done.map_err(not_published)?;
        Ok(self.publication(release, latest.as_deref() == Some(release.version())))
    }

    async fn revoke(&self, approved: &Approved) -> Result<Withdrawal> {
        let package = PackageId::generic(approved.package.as_str(), approved.package.as_str());
        let native = approved.identity.as_ref().filter(|identity| identity.is_installable());
        let mut versions = vec![package.version(&approved.version)];
        versions.extend(native.map(|identity| PackageId::of(identity).version(&identity.version)));
        let latest = self.write(approved.package.as_str(), move |shelf| {
            for id in versions {
                shelf.archive(&id)?;
            }
            shelf.serve_latest(&package)
        });
        Ok(Withdrawal { latest: latest.await? })
    }
}

/// A release with everything that is to be put on the shelf.
struct Order {
    generic: VersionId,
    asset: NewFile,
    evidence: Vec<domain::Evidence>,
    native: Option<(VersionId, NewFile)>,
}

impl Order {
    async fn of(release: &Release, incoming: Incoming) -> Result<Self> {
        let package = release.package().as_str();
        let generic = PackageId::generic(package, package).version(release.version());
        let native = match release.manifest() {
            None => None,
            Some(manifest) => Some(native(manifest, &incoming).await?),
        };
        let (size, sha256) = (incoming.bytes, incoming.sha256);
        let content = Content::Received(incoming.file);
        let name = release.asset().to_owned();
        let asset = NewFile { name, size, sha256, content, npm: None, metadata: None };
        Ok(Self { generic, asset, evidence: release.evidence().to_vec(), native })
    }
}

/// The same file for its installer. Its place is known once the generic version has it.
async fn native(manifest: &Manifest, incoming: &Incoming) -> Result<(VersionId, NewFile)> {
    let identity = &manifest.identity;
    let npm = match identity.kind {
        PackageKind::Npm => Some(npm_digests(incoming.file.path()).await?),
        PackageKind::Wheel | PackageKind::Sdist => None,
    };
    let file = NewFile {
        name: identity.file.clone(),
        size: incoming.bytes,
        sha256: incoming.sha256,
        content: Content::Shared(Path::new("").to_owned()),
        npm,
        metadata: Some(manifest.text.clone()),
    };
    Ok((PackageId::of(identity).version(&identity.version), file))
}

impl Shelf {
    /// Gives what `Latest` serves afterwards. Nothing is put where one part of it cannot be.
    fn release(&mut self, order: Order) -> io::Result<Result<Option<String>, String>> {
        let Order { generic, asset, evidence, native } = order;
        let found = self.version(&generic)?;
        let new = found.as_ref().is_none_or(|version| version.status == VersionStatus::Unfinished);
        let mut files = vec![asset];
        if let Some(refusal) = self.refusal(&generic, &files)? {
            return Ok(Err(refusal));
        }
        let source = self.file(&generic, &files[0].sha256)?;
        let native =
            native.map(|(id, file)| (id, vec![NewFile { content: Content::Shared(source), ..file }]));
        if let Some((id, file)) = &native
            && let Some(refusal) = self.refusal(id, file)?
        {
            return Ok(Err(refusal));
        }
        if new {
            for evidence in evidence {
                files.push(evidence_file(self.root(), &evidence)?);
            }
        }
        let package = generic.package.clone();
        for (id, files) in [Some((generic, files)), native].into_iter().flatten() {
            match self.put(&id, files, VersionStatus::Published)? {
                Err(refusal) => return Ok(Err(refusal)),
                Ok(version) if version.status != VersionStatus::Published => {
                    let status = version.status.as_str();
                    return Ok(Err(format!("{id} is {status}: somebody took it out of the lists")));
                }
                Ok(_) => {}
            }
        }
        self.serve_latest(&package).map(Ok)
    }

    fn archive(&mut self, id: &VersionId) -> io::Result<()> {
        match self.version(id)? {
            Some(version) if !matches!(version.status, VersionStatus::Archived | VersionStatus::Disposed) => {
                self.become_status(id, &version, VersionStatus::Archived).map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Lets `Latest` serve the newest published version, whatever it served before. Gives that version.
    fn serve_latest(&mut self, package: &PackageId) -> io::Result<Option<String>> {
        let latest = package.version(LATEST);
        let found = self.version(&latest)?;
        let versions = place::versions(self.root(), package)?.into_iter();
        let published = versions
            .filter(|(name, version)| name != LATEST && version.status == VersionStatus::Published)
            .filter_map(|(name, version)| {
                // The evidence beside it is not what people install.
                let prefix = format!("{}.", package.package);
                let asset = version.assets.iter().find(|asset| asset.name.starts_with(&prefix))?.clone();
                Some((version.published, name, asset))
            });
        let Some((_, name, asset)) = published.max_by(|(a, ..), (b, ..)| a.cmp(b)) else {
            if found.is_some() {
                self.delete(&latest)?;
            }
            return Ok(None);
        };
        let source = self.file(&package.version(&name), &asset.sha256)?;
        let there = self.file(&latest, &asset.sha256)?.is_file();
        let serves = |version: &Version| {
            version.status == VersionStatus::Published
                && version.serves.as_deref() == Some(&name)
                && version.assets.iter().map(|a| (&a.name, a.sha256)).eq([(&asset.name, asset.sha256)])
        };
        if there && found.as_ref().is_some_and(serves) {
            return Ok(Some(name));
        }
        let now = self.now();
        let file = NewFile {
            name: asset.name,
            size: asset.size,
            sha256: asset.sha256,
            content: Content::Shared(source),
            npm: None,
            metadata: None,
        };
        let asset = self.place(&latest, file, now)?;
        let changes = found.as_ref().map_or(0, |found| found.changes);
        let version = Version {
            status: VersionStatus::Published,
            published: Some(now),
            serves: Some(name.clone()),
            assets: vec![asset],
            changes,
            ..Version::new(now)
        };
        self.write(&latest, found.as_ref(), version)?;
        Ok(Some(name))
    }
}

fn evidence_file(root: &Path, evidence: &domain::Evidence) -> io::Result<NewFile> {
    let mut file = NamedTempFile::new_in(root.join(TEMPORARY))?;
    file.write_all(evidence.bytes())?;
    Ok(NewFile {
        name: evidence.name().to_owned(),
        size: evidence.bytes().len() as u64,
        sha256: *evidence.sha256(),
        content: Content::Received(file),
        npm: None,
        metadata: None,
    })
}

impl PackageFolder {
    /// The release's bytes beside their place, and no others.
    async fn copy(&self, release: &Release, file: &Path) -> Result<Incoming> {
        let body = crate::folder::open(release.asset(), file).await?;
        let body = body.ok_or_else(|| Error::rejected("the artifact's file is not there"))?;
        let length = Length::Exactly(release.bytes());
        let incoming = receive(self.root(), release.asset(), length, body.stream).await?;
        let (expected, found) = (*release.sha256(), incoming.sha256);
        if found == expected {
            return Ok(incoming);
        }
        let other = PublishError::OtherDigest { expected, found };
        Err(Error::rejected(format!("cannot publish {}: {other}", release.package())))
    }

    fn publication(&self, release: &Release, latest: bool) -> Publication {
        let (package, asset) = (release.package(), release.asset());
        let (version, endpoint) = (quote(release.version()), &self.endpoint);
        let installer = release.manifest().map(|Manifest { identity, .. }| {
            let (name, version) = (&identity.name, &identity.version);
            match identity.kind {
                PackageKind::Wheel | PackageKind::Sdist => {
                    let wanted = quote(&format!("{name}=={version}"));
                    format!("pip install {wanted} --index-url {endpoint}/pypi/{REPOSITORY}/simple/")
                }
                PackageKind::Npm => {
                    let wanted = quote(&format!("{name}@{version}"));
                    format!("npm install {wanted} --registry {endpoint}/npm/{REPOSITORY}/")
                }
            }
        });
        let download = format!(
            "aws codeartifact get-package-version-asset --domain {DOMAIN} --repository {REPOSITORY} \
             --format generic --namespace {package} --package {package} --package-version {version} \
             --asset {asset} {asset} --endpoint-url {endpoint} --region us-east-1 --no-sign-request"
        );
        Publication {
            repository: format!("{DOMAIN}/{REPOSITORY}"),
            version: release.version().to_owned(),
            asset: asset.to_owned(),
            latest,
            install: installer.into_iter().chain([download]).collect(),
        }
    }
}

/// Safe to paste into a shell: a registry's version may hold `!` or `~`.
fn quote(text: &str) -> String {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._+-=@/".contains(&b));
    if plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
