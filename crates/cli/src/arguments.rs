use std::{num::NonZeroUsize, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::{PackageName, Policy};

const EXAMPLES: &str = "\
Examples:
  airlock run public-package-request.csv     take every row through the whole pipeline
  airlock scan package.whl downloads/        look into archives, publish nothing
  airlock serve                              serve the approved packages to pip, npm and the aws command
  airlock revoke langchain                   take an approved package back";

const RUN_EXAMPLES: &str = "\
The CSV has the columns PublicPackageRepoName and PublicPackageRepoUrl; a URL is an https archive, a package URL
(pkg:pypi/requests@2.32.3) or a path relative to the CSV. Decisions, reports, approved packages and mails are left in
the store. A second run changes nothing.

Examples:
  airlock run public-package-request.csv
  airlock run requests.csv --format json --store /srv/airlock
  AIRLOCK_PYPI_INDEX=https://mirror.example.org/simple/ airlock run requests.csv

Exit status: 0 all approved, 1 some refused, 2 some failed, a row rejected, or bad usage.";

const SCAN_EXAMPLES: &str = "\
Examples:
  airlock scan dist/package-1.0.tar.gz
  airlock scan downloads/ --format sarif > findings.sarif
  airlock scan pkg:github/langchain-ai/langchain@master
  airlock scan package.whl --rules my-rules/ --threshold high

Exit status: 0 nothing at or above the threshold, 1 something, 2 something could not be scanned, or bad usage.";

const RULES_EXAMPLES: &str = "\
Examples:
  airlock rules list
  airlock rules test my-rules/";

const LIST_EXAMPLES: &str = "\
Examples:
  airlock rules list
  airlock rules list --format json
  airlock rules list --format markdown > docs/rules.md";

const TEST_EXAMPLES: &str = "\
A rule is a folder: DIR/<rule-id>/rule.yar, with at least two files each in hits/ and misses/ beside it. A case is a file,
or a folder with one file in it where the path within a package matters: hits/<case>/pkg/setup.py stands for pkg/setup.py.

Examples:
  airlock rules test crates/scanner/rules
  airlock rules test my-rules/ && airlock scan package.whl --rules my-rules/

Exit status: 0 every rule does what it says, 1 some rule does not, 2 no rule could be tested, or bad usage.";

const SERVE_EXAMPLES: &str = "\
It speaks AWS CodeArtifact's API (domain airlock, repository approved) and what pip, twine and npm speak, on loopback.
Reading is free, writing needs the token that is printed at start; twine's user is aws.

Examples:
  airlock serve --port 8070
  aws codeartifact list-packages --domain airlock --repository approved \\
      --endpoint-url http://127.0.0.1:8070 --region us-east-1 --no-sign-request
  pip install PACKAGE --index-url http://127.0.0.1:8070/pypi/approved/simple/
  npm install PACKAGE --registry http://127.0.0.1:8070/npm/approved/";

const REVOKE_EXAMPLES: &str = "\
The version is no longer installable from the local repository, `Latest` falls back to the newest version that is still
approved, the same bytes are refused from now on, and everyone who asked for it is told. It can be repeated.

Examples:
  airlock revoke langchain 4f1c0d9a2b7e --reason 'a backdoor was found upstream'
  airlock revoke requests --reason 'no version is allowed any more' --by grace@example.org

Exit status: 0 revoked, 2 nothing was approved under this name and version, it failed, or bad usage.";

/// Lets a third-party package in only after it has been inspected.
#[derive(Debug, Parser)]
#[command(name = "airlock", version, after_help = EXAMPLES, max_term_width = 110)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Take every row of a request file through the whole pipeline
    #[command(after_help = RUN_EXAMPLES)]
    Run(RunOptions),
    /// Look for malicious code in archives; publish nothing
    #[command(after_help = SCAN_EXAMPLES)]
    Scan(ScanOptions),
    /// Serve the local private repository on loopback
    #[command(after_help = SERVE_EXAMPLES)]
    Serve(ServeOptions),
    /// Take an approved package back
    #[command(after_help = REVOKE_EXAMPLES)]
    Revoke(RevokeOptions),
    /// List or test the scanner's rules
    #[command(after_help = RULES_EXAMPLES)]
    Rules {
        #[command(subcommand)]
        command: Option<RulesCommand>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct RunOptions {
    /// The request file
    #[arg(value_name = "CSV")]
    pub(crate) csv: PathBuf,
    /// The folder that keeps artifacts, reports, decisions, mails and approved packages
    #[arg(long, value_name = "DIR", default_value = ".airlock")]
    pub(crate) store: PathBuf,
    /// How the results are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: RunFormat,
    /// How many packages to work on at once [default: the number of processors]
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Who scans; codeguru needs a build with --features aws
    #[arg(long, value_enum, default_value_t)]
    pub(crate) scanner: ScannerChoice,
    /// Refuse findings of this severity and above: info, low, medium, high, critical
    #[arg(long, value_name = "SEVERITY", default_value = "medium", value_parser = Policy::with_threshold)]
    pub(crate) threshold: Policy,
}

#[derive(Debug, Args)]
pub(crate) struct ScanOptions {
    /// Archives, folders of archives, https:// archives or pkg: URLs
    #[arg(value_name = "PATH|URL", required = true)]
    pub(crate) targets: Vec<String>,
    /// How the findings are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ScanFormat,
    /// Scan with the rules of this folder instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
    /// The severity from which on a finding counts for the exit status: info, low, medium, high, critical
    #[arg(long, value_name = "SEVERITY", default_value = "medium", value_parser = Policy::with_threshold)]
    pub(crate) threshold: Policy,
}

#[derive(Debug, Args)]
pub(crate) struct ServeOptions {
    /// The folder that `airlock run` keeps everything in
    #[arg(long, value_name = "DIR", default_value = ".airlock")]
    pub(crate) store: PathBuf,
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = adapter_local::DEFAULT_PORT)]
    pub(crate) port: u16,
    /// Let every request write that an AWS SDK signed, whoever signed it: for AWS emulators and tests alone
    #[arg(long)]
    pub(crate) accept_sigv4: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RevokeOptions {
    /// The package, as a request file names it: its bytes are revoked under every name
    #[arg(value_name = "PACKAGE", value_parser = PackageName::parse)]
    pub(crate) package: PackageName,
    /// The version it was published as, or that pip or npm knows it as [default: every version]
    #[arg(value_name = "VERSION")]
    pub(crate) version: Option<String>,
    /// Why: everyone who asked for it is told
    #[arg(long, value_name = "TEXT", default_value = "no reason was given")]
    pub(crate) reason: String,
    /// Who revokes it
    #[arg(long, value_name = "NAME", env = "USER", hide_env_values = true, default_value = "unknown")]
    pub(crate) by: String,
    /// The folder that `airlock run` keeps everything in
    #[arg(long, value_name = "DIR", default_value = ".airlock")]
    pub(crate) store: PathBuf,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: RunFormat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// List the built-in rules, those of the engine and of the archive reader among them
    #[command(after_help = LIST_EXAMPLES)]
    List {
        /// How they are printed
        #[arg(long, value_enum, default_value_t)]
        format: RulesFormat,
    },
    /// Test each rule of a folder on its own hits/ and misses/
    #[command(after_help = TEST_EXAMPLES)]
    Test {
        /// The folder of rules
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

impl Default for RulesCommand {
    fn default() -> Self {
        Self::List { format: RulesFormat::default() }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum RulesFormat {
    /// A table
    #[default]
    Human,
    /// One JSON document
    Json,
    /// The page docs/rules.md
    Markdown,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum RunFormat {
    /// A table
    #[default]
    Human,
    /// One JSON document
    Json,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScanFormat {
    /// Text
    #[default]
    Human,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScannerChoice {
    /// Airlock's own engine
    #[default]
    Builtin,
    /// Amazon CodeGuru Security
    Codeguru,
}
