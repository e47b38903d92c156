use crate::table::Unreadable;

const NAME: &str = "PublicPackageRepoName";
const URL: &str = "PublicPackageRepoUrl";
const REQUESTER: &str = "Requester";
const JUSTIFICATION: &str = "Justification";

/// Which field is what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) name: usize,
    pub(crate) url: usize,
    pub(crate) requester: Option<usize>,
    /// How many fields the header names; `None` without a header, where further fields mean nothing.
    pub(crate) width: Option<usize>,
}

impl Columns {
    /// The first two fields, where the file has no header.
    pub(crate) const BY_POSITION: Self = Self { name: 0, url: 1, requester: None, width: None };

    /// Reads the first record as a header, which it is by exact names only; `None` where it is a row.
    pub(crate) fn of_header(fields: &[String]) -> Result<Option<Self>, Unreadable> {
        let (name, url) = (place_of(NAME, fields)?, place_of(URL, fields)?);
        let (name, url) = match (name, url) {
            (None, None) => return Ok(None),
            (Some(name), Some(url)) => (name, url),
            (Some(_), None) => return Err(Unreadable::HeaderLacks(URL)),
            (None, Some(_)) => return Err(Unreadable::HeaderLacks(NAME)),
        };
        let requester = place_of(REQUESTER, fields)?;
        place_of(JUSTIFICATION, fields)?;
        Ok(Some(Self { name, url, requester, width: Some(fields.len()) }))
    }
}

fn place_of(column: &'static str, fields: &[String]) -> Result<Option<usize>, Unreadable> {
    let mut places = fields.iter().enumerate().filter(|(_, field)| *field == column).map(|(place, _)| place);
    match (places.next(), places.next()) {
        (place, None) => Ok(place),
        (_, Some(_)) => Err(Unreadable::HeaderTwice(column)),
    }
}
