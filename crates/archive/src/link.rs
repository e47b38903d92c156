use std::collections::HashSet;

use crate::{
    Limits, Violation,
    path::is_drive,
    tree::{Tree, fold},
};

/// The symbolic links of an archive. They are never followed; what each would lead to is worked out by name alone.
#[derive(Default)]
pub(crate) struct Links {
    links: Vec<Link>,
    bytes: u64,
}

pub(crate) struct Link {
    path: Box<str>,
    target: Box<str>,
}

impl Links {
    /// Checks a link's target by itself and remembers it.
    pub(crate) fn add(&mut self, path: &str, target: &[u8], limits: &Limits) -> Result<(), Violation> {
        let link = Link::read(path, target, limits)?;
        self.bytes += (path.len() + target.len()) as u64;
        if self.bytes > limits.names_bytes {
            return Err(Violation::NamesTooLarge);
        }
        self.links.push(link);
        Ok(())
    }

    /// Checks the links together: a link within a link can lead elsewhere than its text says.
    pub(crate) fn check(&self) -> Result<(), Violation> {
        let names: HashSet<String> = self.links.iter().map(|link| fold(&link.path)).collect();
        self.links.iter().try_for_each(|link| link.walk(&names).map(drop))
    }

    /// Refuses links to what the archive holds: content that an installer finds under a second name, where no scan looked.
    pub(crate) fn check_targets(&self, tree: &Tree) -> Result<(), Violation> {
        let none = HashSet::new();
        for link in &self.links {
            if tree.holds(&link.walk(&none)?) {
                return Err(Violation::StrayLink((*link.path).into()));
            }
        }
        Ok(())
    }
}

impl Link {
    /// Checks a target by itself.
    pub(crate) fn read(path: &str, target: &[u8], limits: &Limits) -> Result<Self, Violation> {
        if target.len() > limits.path_bytes {
            return Err(Violation::PathTooLong(path.into()));
        }
        let text = std::str::from_utf8(target).map_err(|_| Violation::LinkTarget(path.into()))?;
        if text.is_empty() || text.chars().any(|c| c.is_control() || c == '\\') {
            return Err(Violation::LinkTarget(path.into()));
        }
        if text.starts_with('/') || is_drive(text) {
            return Err(Violation::LinkAbsolute(path.into()));
        }
        if text.split('/').count() > limits.depth {
            return Err(Violation::TooDeep(path.into()));
        }
        let link = Self { path: path.into(), target: text.into() };
        link.walk(&HashSet::new())?;
        Ok(link)
    }

    /// Goes along the target by name, and answers where that leads. Once it has entered a link, `..` is no longer the directory that the text names.
    fn walk(&self, links: &HashSet<String>) -> Result<String, Violation> {
        let mut place: Vec<&str> = self.path.split('/').collect();
        place.pop();
        let mut within_link = false;
        for component in self.target.split('/') {
            match component {
                "" | "." => {}
                ".." if within_link => return Err(Violation::LinkThroughLink((*self.path).into())),
                ".." => {
                    place.pop().ok_or_else(|| Violation::LinkEscapes((*self.path).into()))?;
                }
                name => {
                    place.push(name);
                    within_link |= !links.is_empty() && links.contains(&fold(&place.join("/")));
                }
            }
        }
        Ok(place.join("/"))
    }
}
