//! From the text of rules to compiled ones: by the build script for those that come with Airlock, by the engine for others.

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

/// Compiles pairs of namespace and text.
pub(crate) fn compile<'s>(
    sources: impl Iterator<Item = (&'s str, &'s str)>,
) -> Result<yara_x::Rules, Problem> {
    let mut compiler = yara_x::Compiler::new();
    compiler.enable_includes(false).error_on_slow_pattern(true).error_on_slow_loop(true);
    for name in GLOBALS {
        compiler.define_global(name, "").map_err(|error| Problem {
            source: None,
            near: 0,
            text: error.to_string(),
        })?;
    }
    let numbered = sources.enumerate().map(|(source, (id, text))| (Some(source), id, text));
    for (source, id, text) in numbered.chain([(None, "candidates", CANDIDATES)]) {
        compiler.new_namespace(id);
        compiler.add_source(text).map_err(|error| problem(source, &error))?;
    }
    Ok(compiler.build())
}

fn problem(source: Option<usize>, error: &yara_x::errors::CompileError) -> Problem {
    let label = error.labels().next();
    let near = label.as_ref().map_or(0, |label| label.span().start());
    let detail = label.map(|label| format!(": {}", label.text())).unwrap_or_default();
    Problem { source, near, text: format!("{}{detail}", error.title()) }
}
