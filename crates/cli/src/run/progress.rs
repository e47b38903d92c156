use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// A line for each package that is worked on, and one for all: on stderr, and only where that is a terminal.
pub(super) struct Progress {
    lines: MultiProgress,
    all: ProgressBar,
}

/// One package's line. Dropped, it is gone and the package is counted.
pub(super) struct Line {
    bar: ProgressBar,
    all: ProgressBar,
}

impl Progress {
    pub(super) fn new(packages: u64) -> Self {
        let lines = MultiProgress::new();
        let all = lines.add(ProgressBar::new(packages));
        all.set_style(style("{bar:30} {pos}/{len} packages {elapsed}"));
        Self { lines, all }
    }

    /// Package names are safe to show: see `PackageName`.
    pub(super) fn line(&self, package: &str) -> Line {
        let bar = self.lines.insert_before(&self.all, ProgressBar::new_spinner());
        bar.set_style(style("{spinner} {prefix:30!} {msg}"));
        bar.set_prefix(package.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        Line { bar, all: self.all.clone() }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Line {
    /// The stage that the package is in.
    pub(super) fn stage(&self, name: &'static str) {
        self.bar.set_message(name);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        self.all.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.all.finish_and_clear();
    }
}
