//! From the text of rules to compiled ones: by the build script for those that come with Airlock, by the engine for others.
//!
//! They are compiled once for each [`Group`] of languages, without those that cannot hold there: a pattern costs time
//! wherever it is searched for.

/// The languages whose files are searched for the same rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Python,
    JavaScript,
    /// Every other language, and what is in none.
    Other,
}

/// What a rule may ask of the file besides its bytes.
const GLOBALS: [&str; 3] = ["path", "file_name", "language"];

/// Marks what is parsed; it is compiled with the rules, and is none.
const CANDIDATES: &str = include_str!("candidates.yar");

/// Why a text is no rule.
#[derive(Debug)]
pub(crate) struct Problem {
    /// Which of the texts it is; none for the engine's own.
    pub(crate) source: Option<usize>,
    /// The byte of it.
    pub(crate) near: usize,
    /// What is wrong there.
    pub(crate) text: String,
}

impl Group {
    pub(crate) const ALL: [Self; 3] = [Self::Python, Self::JavaScript, Self::Other];

    /// The group of a language; empty for what is in none.
    pub(crate) fn of(language: &str) -> Self {
        match language {
            "python" => Self::Python,
            "javascript" | "typescript" => Self::JavaScript,
            _ => Self::Other,
        }
    }

    /// Compiles pairs of namespace and text.
    pub(crate) fn compile(self, sources: &[(&str, &str)]) -> Result<yara_x::Rules, Problem> {
        let mut compiler = yara_x::Compiler::new();
        compiler.enable_includes(false).error_on_slow_pattern(true).error_on_slow_loop(true);
        for name in GLOBALS {
            let wrong = |error: yara_x::errors::VariableError| error.to_string();
            let wrong = |error| Problem { source: None, near: 0, text: wrong(error) };
            compiler.define_global(name, "").map_err(wrong)?;
        }
        let mut add = |source, id: &str, text: &str| {
            compiler.new_namespace(id);
            compiler.add_source(text).map(|_| ()).map_err(|error| problem(source, &error))
        };
        for (source, (id, text)) in sources.iter().enumerate() {
            if self.has(text) {
                add(Some(source), id, text)?;
            }
        }
        if self != Self::Other {
            add(None, "candidates", CANDIDATES)?;
        }
        Ok(compiler.build())
    }

    /// Whether a rule can hold in a file of this group. One that names no language can.
    fn has(self, rule: &str) -> bool {
        languages(rule).is_none_or(|mut languages| languages.any(|language| Self::of(language) == self))
    }
}

/// The languages that the text of a rule names in its `meta`; `other` is what is in none.
pub(crate) fn languages(rule: &str) -> Option<impl Iterator<Item = &str>> {
    let mut lines = rule.lines().map(str::trim).take_while(|line| *line != "strings:");
    let words = lines.find_map(|line| line.strip_prefix("languages = \"")?.strip_suffix('"'))?;
    Some(words.split(',').map(str::trim))
}

fn problem(source: Option<usize>, error: &yara_x::errors::CompileError) -> Problem {
    let label = error.labels().next();
    let near = label.as_ref().map_or(0, |label| label.span().start());
    let detail = label.map(|label| format!(": {}", label.text())).unwrap_or_default();
    Problem { source, near, text: format!("{}{detail}", error.title()) }
}
