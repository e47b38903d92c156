use std::error::Error as StdError;

type Cause = Box<dyn StdError + Send + Sync>;

pub(crate) type Result<T, E = FetchError> = std::result::Result<T, E>;

/// Why a package was not fetched: one variant for each thing that can be done about it, told by the first words.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// A rule or a setting of ours forbids it: another URL or another setting is needed.
    #[error("refused by policy: {message}")]
    Refused {
        /// What is forbidden, for which input, and what to do.
        message: String,
        /// What a library said.
        #[source]
        cause: Option<Cause>,
    },
    /// What the source has or answers cannot be accepted, and would not change if it were asked again.
    #[error("broken source: {message}")]
    Broken {
        /// What was answered, for which input, and what to do.
        message: String,
        /// What a library said.
        #[source]
        cause: Option<Cause>,
    },
    /// The same fetch may succeed later: silence, a broken connection, a 5xx answer, a full disk.
    #[error("try again later: {message}")]
    Later {
        /// What failed, for which input.
        message: String,
        /// What a library said.
        #[source]
        cause: Option<Cause>,
    },
}

impl FetchError {
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::Refused { message: message.into(), cause: None }
    }

    pub(crate) fn broken(message: impl Into<String>) -> Self {
        Self::Broken { message: message.into(), cause: None }
    }

    pub(crate) fn later(message: impl Into<String>) -> Self {
        Self::Later { message: message.into(), cause: None }
    }

    /// The same error, with what caused it.
    #[must_use]
    pub(crate) fn because(mut self, error: impl Into<Cause>) -> Self {
        let (Self::Refused { cause, .. } | Self::Broken { cause, .. } | Self::Later { cause, .. }) =
            &mut self;
        *cause = Some(error.into());
        self
    }
}

/// The state machine knows two names: it retries what may succeed later, and nothing else.
impl From<FetchError> for domain::Error {
    fn from(error: FetchError) -> Self {
        let message = error.to_string();
        match error {
            FetchError::Refused { cause, .. } | FetchError::Broken { cause, .. } => {
                Self::Rejected { message, cause }
            }
            FetchError::Later { cause, .. } => Self::Transient { message, cause },
        }
    }
}

/// What goes wrong with a temporary file.
impl From<domain::Error> for FetchError {
    fn from(error: domain::Error) -> Self {
        match error {
            domain::Error::Transient { message, cause } => Self::Later { message, cause },
            domain::Error::Rejected { message, cause } => Self::Refused { message, cause },
        }
    }
}
