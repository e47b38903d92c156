use std::fmt;

use serde::Serialize;

/// What code does, as far as one rule can tell from one place. A closed list: the table of `combine.rs` reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Behaviour {
    /// Fetches something from the network.
    Download,
    /// Runs code or a program.
    Execute,
    /// Decodes, decompresses, decrypts or unmarshals.
    Decode,
    /// Is written so that nobody reads it.
    Obfuscate,
    /// Reads keys, tokens, passwords or wallets.
    Credentials,
    /// Reads the environment.
    Environment,
    /// Sends to a place made for taking data out: webhooks, messengers, paste sites, DNS.
    Exfiltrate,
    /// Opens the network.
    Network,
    /// Makes something start again by itself.
    Persist,
    /// Writes a file that can run.
    Drop,
    /// Puts code into another process, or into memory past the loader.
    Inject,
    /// Mines a crypto-currency.
    Mine,
    /// Records the screen, the keyboard, the clipboard, a camera or a microphone.
    Capture,
    /// Copies itself to other packages or machines.
    Propagate,
    /// Deletes or encrypts what is not its own.
    Destroy,
    /// Finds out about the machine and its user.
    Discover,
    /// Starts a shell.
    Shell,
}

impl Behaviour {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Download,
        Self::Execute,
        Self::Decode,
        Self::Obfuscate,
        Self::Credentials,
        Self::Environment,
        Self::Exfiltrate,
        Self::Network,
        Self::Persist,
        Self::Drop,
        Self::Inject,
        Self::Mine,
        Self::Capture,
        Self::Propagate,
        Self::Destroy,
        Self::Discover,
        Self::Shell,
    ];

    /// The word in a rule's `behaviour`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Download => "download",
            Self::Execute => "execute",
            Self::Decode => "decode",
            Self::Obfuscate => "obfuscate",
            Self::Credentials => "credentials",
            Self::Environment => "environment",
            Self::Exfiltrate => "exfiltrate",
            Self::Network => "network",
            Self::Persist => "persist",
            Self::Drop => "drop",
            Self::Inject => "inject",
            Self::Mine => "mine",
            Self::Capture => "capture",
            Self::Propagate => "propagate",
            Self::Destroy => "destroy",
            Self::Discover => "discover",
            Self::Shell => "shell",
        }
    }

    /// Reads the comma-separated words of a rule; the error is the word that is none.
    pub(crate) fn parse_list(text: &str) -> Result<Vec<Self>, String> {
        let parse = |word: &str| Self::ALL.into_iter().find(|b| b.as_str() == word).ok_or(word.to_owned());
        text.split(',').map(|word| parse(word.trim())).collect()
    }
}

/// A set of behaviours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Behaviours(u32);

impl Behaviours {
    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn common(self, of: &[Behaviour]) -> Self {
        of.iter().copied().filter(|behaviour| self.contains(*behaviour)).collect()
    }

    pub(crate) fn contains(self, behaviour: Behaviour) -> bool {
        self.0 & (1 << behaviour as u32) != 0
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn has_any(self, of: &[Behaviour]) -> bool {
        of.iter().any(|behaviour| self.contains(*behaviour))
    }
}

impl fmt::Display for Behaviours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> =
            Behaviour::ALL.into_iter().filter(|b| self.contains(*b)).map(Behaviour::as_str).collect();
        f.write_str(&words.join(", "))
    }
}

impl FromIterator<Behaviour> for Behaviours {
    fn from_iter<I: IntoIterator<Item = Behaviour>>(all: I) -> Self {
        Self(all.into_iter().fold(0, |set, behaviour| set | 1 << behaviour as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_behaviour_is_read_as_it_is_written() {
        let words: Vec<_> = Behaviour::ALL.map(Behaviour::as_str).to_vec();
        assert_eq!(Behaviour::parse_list(&words.join(", ")).unwrap(), Behaviour::ALL);
        assert_eq!(Behaviour::parse_list("download,fly").unwrap_err(), "fly");
        assert!(Behaviour::parse_list("").is_err());
    }

    #[test]
    fn a_set_holds_what_was_put_into_it() {
        for behaviour in Behaviour::ALL {
            let set: Behaviours = [behaviour].into_iter().collect();
            assert_eq!(Behaviour::ALL.into_iter().filter(|b| set.contains(*b)).count(), 1);
            assert!(set.has_any(&[behaviour]) && !set.has_any(&[]));
        }
    }
}
