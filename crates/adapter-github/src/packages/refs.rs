//! What git's smart HTTP says before and after a push. <https://git-scm.com/docs/pack-protocol>

use std::collections::BTreeMap;

use crate::git::{ObjectId, packet};

/// The branch that shows the newest version.
pub(super) const MAIN: &str = "refs/heads/main";
/// What a push here asks of the server; one that cannot do all of it gets no push.
pub(super) const CAPABILITIES: [&str; 2] = ["report-status", "atomic"];

/// The branches and tags of a repository.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Refs(BTreeMap<String, ObjectId>);

/// One ref from what it was to what it shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Update {
    pub(super) name: String,
    pub(super) old: Option<ObjectId>,
    pub(super) new: Option<ObjectId>,
}

/// What became of a push.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    /// Every ref is what it shall be.
    Done,
    /// The server does not take the objects; in its words.
    NotUnpacked(String),
    /// No ref was touched; in the server's words.
    Refused(String),
}

impl Refs {
    /// Reads the answer to `info/refs?service=git-receive-pack`.
    pub(super) fn read(mut bytes: &[u8]) -> Result<Self, &'static str> {
        let bytes = &mut bytes;
        let no_packet = |_| "it is not in git's packet lines";
        if packet::take_list(bytes).map_err(no_packet)? != ["# service=git-receive-pack"] {
            return Err("it does not announce git-receive-pack");
        }
        let lines = packet::take_list(bytes).map_err(no_packet)?;
        let Some((first, others)) = lines.split_first().filter(|_| bytes.is_empty()) else {
            return Err("it lists nothing, or more than the refs");
        };
        let (first, capabilities) = first.split_once('\0').ok_or("it tells no capabilities")?;
        check_capabilities(capabilities)?;
        let mut refs = BTreeMap::new();
        for line in [first].iter().chain(others) {
            let (id, name) = line.split_once(' ').ok_or("a ref has no name")?;
            let id = ObjectId::parse(id).ok_or("a ref's object has no name")?;
            // The first stands for no ref at all, the second for objects that others hold.
            let is_ref = !matches!(name, "capabilities^{}" | ".have");
            if is_ref && (!name.starts_with("refs/") || refs.insert(name.to_owned(), id).is_some()) {
                return Err("a ref is there twice, or is none");
            }
        }
        Ok(Self(refs))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn main(&self) -> Option<ObjectId> {
        self.0.get(MAIN).copied()
    }

    pub(super) fn tag(&self, tag: &str) -> Option<ObjectId> {
        self.0.get(&tag_ref(tag)).copied()
    }

    /// Whether the ref is still what it was before the update.
    pub(super) fn holds(&self, update: &Update) -> bool {
        self.0.get(&update.name).copied() == update.old
    }

    /// The tags with their commits.
    pub(super) fn tags(&self) -> impl Iterator<Item = (&str, ObjectId)> {
        self.0.iter().filter_map(|(name, id)| Some((name.strip_prefix("refs/tags/")?, *id)))
    }

    pub(super) fn update_main(&self, new: ObjectId) -> Update {
        Update { name: MAIN.to_owned(), old: self.main(), new: Some(new) }
    }

    pub(super) fn update_tag(&self, tag: &str, new: Option<ObjectId>) -> Update {
        Update { name: tag_ref(tag), old: self.tag(tag), new }
    }
}

fn tag_ref(tag: &str) -> String {
    format!("refs/tags/{tag}")
}

fn check_capabilities(listed: &str) -> Result<(), &'static str> {
    let mut formats = listed.split(' ').filter_map(|capability| capability.strip_prefix("object-format="));
    if formats.any(|format| format != "sha1") {
        return Err("its object names are not SHA-1");
    }
    let has = |wanted: &&str| listed.split(' ').any(|capability| capability == *wanted);
    if CAPABILITIES.iter().all(has) { Ok(()) } else { Err("it takes no atomic push with a report") }
}

/// The request's beginning: what goes before the pack.
pub(super) fn commands(updates: &[Update]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut capabilities = format!("\0{}", CAPABILITIES.join(" "));
    for Update { name, old, new } in updates {
        let [old, new] = [old, new].map(|id| id.unwrap_or(ObjectId::ZERO));
        bytes.extend(packet::line(&format!("{old} {new} {name}{}", std::mem::take(&mut capabilities))));
    }
    bytes.extend(packet::FLUSH);
    bytes
}

/// Reads the answer to a push. It must tell of the pack and of each ref, once; anything less is no success.
pub(super) fn read_report(mut bytes: &[u8], updates: &[Update]) -> Result<Pushed, &'static str> {
    let lines = packet::take_list(&mut bytes).map_err(|_| "it is not in git's packet lines")?;
    let Some((unpack, told)) = lines.split_first().filter(|_| bytes.is_empty()) else {
        return Err("it tells nothing, or more than a report");
    };
    match unpack.strip_prefix("unpack ").ok_or("it does not tell of the pack")? {
        "ok" => {}
        why => return Ok(Pushed::NotUnpacked(why.to_owned())),
    }
    let mut refusals: Vec<&str> = Vec::new();
    let mut untold: Vec<&str> = updates.iter().map(|update| update.name.as_str()).collect();
    for line in told {
        let (name, why) = match line.split_once(' ') {
            Some(("ok", name)) => (name, None),
            Some(("ng", refused)) => refused
                .split_once(' ')
                .map(|(name, why)| (name, Some(why)))
                .ok_or("a refusal has no reason")?,
            _ => return Err("a line is neither ok nor ng"),
        };
        let at = untold.iter().position(|untold| *untold == name).ok_or("it tells of another ref")?;
        untold.swap_remove(at);
        refusals.extend(why);
    }
    refusals.dedup();
    match (refusals.as_slice(), untold.as_slice()) {
        ([], []) => Ok(Pushed::Done),
        ([], _) => Err("it does not tell of every ref"),
        (refusals, _) => Ok(Pushed::Refused(refusals.join("; "))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const A: &str = "ce013625030ba8dba906f756967f9e9ca394464a";

    fn listing(lines: &[&str]) -> Vec<u8> {
        let mut bytes = packet::line("# service=git-receive-pack\n");
        bytes.extend(packet::FLUSH);
        bytes.extend(lines.iter().flat_map(|line| packet::line(line)));
        bytes.extend(packet::FLUSH);
        bytes
    }

    #[test]
    fn reads_what_git_lists() {
        let zero = ObjectId::ZERO;
        let empty = listing(&[&format!(
            "{zero} capabilities^{{}}\0report-status delete-refs atomic object-format=sha1\n"
        )]);
        assert_eq!(Refs::read(&empty), Ok(Refs::default()));
        let full = listing(&[
            &format!("{A} {MAIN}\0atomic report-status\n"),
            &format!("{A} refs/tags/1.0\n"),
            &format!("{A} .have\n"),
            &format!("{A} .have\n"),
        ]);
        let refs = Refs::read(&full).unwrap();
        assert_eq!(refs.main(), ObjectId::parse(A));
        assert_eq!(refs.tags().collect::<Vec<_>>(), [("1.0", ObjectId::parse(A).unwrap())]);
    }

    #[test]
    fn refuses_a_listing_that_could_mean_something_else() {
        let good = listing(&[&format!("{A} {MAIN}\0atomic report-status")]);
        assert!(Refs::read(&good).is_ok());
        let mut cases = vec![
            listing(&[]),
            listing(&[&format!("{A} {MAIN}")]),
            listing(&[&format!("{A} {MAIN}\0report-status")]),
            listing(&[&format!("{A} {MAIN}\0atomic")]),
            listing(&[&format!("{A} {MAIN}\0atomic report-status-v2")]),
            listing(&[&format!("{A} {MAIN}\0atomic report-status object-format=sha256")]),
            listing(&[&format!("{A} {MAIN}\0atomic report-status"), &format!("{A} {MAIN}")]),
            listing(&[&format!("{A} HEAD\0atomic report-status")]),
            listing(&[&format!("{} {MAIN}\0atomic report-status", &A[1..])]),
            b"0000".to_vec(),
            b"<html>".to_vec(),
            [good.as_slice(), b"0000"].concat(),
        ];
        cases.extend((0..good.len()).map(|end| good[..end].to_vec()));
        for case in cases {
            assert!(Refs::read(&case).is_err(), "{}", String::from_utf8_lossy(&case));
        }
    }

    fn report(lines: &[&str]) -> Vec<u8> {
        let mut bytes: Vec<u8> = lines.iter().flat_map(|line| packet::line(&format!("{line}\n"))).collect();
        bytes.extend(packet::FLUSH);
        bytes
    }

    #[test]
    fn only_a_whole_report_is_a_success() {
        let refs = Refs::default();
        let updates = [refs.update_main(ObjectId::ZERO), refs.update_tag("1", Some(ObjectId::ZERO))];
        let read = |lines: &[&str]| read_report(&report(lines), &updates);
        let (main, tag) = (format!("ok {MAIN}"), "ok refs/tags/1");
        assert_eq!(read(&["unpack ok", &main, tag]), Ok(Pushed::Done));
        assert_eq!(read(&["unpack ok", tag, &main]), Ok(Pushed::Done));
        let refused = ["unpack ok", &main, "ng refs/tags/1 hook declined"];
        assert_eq!(read(&refused), Ok(Pushed::Refused("hook declined".to_owned())));
        let broken = ["unpack index-pack abnormal exit", "ng refs/tags/1 unpacker error"];
        assert_eq!(read(&broken), Ok(Pushed::NotUnpacked("index-pack abnormal exit".to_owned())));
        for lines in [
            vec![],
            vec!["unpack ok"],
            vec!["unpack ok", &main],
            vec![&main, tag],
            vec!["unpack ok", &main, &main],
            vec!["unpack ok", &main, tag, tag],
            vec!["unpack ok", &main, "ok refs/tags/10"],
            vec!["unpack ok", &main, "ng refs/tags/1"],
            vec!["unpack ok", &main, tag, "option forced-update"],
        ] {
            assert!(read(&lines).is_err(), "{lines:?}");
        }
        let whole = report(&["unpack ok", &main, tag]);
        for end in 0..whole.len() {
            assert!(read_report(&whole[..end], &updates).is_err());
        }
    }

    proptest! {
        /// A server may say anything: it is read as what it is, or refused.
        #[test]
        fn one_other_byte_makes_no_other_ref(at in 0_usize..200, byte in any::<u8>()) {
            let good = listing(&[&format!("{A} {MAIN}\0atomic report-status"), &format!("{A} refs/tags/1")]);
            let mut other = good.clone();
            let at = at % good.len();
            other[at] = byte;
            if let Ok(refs) = Refs::read(&other) {
                prop_assert!(refs.0.len() == 2 && refs.0.keys().all(|name| name.starts_with("refs/")), "{:?}", refs);
            }
        }

        #[test]
        fn any_report_is_read_or_refused(lines in proptest::collection::vec("(ok|ng|unpack) [a-z/1 ]{0,20}", 0..4)) {
            let updates = [Refs::default().update_main(ObjectId::ZERO)];
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            prop_assert_ne!(read_report(&report(&lines), &updates), Ok(Pushed::Done));
        }
    }

    #[test]
    fn the_first_command_asks_for_an_atomic_push_with_a_report() {
        let refs = Refs::default();
        let id = ObjectId::parse(A).unwrap();
        let text = String::from_utf8(commands(&[refs.update_main(id), refs.update_tag("1", None)])).unwrap();
        let zero = ObjectId::ZERO;
        assert_eq!(
            text,
            format!("007a{zero} {A} {MAIN}\0report-status atomic0061{zero} {zero} refs/tags/10000")
        );
    }
}
