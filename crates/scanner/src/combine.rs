//! Behaviours that meet: the table of what several facts within a few lines come to.
//!
//! One behaviour alone is what honest packages do every day; popular ones hold most pairs somewhere in one file. So facts
//! count together only within a window, and where the file runs decides how much.

use std::collections::{BTreeMap, HashSet};

use crate::{
    behaviour::{Behaviour, Behaviours},
    level::{Levels, Statement},
};
use Behaviour::{
    Capture, Credentials, Decode, Destroy, Discover, Download, Drop, Environment, Execute, Exfiltrate,
    Inject, Mine, Network, Obfuscate, Persist, Propagate, Shell,
};

/// Facts meet if they start at most this many lines apart…
const WINDOW_LINES: u64 = 20;

/// …and this many bytes, for code that is written on one line.
const WINDOW_BYTES: usize = 3000;

/// A line of the table: what must meet, and how bad that is.
pub(crate) struct Row {
    /// One behaviour of each group.
    meet: &'static [&'static [Behaviour]],
    pub(crate) statement: Statement,
}

/// Columns of severities: unasked (at installation or start-up), import, run, aside (tests, documentation).
/// `0` none · `1` info · `2` low · `3` medium · `4` high · `5` critical. Medium and above refuse by default.
#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    //                                     what meets                                          unasked, import, run, aside
    row("combined-download-execute",       &[&[Download], &[Execute, Shell]],                    [4, 3, 2, 1],
        "Something is downloaded and something is run",
        "What runs is decided by a server. At installation hardly anything honest does so; in a module it can be a feature."),
    row("combined-drop-execute",           &[&[Drop], &[Execute, Shell]],                        [4, 3, 2, 1],
        "A file is written and something is run",
        "A program that is written and started next to each other did not come with the package as anybody can read it."),
    row("combined-download-drop",          &[&[Download], &[Drop]],                              [3, 2, 1, 1],
        "Something is downloaded into a file that can run",
        "Installers of binaries do so after the package asks for it; at installation nobody checked what was fetched."),
    row("combined-decode-execute",         &[&[Decode], &[Execute, Shell]],                      [4, 3, 2, 1],
        "Something is decoded and something is run",
        "Code that has to be decoded first was not meant to be read."),
    row("combined-hidden-execution",       &[&[Obfuscate], &[Execute, Shell, Inject]],           [4, 4, 3, 2],
        "Hidden code is run",
        "Code that is made unreadable just before it runs hides what it does; minifiers make code short, not this."),
    row("combined-hidden-download",        &[&[Obfuscate, Decode], &[Download, Exfiltrate]],     [4, 3, 2, 1],
        "An address or a download is hidden",
        "Whoever hides where data comes from or goes to does not want it to be looked up."),
    row("combined-credential-theft",       &[&[Credentials, Capture], &[Network, Exfiltrate, Download]], [5, 4, 3, 2],
        "Credentials or recordings are read next to the network",
        "Keys, tokens, wallets or recordings leave the machine where both meet; a client reads its own token alone."),
    row("combined-environment-sent",       &[&[Environment, Discover], &[Exfiltrate]],           [5, 4, 3, 2],
        "Facts about the machine are sent to a drop-off",
        "Webhooks, messengers and DNS are used to take data out because nobody blocks them."),
    row("combined-drop-off",               &[&[Exfiltrate], &[Network, Download, Shell]],            [4, 3, 2, 1],
        "A drop-off is called",
        "Catchers of requests, chats and tunnels belong to whoever made the package, not to whoever uses it."),
    row("combined-machine-reported",       &[&[Discover], &[Network, Download]],                 [4, 3, 2, 1],
        "The machine and its user are reported",
        "At installation nothing has to know user, host and address, and to call a server with them."),
    row("combined-environment-network",    &[&[Environment], &[Network]],                        [3, 1, 1, 1],
        "The environment is read next to the network",
        "The environment of a build holds tokens. In a module it is how a client is configured; at installation it is not."),
    row("combined-persistent-payload",     &[&[Persist], &[Download, Execute, Shell, Drop, Decode, Network]], [5, 4, 3, 2],
        "Something is made to start again by itself",
        "What is fetched or run and also put where it starts again outlives the package."),
    row("combined-injection",              &[&[Inject], &[Decode, Download, Network, Obfuscate, Execute]], [5, 4, 4, 2],
        "Code is brought into memory past the loader",
        "Native code that comes as data, and is called, was not meant to be found."),
    row("combined-destruction",            &[&[Destroy], &[Discover, Environment, Download, Exfiltrate, Obfuscate, Credentials]], [5, 4, 3, 2],
        "Files are destroyed on a condition of the machine",
        "Deletion or encryption that depends on where it runs, or reports what it did, is sabotage or extortion."),
    row("combined-propagation",            &[&[Propagate], &[Credentials, Environment, Network, Execute, Shell]], [5, 5, 4, 2],
        "Code spreads to other packages",
        "Publishing with tokens that it finds is how a worm moves through a registry."),
    // one behaviour that has no business where nobody asked for it
    row("unasked-exfiltration",            &[&[Exfiltrate]],                                     [4, 0, 0, 0],
        "The installation sends to a drop-off",
        "A webhook, messenger or DNS channel is called by a file that runs unasked."),
    row("unasked-credentials",             &[&[Credentials]],                                    [4, 0, 0, 0],
        "The installation reads credentials",
        "No build needs keys, browser data or wallets."),
    row("unasked-capture",                 &[&[Capture, Mine, Inject, Propagate]],               [4, 0, 0, 0],
        "The installation spies, mines, injects or spreads",
        "No build records a screen, mines, writes into processes or publishes packages."),
    row("unasked-persistence",             &[&[Persist]],                                        [4, 0, 0, 0],
        "The installation makes something start by itself",
        "An installer may register a service; a package of a registry is no installer."),
    row("unasked-network",                 &[&[Download, Network]],                              [2, 0, 0, 0],
        "The installation opens the network",
        "A build that downloads is not the package that was inspected. Some honest builds fetch sources or binaries."),
];

const fn row(
    id: &'static str,
    meet: &'static [&'static [Behaviour]],
    levels: [u8; 4],
    title: &'static str,
    reason: &'static str,
) -> Row {
    let advice =
        "Read the lines named. Do not install the package unless its author can say what they are for.";
    let references =
        "https://attack.mitre.org/techniques/T1195/002/, https://cwe.mitre.org/data/definitions/506.html";
    Row { meet, statement: Statement { id, title, levels: Levels::new(levels), reason, advice, references } }
}

/// One place where a rule with behaviours matched, in the lines and bytes of the file as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) start: usize,
    pub(crate) line: u64,
    pub(crate) end_line: u64,
    pub(crate) behaviours: Behaviours,
}

/// A line of the table that holds somewhere in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Met {
    /// Its place in [`TABLE`].
    pub(crate) row: usize,
    pub(crate) line: u64,
    pub(crate) end_line: u64,
    /// What met.
    pub(crate) behaviours: Behaviours,
}

/// The lines of the table that hold in a file, each where it does so first. `facts` are in order of their lines.
pub(crate) fn met(facts: &[Fact]) -> Vec<Met> {
    let (mut found, mut known) = (Vec::<Met>::new(), HashSet::new());
    let mut counts = [0_usize; Behaviour::ALL.len()];
    let mut end = 0;
    for (start, first) in facts.iter().enumerate() {
        while let Some(fact) = facts.get(end).filter(|fact| is_within(first, fact)) {
            Behaviour::ALL
                .iter()
                .filter(|b| fact.behaviours.contains(**b))
                .for_each(|b| counts[*b as usize] += 1);
            end += 1;
        }
        let present: Behaviours = Behaviour::ALL.into_iter().filter(|b| counts[*b as usize] > 0).collect();
        if known.insert(present) {
            for (row, line) in TABLE.iter().enumerate() {
                if found.iter().all(|met| met.row != row) && line.meet.iter().all(|any| present.has_any(any))
                {
                    found.push(line.place(row, &facts[start..end]));
                }
            }
        }
        Behaviour::ALL
            .iter()
            .filter(|b| first.behaviours.contains(**b))
            .for_each(|b| counts[*b as usize] -= 1);
    }
    found
}

/// The behaviours of each line that has any.
pub(crate) struct ByLine(BTreeMap<u64, Behaviours>);

impl ByLine {
    pub(crate) fn of(facts: &[Fact]) -> Self {
        let mut lines = BTreeMap::<u64, Behaviours>::new();
        for fact in facts {
            for line in [fact.line, fact.end_line] {
                let all = lines.entry(line).or_default();
                *all = all.with(fact.behaviours);
            }
        }
        Self(lines)
    }

    /// What lies within a window of `line`.
    pub(crate) fn beside(&self, line: u64) -> Behaviours {
        let near = self.0.range(line.saturating_sub(WINDOW_LINES)..=line + WINDOW_LINES);
        near.fold(Behaviours::default(), |all, (_, found)| all.with(*found))
    }
}

fn is_within(first: &Fact, other: &Fact) -> bool {
    other.line.saturating_sub(first.line) <= WINDOW_LINES
        && other.start.saturating_sub(first.start) <= WINDOW_BYTES
}

impl Row {
    /// From the first fact that counts to the last, one a group.
    fn place(&self, row: usize, window: &[Fact]) -> Met {
        let first_of = |any: &&[Behaviour]| {
            let fact = window.iter().find(|fact| fact.behaviours.has_any(any))?;
            Some((fact.line, fact.end_line, fact.behaviours.common(any)))
        };
        let facts: Vec<_> = self.meet.iter().filter_map(first_of).collect();
        let line = facts.iter().map(|(line, ..)| *line).min().unwrap_or(1);
        let end_line = facts.iter().map(|(_, end, _)| *end).max().unwrap_or(line);
        let behaviours = facts.iter().fold(Behaviours::default(), |all, (.., found)| all.with(*found));
        Met { row, line, end_line, behaviours }
    }
}

#[cfg(test)]
mod tests;
