//! What IPython adds to Python: cells in other languages, and lines that run commands.

use std::borrow::Cow;

use crate::language::language_of;

/// Magics in front of one another.
const DEEPEST: usize = 50;

/// What the first line of a cell makes of it.
pub(super) enum Magic<'s> {
    /// All other lines are in a language.
    Whole(&'static str, &'s str),
    /// They are written to a file that holds no code.
    Data,
}

/// What `%%` in front of a cell makes of it; nothing where there is none, or the cell stays Python.
pub(super) fn of_cell(source: &str) -> Option<Magic<'_>> {
    within(source, 0)
}

/// One magic may stand in another's cell.
fn within(source: &str, depth: usize) -> Option<Magic<'_>> {
    let cell = source.trim_start();
    let (head, body) = cell.split_once('\n').unwrap_or((cell, ""));
    let mut words =
        head.strip_prefix("%%").or_else(|| head.strip_prefix("!!").map(|_| "sx"))?.split_whitespace();
    let name = words.next()?;
    let program = match name {
        // `env bash`, `--out name bash`: the first that is known.
        "script" if words.clone().next().is_some() => {
            words.find(|word| language_of_program(word).is_some()).unwrap_or("script")
        }
        "script" => "sh",
        other => other,
    };
    let language = match program {
        program if let Some(language) = language_of_program(program) => language,
        "writefile" | "file" => {
            let path = words.rfind(|word| !word.starts_with('-')).unwrap_or_default();
            let language = language_of(path.trim_matches(['"', '\'']), body.as_bytes());
            match language {
                "" if body.lines().any(is_python) => "python",
                "" => return Some(Magic::Data),
                language => language,
            }
        }
        "html" | "HTML" | "svg" | "SVG" | "latex" | "markdown" => return Some(Magic::Data),
        // `%%time`, `%%capture`, and what an extension may have brought: Python until the contrary is known.
        _ if depth < DEEPEST => return within(body, depth + 1).or(Some(Magic::Whole("python", body))),
        _ => "python",
    };
    Some(Magic::Whole(language, body))
}

fn language_of_program(program: &str) -> Option<&'static str> {
    match program.rsplit('/').next().unwrap_or(program) {
        "bash" | "sh" | "zsh" | "ksh" | "dash" | "shell" | "system" | "sx" | "cmd" | "!" => Some("shell"),
        "javascript" | "js" | "node" | "deno" | "bun" => Some("javascript"),
        "powershell" | "pwsh" => Some("powershell"),
        _ => None,
    }
}

/// Whether a line of a file without a known language is one of Python.
fn is_python(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("import ")
        || line.starts_with("from ") && line.contains(" import ")
        || line.starts_with("def ") && line.ends_with(':')
        || ["exec(", "eval(", "__import__("].iter().any(|call| line.starts_with(call))
}

/// A line of a Python cell as Python, and the command that it runs in a shell.
pub(super) fn of_line(line: &str) -> (Cow<'_, str>, Option<Cow<'_, str>>) {
    let code = line.trim_start();
    let indent = &line[..line.len() - code.len()];
    if let Some(command) = command(code) {
        return (format!("{indent}{}", system(command)).into(), Some(command.into()));
    }
    if let Some((target, value)) = code.split_once('=')
        && target.trim().chars().all(|c| c.is_alphanumeric() || "_, .[]'\"(){}:*+-/".contains(c))
        && let Some(command) = command(value.trim_start())
    {
        return (format!("{indent}{target}= {}", system(command)).into(), Some(command.into()));
    }
    if let Some(magic) = code.strip_prefix('%') {
        let (name, rest) = magic.split_once(char::is_whitespace).unwrap_or((magic, ""));
        return match name {
            "time" | "timeit" | "prun" | "lprun" | "memit" => match timed(rest) {
                Some(command) => (format!("{indent}{}", system(command)).into(), Some(command.into())),
                None => (format!("{indent}{rest}").into(), None),
            },
            "pip" | "conda" | "mamba" | "uv" => {
                let command = format!("{name} {rest}");
                (format!("{indent}{}", system(&command)).into(), Some(command.into()))
            }
            // The rest are settings. A block must not lose its only line.
            _ => (format!("{indent}pass  # %{magic}").into(), None),
        };
    }
    (without_shell_object(line), None)
}

/// The command behind the options of `%time`.
fn timed(rest: &str) -> Option<&str> {
    let is_option = |word: &str| word.starts_with('-') || word.bytes().all(|byte| byte.is_ascii_digit());
    let at = rest.find(['!', '%'])?;
    rest[..at].split_whitespace().all(is_option).then(|| command(&rest[at..])).flatten()
}

fn command(code: &str) -> Option<&str> {
    let after = |prefix: &str| code.strip_prefix(prefix).filter(|rest| rest.starts_with(char::is_whitespace));
    let bare = code.strip_prefix("!!").or_else(|| code.strip_prefix('!'));
    bare.or_else(|| ["%sx", "%system", "%sc", "%bash", "%%bash", "%%sh"].into_iter().find_map(after))
        .map(str::trim)
}

/// What a command is as Python. Its text is judged as shell, where fetching a file is nothing odd; only what is put in by
/// name has to be worked out here.
fn system(command: &str) -> String {
    let is_name = |text: &&str| text.chars().all(|c| c.is_alphanumeric() || c == '_');
    let inserted = command.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    match inserted.or_else(|| command.strip_prefix('$').filter(is_name)) {
        Some(expression) => format!("__import__('os').system({expression})"),
        None => "None".to_owned(),
    }
}

/// `get_ipython()` runs commands as well.
fn without_shell_object(line: &str) -> Cow<'_, str> {
    if !line.contains("get_ipython") {
        return line.into();
    }
    let known = [
        ("get_ipython().system(", "__import__('os').system("),
        ("get_ipython().system_raw(", "__import__('os').system("),
        ("get_ipython().getoutput(", "__import__('subprocess').getoutput("),
        ("get_ipython().run_cell(", "exec("),
        ("get_ipython().ex(", "exec("),
        ("get_ipython().ev(", "eval("),
        ("get_ipython().run_line_magic('sx',", "__import__('os').system("),
        ("get_ipython().run_line_magic('system',", "__import__('os').system("),
        ("get_ipython().run_cell_magic('bash', '',", "__import__('os').system("),
        ("get_ipython().run_cell_magic('sh', '',", "__import__('os').system("),
    ];
    known
        .iter()
        .fold(line.to_owned(), |line, (from, to)| {
            line.replace(from, to).replace(&from.replace('\'', "\""), to)
        })
        .into()
}
