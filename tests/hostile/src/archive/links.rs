//! Unpacks the links of an archive in the mind, as a file system would follow them.

use std::collections::BTreeMap;

use archive::EntryKind;

use super::Members;

const MOST_LINKS: usize = 40;

/// No link leads above the folder that the archive is unpacked into, however many links it goes through.
pub(super) fn check(members: &Members) {
    let links: BTreeMap<&str, &str> = members
        .iter()
        .filter(|(entry, _)| entry.kind == EntryKind::Symlink)
        .map(|(entry, target)| (entry.path.as_str(), std::str::from_utf8(target).expect("a target is UTF-8")))
        .collect();
    for path in links.keys() {
        let mut place = vec![];
        let mut left = MOST_LINKS;
        follow(path, &links, &mut place, &mut left);
    }
}

/// Goes along `path` from `place`; gives up, as a file system does, after too many links.
fn follow<'a>(path: &'a str, links: &BTreeMap<&str, &'a str>, place: &mut Vec<&'a str>, left: &mut usize) {
    assert!(!path.starts_with('/'), "a link leads to {path:?}");
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => assert!(place.pop().is_some(), "a link leads outside by {path:?}"),
            name => {
                place.push(name);
                if let Some(target) = links.get(place.join("/").as_str()) {
                    if *left == 0 {
                        return;
                    }
                    *left -= 1;
                    place.pop();
                    follow(target, links, place, left);
                }
            }
        }
    }
}
