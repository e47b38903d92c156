use domain::{Error, Result, Withdrawal};

use crate::{
    git::{Commit, Kind, ObjectId, Pack, PackError},
    packages::{
        ATTEMPTS, AUTHOR, Lost,
        content::{close, not_packed},
        message, not_unpacked, now,
        refs::{Pushed, Refs},
        remote::Remote,
        rest::{CommitInfo, Presence},
        tag,
    },
};

/// What `main` shows, or shall show.
struct Shown {
    tag: Option<String>,
    tree: Option<ObjectId>,
}

/// Takes the version's tag away, and lets `main` show the newest version that still has one. A version that has no tag
/// is a success.
pub(super) async fn revoke(what: &str, remote: &Remote<'_>, version: &str) -> Result<Withdrawal> {
    let presence = remote.look().await?;
    // What has no tag could not be published.
    let Some(tag) = tag::of(version).filter(|_| presence != Presence::Missing) else {
        return Ok(Withdrawal { latest: None });
    };
    let mut lost = Lost::default();
    for attempt in 0..ATTEMPTS {
        let refs = lost.again(what, remote, attempt).await?;
        if refs.is_empty() {
            return Ok(Withdrawal { latest: None });
        }
        let before = Shown::of(remote.check_ours(&refs, presence).await?, &refs);
        if refs.tag(&tag).is_none() {
            return Ok(withdrawal(&before));
        }
        let mut pack = Pack::new().map_err(|e| not_packed(what, e))?;
        let empty = add_empty_tree(&mut pack).map_err(|e| not_packed(what, e))?;
        let mut updates = vec![refs.update_tag(&tag, None)];
        let after = if before.tag.as_deref() == Some(&*tag) {
            let after = newest_but(&tag, remote, &refs).await?;
            let message = message::reverts(remote.name.name(), version, after.tag.as_deref());
            let tree = after.tree.unwrap_or(empty);
            let commit = Commit { tree, parent: refs.main(), author: AUTHOR, time: now(), message: &message };
            updates.push(refs.update_main(add(what, &mut pack, &commit)?));
            after
        } else {
            before
        };
        let mark = tag::revoked(&tag);
        if refs.tag(&mark).is_none() {
            let message = message::reverts(remote.name.name(), version, None);
            let commit = Commit { tree: empty, parent: None, author: AUTHOR, time: now(), message: &message };
            updates.push(refs.update_tag(&mark, Some(add(what, &mut pack, &commit)?)));
        }
        match remote.push(&updates, close(what, pack).await?).await? {
            Pushed::Done => return Ok(withdrawal(&after)),
            Pushed::Refused(why) => lost.note(&updates, why),
            Pushed::NotUnpacked(why) => return Err(not_unpacked(what, &why)),
        }
    }
    Err(lost.give_up(what))
}

impl Shown {
    /// The version whose files `main` has, where it is one that has its tag.
    fn of(main: Option<CommitInfo>, refs: &Refs) -> Self {
        let Some(main) = main else { return Self { tag: None, tree: None } };
        let tag = message::tag(&main.message).filter(|tag| refs.tag(tag).is_some()).map(str::to_owned);
        Self { tag, tree: main.tree() }
    }
}

fn add(what: &str, pack: &mut Pack, commit: &Commit<'_>) -> Result<ObjectId> {
    pack.add(Kind::Commit, &commit.encode()).map_err(|e| not_packed(what, e))
}

fn add_empty_tree(pack: &mut Pack) -> Result<ObjectId, PackError> {
    pack.add(Kind::Tree, b"")
}

fn withdrawal(shown: &Shown) -> Withdrawal {
    Withdrawal { latest: shown.tag.as_deref().and_then(tag::version) }
}

/// Goes back along `main` to the newest commit that has a version's tag.
async fn newest_but(tag: &str, remote: &Remote<'_>, refs: &Refs) -> Result<Shown> {
    let left = |id: ObjectId| {
        refs.tags()
            .find(|(name, at)| *at == id && *name != tag && tag::version(name).is_some())
            .map(|(name, _)| name)
    };
    let mut next = refs.main();
    if refs.tags().all(|(name, _)| name == tag || tag::version(name).is_none()) {
        next = None;
    }
    while let Some(id) = next {
        let commit = remote.commit(id).await?;
        if let Some(name) = left(id) {
            let tree =
                commit.tree().ok_or_else(|| Error::rejected(format!("the commit {id} has no tree")))?;
            return Ok(Shown { tag: Some(name.to_owned()), tree: Some(tree) });
        }
        next = commit.parent();
    }
    Ok(Shown { tag: None, tree: None })
}
