use domain::{Error, Result, Withdrawal};

use crate::{
    git::{Commit, Kind, ObjectId, Pack, PackError},
    packages::{
        ATTEMPTS, AUTHOR, Lost,
        content::{Packed, close, not_packed},
        message, not_unpacked, now,
        refs::{Pushed, Refs, Update},
        remote::Remote,
        rest::{CommitInfo, RepositoryInfo},
        tag,
    },
};

/// What `main` shall show.
struct Shown {
    tag: String,
    tree: ObjectId,
}

/// What is left to do, and what `main` shows then.
struct Plan {
    updates: Vec<Update>,
    pack: Packed,
    latest: Option<String>,
}

/// Takes the version's tag away, lets `main` show the newest version that still has one, and leaves a mark, so that the
/// version is not published later. Nothing of it may be there: the mark is left then, too.
pub(super) async fn revoke(what: &str, remote: &Remote<'_>, version: &str) -> Result<Withdrawal> {
    // What has no tag could not be published.
    let Some(tag) = tag::of(version) else { return Ok(Withdrawal { latest: None }) };
    let found = match remote.look().await? {
        Some(found) => found,
        None => create(what, remote).await?,
    };
    let mut lost = Lost::default();
    for attempt in 0..ATTEMPTS {
        let refs = lost.again(what, remote, attempt).await?;
        let main = remote.check_ours(&refs, &found).await?;
        let Plan { updates, pack, latest } = plan(what, remote, (version, &tag), &refs, main).await?;
        let done = Withdrawal { latest: latest.as_deref().and_then(tag::version) };
        if updates.is_empty() {
            return Ok(done);
        }
        match remote.push(&updates, pack).await? {
            Pushed::Done => return Ok(done),
            Pushed::Refused(why) => lost.note(&updates, why),
            Pushed::NotUnpacked(why) => return Err(not_unpacked(what, &why)),
        }
    }
    Err(lost.give_up(what))
}

/// GitHub answers for what it hides from the token as for what is not there. It creates no repository beside another of
/// its name: only one that it creates was surely not there.
async fn create(what: &str, remote: &Remote<'_>) -> Result<RepositoryInfo> {
    let unknown = || {
        Error::rejected(format!(
            "{what}: GitHub shows the token no repository {}, and does not create it: it is not known whether the version is \
             there; let the token see all repositories of the organisation, and create them, and revoke again",
            remote.name
        ))
    };
    remote.create().await.map_err(|error| match error {
        Error::Transient { .. } => error,
        Error::Rejected { .. } => unknown().because(error),
    })
}

async fn plan(
    what: &str,
    remote: &Remote<'_>,
    (version, tag): (&str, &str),
    refs: &Refs,
    main: Option<CommitInfo>,
) -> Result<Plan> {
    let package = remote.name.name();
    let mut pack = Pack::new().map_err(|e| not_packed(what, e))?;
    let empty = add_empty_tree(&mut pack).map_err(|e| not_packed(what, e))?;
    let mut updates = Vec::new();
    if refs.tag(tag).is_some() {
        updates.push(refs.update_tag(tag, None));
    }
    // What `main` shows, it shows without the tag too.
    let mut latest = main.as_ref().and_then(|main| message::tag(&main.message)).map(str::to_owned);
    if latest.as_deref() == Some(tag) {
        let after = newest_but(tag, remote, refs).await?;
        let tree = after.as_ref().map_or(empty, |after| after.tree);
        latest = after.map(|after| after.tag);
        let message = message::reverts(package, version, latest.as_deref());
        let commit = Commit { tree, parent: refs.main(), author: AUTHOR, time: now(), message: &message };
        updates.push(refs.update_main(add(what, &mut pack, &commit)?));
    }
    let mark = tag::revoked(tag);
    if refs.tag(&mark).is_none() {
        let message = message::reverts(package, version, None);
        let commit = Commit { tree: empty, parent: None, author: AUTHOR, time: now(), message: &message };
        let commit = add(what, &mut pack, &commit)?;
        updates.push(refs.update_tag(&mark, Some(commit)));
        if main.is_none() {
            // It tells whose the repository is.
            updates.push(refs.update_main(commit));
        }
    }
    let latest = latest.filter(|tag| refs.tag(tag).is_some());
    Ok(Plan { updates, pack: close(what, pack).await?, latest })
}

fn add(what: &str, pack: &mut Pack, commit: &Commit<'_>) -> Result<ObjectId> {
    pack.add(Kind::Commit, &commit.encode()).map_err(|e| not_packed(what, e))
}

fn add_empty_tree(pack: &mut Pack) -> Result<ObjectId, PackError> {
    pack.add(Kind::Tree, b"")
}

/// Goes back along `main` to the newest commit that has the tag of a version that was not revoked.
async fn newest_but(tag: &str, remote: &Remote<'_>, refs: &Refs) -> Result<Option<Shown>> {
    let left: Vec<(&str, ObjectId)> = refs
        .tags()
        .filter(|(name, _)| *name != tag && tag::version(name).is_some())
        .filter(|(name, _)| refs.tag(&tag::revoked(name)).is_none())
        .collect();
    let mut next = refs.main().filter(|_| !left.is_empty());
    while let Some(id) = next {
        let commit = remote.commit(id).await?;
        if let Some((name, _)) = left.iter().find(|(_, at)| *at == id) {
            let tree =
                commit.tree().ok_or_else(|| Error::rejected(format!("the commit {id} has no tree")))?;
            return Ok(Some(Shown { tag: (*name).to_owned(), tree }));
        }
        next = commit.parent();
    }
    Ok(None)
}
