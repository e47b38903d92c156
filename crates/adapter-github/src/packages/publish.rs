use domain::{Error, Release, Result};

use crate::{
    git::Commit,
    packages::{
        ATTEMPTS, AUTHOR, Latest, Lost,
        content::Content,
        message, not_unpacked, now,
        refs::{Pushed, Refs},
        remote::Remote,
        rest::CommitInfo,
        tag,
    },
};

/// One release on its way.
#[derive(Clone, Copy)]
pub(super) struct Publishing<'p> {
    /// For errors: what cannot be done.
    pub(super) what: &'p str,
    pub(super) remote: &'p Remote<'p>,
    pub(super) release: &'p Release,
    pub(super) tag: &'p str,
}

impl Publishing<'_> {
    /// Puts the content on top of `main` with its tag, unless it is there. Who is overtaken by another publisher looks
    /// again.
    pub(super) async fn run(self, mut content: Content) -> Result<Latest> {
        let Self { what, remote, release, tag } = self;
        let found = match remote.look().await? {
            Some(found) => found,
            None => remote.create().await?,
        };
        remote.check_private(&found)?;
        let mut lost = Lost::default();
        for attempt in 0..ATTEMPTS {
            let refs = lost.again(what, remote, attempt).await?;
            let main = remote.check_ours(&refs, &found).await?;
            if let Some(latest) = self.find(&refs, main.as_ref()).await? {
                return Ok(latest);
            }
            remote.turn_actions_off().await?;
            let message = message::publishes(release, tag);
            let (tree, parent, time) = (content.tree, refs.main(), now());
            let commit = Commit { tree, parent, author: AUTHOR, time, message: &message };
            let (id, pack);
            (content, id, pack) = content.with(what, &commit).await?;
            let updates = [refs.update_main(id), refs.update_tag(tag, Some(id))];
            match remote.push(&updates, pack).await? {
                Pushed::Done => return Ok(Latest::This),
                Pushed::Refused(why) => lost.note(&updates, why),
                Pushed::NotUnpacked(why) => return Err(not_unpacked(what, &why)),
            }
        }
        Err(lost.give_up(what))
    }

    /// The version, where it is there with the same bytes. One that was revoked is not published again.
    async fn find(&self, refs: &Refs, main: Option<&CommitInfo>) -> Result<Option<Latest>> {
        let Self { what, remote, release, tag } = self;
        if refs.tag(&tag::revoked(tag)).is_some() {
            return Err(Error::rejected(format!("{what}: the version was revoked, and is not brought back")));
        }
        let Some(commit) = refs.tag(tag) else { return Ok(None) };
        let (approved, there) = (release.sha256(), message::sha256(&remote.commit(commit).await?.message));
        if there.as_ref() != Some(approved) {
            let there = there.map_or_else(|| "no digest of Airlock's".to_owned(), |there| there.to_string());
            return Err(Error::rejected(format!(
                "{what}: the tag {tag} holds other bytes already: there is {there}, approved was {approved}; a version \
                 never changes"
            )));
        }
        let shown = main.is_some_and(|main| message::tag(&main.message) == Some(tag));
        Ok(Some(if shown { Latest::This } else { Latest::Another }))
    }
}
