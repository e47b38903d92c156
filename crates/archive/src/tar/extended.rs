use crate::{
    Limits, Violation,
    link::Link,
    tar::{
        header::{Header, Part},
        pax::Pax,
    },
};

/// What extended headers say about the member that follows them.
#[derive(Default)]
pub(crate) struct Extended {
    pax: Option<Pax>,
    long_name: Option<Vec<u8>>,
    long_target: Option<Vec<u8>>,
}

/// A member's name and target, by its own header and the extended ones.
pub(crate) struct Named {
    pub(crate) name: Vec<u8>,
    pub(crate) target: Vec<u8>,
}

impl Extended {
    pub(crate) fn is_empty(&self) -> bool {
        self.pax.is_none() && self.long_name.is_none() && self.long_target.is_none()
    }

    /// Adds the content of one extended header.
    pub(crate) fn add(&mut self, part: Part, content: &[u8], header: &Header) -> Result<(), Violation> {
        match part {
            Part::Pax => once(&mut self.pax, Pax::read(content, &header.shown())?),
            Part::LongName => once(&mut self.long_name, long_text(content, header)?),
            Part::LongTarget => once(&mut self.long_target, long_text(content, header)?),
        }
    }

    /// Applies what was collected to the member that it is about.
    pub(crate) fn resolve(self, header: &Header) -> Result<Named, Violation> {
        let pax = self.pax.unwrap_or_default();
        let name = only(pax.path, self.long_name, &header.name, header)?;
        let target = only(pax.target, self.long_target, &header.target, header)?;
        if pax.size.is_some_and(|size| size != header.size) {
            return Err(Violation::PaxSize(name.as_slice().into()));
        }
        Ok(Named { name, target })
    }
}

impl Named {
    /// A reader that does not know the extended headers takes the header's own name and target: they may be shortened,
    /// but must not lead elsewhere. `path` is the name as it was admitted.
    pub(crate) fn check_overridden(
        &self,
        header: &Header,
        path: &str,
        limits: &Limits,
    ) -> Result<(), Violation> {
        if header.name != self.name {
            // Shortening leaves the `./` that tar writes in front.
            if header.name.starts_with(b"./") != self.name.starts_with(b"./") {
                return Err(Violation::ConflictingNames(header.shown()));
            }
            if header.name.starts_with(b"/") {
                return Err(Violation::AbsolutePath(header.shown()));
            }
            if header.name.split(|byte| *byte == b'/').any(|component| component == b"..") {
                return Err(Violation::ParentPath(header.shown()));
            }
        }
        if header.target != self.target && !header.target.is_empty() {
            Link::read(path, String::from_utf8_lossy(&header.target).as_bytes(), limits)?;
        }
        Ok(())
    }
}

fn once<T>(place: &mut Option<T>, value: T) -> Result<(), Violation> {
    if place.replace(value).is_some() { Err(Violation::RepeatedHeader) } else { Ok(()) }
}

/// The text that counts: an extended header's, of which there may be one, or the header's own.
fn only(
    pax: Option<Vec<u8>>,
    gnu: Option<Vec<u8>>,
    own: &[u8],
    header: &Header,
) -> Result<Vec<u8>, Violation> {
    match (pax, gnu) {
        (Some(_), Some(_)) => Err(Violation::ConflictingNames(header.shown())),
        (Some(text), None) | (None, Some(text)) => Ok(text),
        (None, None) => Ok(own.to_vec()),
    }
}

/// GNU's long name or target: its text and one NUL.
fn long_text(content: &[u8], header: &Header) -> Result<Vec<u8>, Violation> {
    match content.split_last() {
        Some((0, text)) if !text.contains(&0) => Ok(text.to_vec()),
        _ => Err(Violation::HeaderField(header.shown())),
    }
}
