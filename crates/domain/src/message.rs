use crate::PackageName;

/// A message to whoever asked, ready to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The same for the same event: a second delivery can be told from a new message.
    pub id: String,
    /// At most 99 ASCII characters, no control characters.
    pub subject: String,
    /// At most 256 KiB with the attributes.
    pub body: String,
    /// The package; none for the digest of a submission.
    pub package: Option<PackageName>,
    /// The outcome in a word: a verdict's, or `revoked`.
    pub verdict: &'static str,
    /// Who asked: for the filter of a subscription. May be empty.
    pub requester: String,
}
