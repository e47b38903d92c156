use std::{
    fs::File,
    io::{self, Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use domain::Sha256;
use tempfile::NamedTempFile;

use super::{
    moment::Moment,
    place::{self, VersionId},
    version::{Asset, NpmDigests, Version, VersionStatus},
};
use crate::incoming::{TEMPORARY, sweep};

/// The folder while nobody else writes to it, be it a thread or another process. Whoever reads asks nobody.
///
/// A version is what its `version.json` says, and that is replaced at once: files are put beside it before, and
/// removed after. A writer that is killed leaves at most files that nothing refers to; the next write removes them, and
/// what it had received by then.
pub(crate) struct Shelf {
    root: PathBuf,
    /// Locked until it is dropped. It holds the last moment that a version was written at, so that no two are the same.
    lock: File,
    last: Moment,
    #[cfg(test)]
    pub(super) steps: super::Steps,
}

/// A file to be added to a version.
pub(crate) struct NewFile {
    pub(crate) name: String,
    pub(crate) size: u64,
    pub(crate) sha256: Sha256,
    pub(crate) content: Content,
    pub(crate) npm: Option<NpmDigests>,
    /// The package's own metadata, to be kept beside it.
    pub(crate) metadata: Option<bytes::Bytes>,
}

/// Where a new file's bytes are.
pub(crate) enum Content {
    /// Received and checked; moved into its place.
    Received(NamedTempFile),
    /// In another version of this folder; linked.
    Shared(PathBuf),
}

impl Shelf {
    /// Waits until it is this writer's turn.
    pub(super) fn lock(root: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(root.join(TEMPORARY))?;
        let mut lock =
            File::options().create(true).truncate(false).read(true).write(true).open(root.join(".lock"))?;
        lock.lock()?;
        sweep(&root.join(TEMPORARY))?;
        let mut text = String::new();
        lock.read_to_string(&mut text)?;
        let last = Moment::parse(&text).unwrap_or_default();
        Ok(Self {
            root: root.to_owned(),
            lock,
            last,
            #[cfg(test)]
            steps: super::Steps::default(),
        })
    }

    /// A moment later than every one that was given before, and written.
    pub(super) fn now(&mut self) -> Moment {
        self.last = Moment::after(self.last);
        self.last
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn version(&self, id: &VersionId) -> io::Result<Option<Version>> {
        id.folder(&self.root).map_or(Ok(None), |folder| Version::read(&folder))
    }

    /// Where the bytes of a version's file are.
    pub(super) fn file(&self, id: &VersionId, sha256: &Sha256) -> io::Result<PathBuf> {
        Ok(place::file(&self.folder(id)?, sha256))
    }

    /// Why these files cannot be added; `None` where they can.
    pub(super) fn refusal(&self, id: &VersionId, files: &[NewFile]) -> io::Result<Option<String>> {
        let Some(version) = self.version(id)? else { return Ok(id.refusal()) };
        let status = version.status;
        if matches!(status, VersionStatus::Archived | VersionStatus::Disposed) {
            let status = status.as_str();
            return Ok(Some(format!("{id} is {status}: it was taken back, and is not published again")));
        }
        for file in files {
            match version.asset(&file.name) {
                Some(found) if found.sha256 != file.sha256 => {
                    let (name, found) = (&file.name, &found.sha256);
                    return Ok(Some(format!(
                        "{id} already has other bytes as {name}: their SHA-256 is {found}"
                    )));
                }
                Some(_) => {}
                None if status == VersionStatus::Unfinished || id.package.format.grows() => {}
                None => {
                    let (status, name) = (status.as_str(), &file.name);
                    return Ok(Some(format!("{id} is {status}: {name} cannot be added any more")));
                }
            }
        }
        Ok(None)
    }

    /// Adds the files that the version lacks, puts those back whose bytes are gone, and then, at once, makes the version
    /// hold them. Only an unfinished version changes its state by this. The inner error is a [`Shelf::refusal`].
    pub(super) fn put(
        &mut self,
        id: &VersionId,
        files: Vec<NewFile>,
        status: VersionStatus,
    ) -> io::Result<Result<Version, String>> {
        if let Some(refusal) = self.refusal(id, &files)? {
            return Ok(Err(refusal));
        }
        let found = self.version(id)?;
        let now = self.now();
        let mut version = found.clone().unwrap_or_else(|| Version::new(now));
        for file in files {
            let asset = self.place(id, file, now)?;
            if version.asset(&asset.name).is_none() {
                version.add(asset);
            }
        }
        if version.status == VersionStatus::Unfinished {
            version.become_status(status, now);
        }
        self.write(id, found.as_ref(), version).map(Ok)
    }

    /// Makes the version what it is given as; nothing is written where it is that already.
    pub(super) fn write(
        &self,
        id: &VersionId,
        found: Option<&Version>,
        mut version: Version,
    ) -> io::Result<Version> {
        if found == Some(&version) {
            return Ok(version);
        }
        self.step()?;
        let mut lock = &self.lock;
        lock.rewind()?;
        lock.write_all(self.last.digits().as_bytes())?;
        version.changes += 1;
        let folder = self.folder(id)?;
        self.step()?;
        std::fs::create_dir_all(&folder)?;
        self.step()?;
        version.write(&self.root.join(TEMPORARY), &folder)?;
        self.step()?;
        place::remove_files(&folder, |sha256| !version.refers_to(sha256))?;
        Ok(version)
    }

    /// Puts one file where a version may refer to it.
    pub(super) fn place(&self, id: &VersionId, file: NewFile, now: Moment) -> io::Result<Asset> {
        let NewFile { name, size, sha256, content, npm, metadata } = file;
        self.step()?;
        let path = self.file(id, &sha256)?;
        crate::folder::create_parent(&path)?;
        self.step()?;
        match content {
            Content::Received(file) => file.persist(&path).map(drop).map_err(|error| error.error)?,
            Content::Shared(source) => self.link(&source, &path)?,
        }
        let metadata = match metadata {
            None => None,
            Some(bytes) => {
                let sha256 = Sha256::of(&bytes);
                let mut file = NamedTempFile::new_in(self.root.join(TEMPORARY))?;
                file.write_all(&bytes)?;
                self.step()?;
                file.persist(self.file(id, &sha256)?).map_err(|error| error.error)?;
                Some(sha256)
            }
        };
        Ok(Asset { name, size, sha256, added: now, npm, metadata })
    }

    /// The version is gone, and its name is free.
    pub(super) fn delete(&self, id: &VersionId) -> io::Result<()> {
        self.step()?;
        let folder = self.folder(id)?;
        Version::remove(&folder)?;
        self.step()?;
        place::remove_files(&folder, |_| true)?;
        self.step()?;
        // Folders that hold something stay.
        for empty in [Some(&*folder), folder.parent(), folder.parent().and_then(Path::parent)] {
            empty.map(std::fs::remove_dir);
        }
        Ok(())
    }

    /// One file under two names, where the disk can; else a copy. Whatever was in its place is replaced at once.
    fn link(&self, source: &Path, path: &Path) -> io::Result<()> {
        let temporary = NamedTempFile::new_in(self.root.join(TEMPORARY))?.into_temp_path();
        std::fs::remove_file(&temporary)?;
        if std::fs::hard_link(source, &temporary).is_err() {
            std::fs::copy(source, &temporary)?;
        }
        self.step()?;
        std::fs::rename(&temporary, path)
    }

    fn folder(&self, id: &VersionId) -> io::Result<PathBuf> {
        let too_long = || io::Error::other(id.refusal().unwrap_or_default());
        id.folder(&self.root).ok_or_else(too_long)
    }

    /// Where a writer may be killed; a test does.
    #[cfg(test)]
    fn step(&self) -> io::Result<()> {
        self.steps.take()
    }

    #[cfg(not(test))]
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "the tests' other one fails")]
    fn step(&self) -> io::Result<()> {
        Ok(())
    }
}
