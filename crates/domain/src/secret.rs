use std::fmt;

/// A token or key. It has no `Display` and no `Serialize`, and its `Debug` tells nothing.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself: for a header or a key, never for a log.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::{fmt::Display, marker::PhantomData};

    use super::*;

    /// `shown` is the inherent function where `T` has the trait, else the one of [`Hidden`].
    struct Probe<T>(PhantomData<T>);

    trait Hidden {
        fn shown(&self) -> bool {
            false
        }

        fn written(&self) -> bool {
            false
        }
    }

    impl<T> Hidden for Probe<T> {}

    impl<T: Display> Probe<T> {
        fn shown(&self) -> bool {
            true
        }
    }

    impl<T: serde::Serialize> Probe<T> {
        fn written(&self) -> bool {
            true
        }
    }

    #[test]
    fn cannot_be_shown_or_written() {
        let secret = Probe::<Secret>(PhantomData);
        assert!(!secret.shown() && !secret.written());
        let text = Probe::<String>(PhantomData);
        assert!(text.shown() && text.written(), "the probe tells nothing");
    }

    #[test]
    fn debug_tells_nothing() {
        let secret = Some(Secret::new("canary"));
        assert_eq!(format!("{secret:?}"), "Some(Secret(…))");
        assert!(!format!("{secret:#?}").contains("canary"));
    }
}
