use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    engine::hit,
    gathered::Hit,
    rules::{RuleSet, compile, folder_names, read_source},
};

/// A rule is believed with this many files that it hits, and as many that it misses.
const FEWEST_CASES: usize = 2;

/// What a test of a folder of rules came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RulesTest {
    /// Rules that were tested.
    pub rules: usize,
    /// Files that had to be hit or missed.
    pub cases: usize,
    /// What is wrong, one sentence each. Testing nothing is a failure too.
    pub failures: Vec<String>,
}

/// Tests every rule of a folder on its own files.
///
/// `<folder>/<rule-id>/` holds `rule.yar`, `hits/`, `misses/` and nothing else. A case is a file there, or a folder with
/// one file in it where the path within a package matters: `hits/<case>/pkg/setup.py` is scanned as `pkg/setup.py`.
pub fn test_folder(folder: &Path) -> RulesTest {
    let mut test = RulesTest::default();
    match (stray(folder, |path| path.is_dir()), folder_names(folder)) {
        (Ok(stray), Ok(ids)) => {
            test.failures.extend(stray);
            ids.into_iter().for_each(|id| test.rule(folder, id));
        }
        (Err(e), _) | (_, Err(e)) => test.failures.push(format!("cannot read {}: {e}", folder.display())),
    }
    if test.rules == 0 && test.failures.is_empty() {
        test.failures.push(format!("{} holds no rule that could be tested", folder.display()));
    }
    test
}

impl RulesTest {
    fn rule(&mut self, folder: &Path, id: String) {
        let home = folder.join(&id);
        match read_source(folder, id.clone()).and_then(|source| compile(&[source])) {
            Ok(rules) => {
                self.rules += 1;
                if let Err(e) = self.cases(&home, (&rules, &id)) {
                    self.failures.push(format!("cannot read {}: {e}", home.display()));
                }
            }
            Err(error) => self.failures.push(error.to_string()),
        }
    }

    fn cases(&mut self, home: &Path, rule: (&RuleSet, &str)) -> io::Result<()> {
        let expected =
            |path: &Path| ["rule.yar", "hits", "misses"].iter().any(|name| path == home.join(name));
        self.failures.extend(stray(home, expected)?);
        for (folder, must_hit) in [("hits", true), ("misses", false)] {
            let cases = match children(&home.join(folder)) {
                Err(e) if e.kind() == io::ErrorKind::NotFound => {
                    let folder = home.join(folder);
                    self.failures.push(format!(
                        "{}: there is none: add it, with at least {FEWEST_CASES} files",
                        folder.display()
                    ));
                    continue;
                }
                children => children?,
            };
            if cases.len() < FEWEST_CASES {
                let found = cases.len();
                self.failures.push(format!(
                    "{}/{folder} holds {found} cases: add at least {FEWEST_CASES}",
                    home.display()
                ));
            }
            for case in cases {
                self.cases += 1;
                self.failures.extend(check(&case, rule, must_hit)?);
            }
        }
        Ok(())
    }
}

fn check(case: &Path, (rules, id): (&RuleSet, &str), must_hit: bool) -> io::Result<Option<String>> {
    let Some((file, path)) = only_file(case)? else {
        return Ok(Some(format!("{} must be a file, or a folder with exactly one file", case.display())));
    };
    let hit = match hit(rules, id, &path, &fs::read(file)?) {
        Ok(hit) => hit,
        Err(reason) => return Ok(Some(format!("{}: {reason}", case.display()))),
    };
    let case = case.display();
    Ok(match (hit, must_hit) {
        (None, true) => Some(format!("{case} must be hit and is not")),
        (Some(Hit { lines: Some((line, _)), .. }), false) => {
            Some(format!("{case} must be missed and is hit in line {line}"))
        }
        (Some(Hit { lines: None, .. }), false) => Some(format!("{case} must be missed and is hit")),
        _ => None,
    })
}

/// The file of a case, and the path in a package that it stands for.
fn only_file(case: &Path) -> io::Result<Option<(PathBuf, String)>> {
    let base = if case.is_dir() { case } else { case.parent().unwrap_or(case) };
    let mut file = case.to_path_buf();
    while file.is_dir() {
        let mut inside = children(&file)?;
        match (inside.pop(), inside.pop()) {
            (Some(only), None) => file = only,
            _ => return Ok(None),
        }
    }
    let path = file.strip_prefix(base).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
    Ok(Some((file, path)))
}

fn stray(folder: &Path, expected: impl Fn(&Path) -> bool) -> io::Result<Vec<String>> {
    let stray = children(folder)?.into_iter().filter(|path| !expected(path));
    Ok(stray.map(|path| format!("{} belongs to no rule: remove it", path.display())).collect())
}

fn children(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|e| Ok(e?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
