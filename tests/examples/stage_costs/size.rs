use std::{fs, path::Path};

use anyhow::{Result, bail, ensure};
use domain::Verdict;
use e2e::{Package, Venv};

/// What Python brings itself, another on every machine, and what the scanner would refuse: it sends credentials on.
const LEFT_OUT: [&str; 5] =
    ["_distutils_hack/", "pip/", "pkg_resources/", "setuptools/", "awscli/customizations/codedeploy/"];
/// How many bytes of source make a megabyte of archive.
const SOURCE_IN_AN_ARCHIVE: f64 = 3.9e6;

/// A package that is sent, and what is expected to be decided.
pub(crate) struct Size {
    /// What it is called.
    pub(crate) name: &'static str,
    /// The verdict.
    pub(crate) verdict: Verdict,
    files: Vec<(String, Vec<u8>)>,
}

impl Size {
    /// The ones asked for, all where none is. They are made of real source: the Python packages that the tests install.
    pub(crate) fn named(names: &[String]) -> Result<Vec<Self>> {
        let packages = Venv::provide()?.packages()?;
        let mut source = vec![];
        python_files(&packages, &packages, &mut source)?;
        source.retain(|(path, _)| !LEFT_OUT.iter().any(|left_out| path.starts_with(left_out)));
        ensure!(!source.is_empty(), "there is no Python source in {}", packages.display());
        let approved = |name, megabytes| {
            let files = filled(&source, megabytes * SOURCE_IN_AN_ARCHIVE);
            Self { name, verdict: Verdict::Approved, files }
        };
        let refused = Self { name: "refused", verdict: Verdict::Refused, files: vec![] };
        let mut sizes =
            vec![approved("100-kb", 0.1), approved("10-mb", 10.0), approved("100-mb", 100.0), refused];
        let known: Vec<_> = sizes.iter().map(|size| size.name).collect();
        if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
            bail!("there is no size {unknown}, there is {known:?}");
        }
        sizes.retain(|size| names.is_empty() || names.iter().any(|name| name == size.name));
        Ok(sizes)
    }

    /// The package of the n-th run, with bytes of its own.
    pub(crate) fn package(&self, n: usize) -> Package {
        let name = format!("{}-{n}", self.name);
        if self.verdict == Verdict::Refused {
            Package::hostile(&name)
        } else {
            Package::compressed(&name, &self.files)
        }
    }

    /// How many bytes of source are in it.
    pub(crate) fn unpacked(&self) -> usize {
        self.files.iter().map(|(_, bytes)| bytes.len()).sum()
    }
}

/// The files, and copies of them in another folder, until they come to so many bytes.
fn filled(source: &[(String, Vec<u8>)], bytes: f64) -> Vec<(String, Vec<u8>)> {
    let copy = |n| source.iter().map(move |(path, bytes)| (format!("{n}/{path}"), bytes.clone()));
    let mut missing = bytes;
    let is_missing = |(_, bytes): &(String, Vec<u8>)| {
        let more = missing > 0.0;
        missing -= bytes.len() as f64;
        more
    };
    (0..).flat_map(copy).take_while(is_missing).collect()
}

/// Every Python file below the folder with its path from the root, in the same order on every machine.
fn python_files(root: &Path, folder: &Path, found: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            python_files(root, &path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "py") {
            found.push((path.strip_prefix(root)?.display().to_string(), fs::read(&path)?));
        }
    }
    Ok(())
}
