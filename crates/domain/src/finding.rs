use serde::{Deserialize, Deserializer, Serialize};

/// How bad a finding is. Ordered; what nobody knows is the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// For information.
    Info,
    /// Below the default threshold.
    Low,
    /// The default threshold: refused.
    Medium,
    /// Refused.
    High,
    /// Refused.
    Critical,
    /// A word that no known severity is spelled with, or none at all. Always refused.
    Unknown,
}

impl Severity {
    /// Reads a severity in any case, the names of other services among them. Never fails: see [`Severity::Unknown`].
    pub fn parse(text: &str) -> Self {
        match text.to_ascii_lowercase().as_str() {
            "info" | "informational" => Self::Info,
            "low" => Self::Low,
            "medium" => Self::Medium,
            "high" => Self::High,
            "critical" => Self::Critical,
            _ => Self::Unknown,
        }
    }

    /// The word for people and documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
            Self::Unknown => "unknown",
        }
    }
}

impl<'de> Deserialize<'de> for Severity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::parse(&text))
    }
}

/// How sure the rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Often a false alarm.
    Low,
    /// Sometimes a false alarm.
    Medium,
    /// Seldom a false alarm.
    High,
}

impl Confidence {
    /// The word for people and documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// One fact that a scanner states about one place in an artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's id.
    pub rule: String,
    /// What was found, in a few words.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The member of the archive; `null` where the finding is about the whole.
    pub path: Option<String>,
    /// The first line, from 1.
    pub line: Option<u64>,
    /// The last line.
    pub end_line: Option<u64>,
    /// What was found, in a sentence.
    pub message: String,
    /// What to do about it.
    pub recommendation: String,
    /// CWE, ATT&CK or advisory addresses.
    pub references: Vec<String>,
}

/// Findings by severity. An unknown severity has no count: it is told in the decision's reasons.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Critical findings.
    pub critical: u64,
    /// High findings.
    pub high: u64,
    /// Medium findings.
    pub medium: u64,
    /// Low findings.
    pub low: u64,
    /// Informational findings.
    pub info: u64,
}

impl Counts {
    /// Counts `findings`.
    pub fn of(findings: &[Finding]) -> Self {
        let count = |severity| findings.iter().filter(|f| f.severity == severity).count() as u64;
        Self {
            critical: count(Severity::Critical),
            high: count(Severity::High),
            medium: count(Severity::Medium),
            low: count(Severity::Low),
            info: count(Severity::Info),
        }
    }
}
