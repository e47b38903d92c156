use super::*;
use crate::{language::language_of, references::references};

/// Where each file of a package is placed, by the text of its files.
fn places(files: &[(&str, &str)]) -> Vec<(String, Context)> {
    let mut layout = Layout::default();
    for (path, text) in files {
        let language = language_of(path, text.as_bytes());
        let file = layout.add(path, language);
        layout.read_manifest(file, text.as_bytes()).unwrap();
        if layout.is_followed(file) {
            let names = references(language, text.as_bytes()).into_iter();
            let named = |reference: crate::references::Reference| Named {
                name: reference.name,
                beside: Behaviours::default(),
            };
            layout.set_names(file, names.map(named).collect());
        }
    }
    let placed = layout.place();
    files.iter().zip(placed).map(|((path, _), placed)| ((*path).to_owned(), placed.context)).collect()
}

/// Every order of the files gives `expected`, which stands beside each.
fn assert_placed(files: &[(&str, &str, Context)]) {
    let mut given: Vec<(&str, &str)> = files.iter().map(|(path, text, _)| (*path, *text)).collect();
    for _ in 0..given.len() {
        given.rotate_left(1);
        for order in [given.clone(), given.iter().rev().copied().collect()] {
            for (path, context) in places(&order) {
                let (.., expected) = files.iter().find(|(known, ..)| *known == path).unwrap();
                assert_eq!(context, *expected, "{path}");
            }
        }
    }
}

#[test]
fn a_source_distribution_runs_its_setup_and_what_that_imports() {
    assert_placed(&[
        (
            "p-1.0/setup.py",
            "import versioneer\nfrom src.pkg import version\nexec(open('helper.py').read())\n",
            Context::Install,
        ),
        ("p-1.0/versioneer.py", "import deeper\n", Context::Install),
        ("p-1.0/deeper.py", "", Context::Import),
        ("p-1.0/helper.py", "", Context::Install),
        ("p-1.0/src/pkg/__init__.py", "from .core import run\n", Context::Install),
        ("p-1.0/src/pkg/core.py", "", Context::Import),
        ("p-1.0/src/pkg/tool.py", "", Context::Run),
        ("p-1.0/src/other/__init__.py", "from .core import run\n", Context::Import),
        ("p-1.0/src/other/core.py", "", Context::Import),
        ("p-1.0/tests/setup.py", "", Context::Test),
        ("p-1.0/tests/test_core.py", "", Context::Test),
        ("p-1.0/src/pkg/conftest.py", "", Context::Test),
        ("p-1.0/docs/conf.py", "", Context::Docs),
        ("p-1.0/README.md", "", Context::Docs),
        ("p-1.0/data.bin", "", Context::Data),
        ("p-1.0/in.zip!/setup.py", "", Context::Run),
    ]);
}

#[test]
fn a_build_back_end_in_the_tree_runs_at_installation() {
    let toml = "[build-system]\nbuild-backend = \"back\"\nbackend-path = [\"_own\"]\n[project.scripts]\nt = \"pkg.cli:main\"\n";
    assert_placed(&[
        ("p-1/pyproject.toml", toml, Context::Data),
        ("p-1/_own/back.py", "", Context::Install),
        ("p-1/pkg/cli.py", "", Context::Import),
        ("p-1/pkg/core.py", "", Context::Run),
    ]);
}

#[test]
fn start_up_files_take_what_they_import_with_them() {
    assert_placed(&[
        ("evil.pth", "import evil_start\n", Context::StartUp),
        ("evil_start.py", "", Context::StartUp),
        ("pkg/sitecustomize.py", "", Context::StartUp),
        ("pkg/weights.pth", "\0\0\0", Context::Data),
        ("p-1.dist-info/entry_points.txt", "[console_scripts]\nx = pkg.run:main\n", Context::Data),
        ("pkg/run.py", "", Context::Import),
    ]);
}

#[test]
fn an_npm_package_runs_its_life_cycle_scripts_and_what_they_require() {
    let json = r#"{"main": "lib/main", "scripts": {"postinstall": "node tests/setup && npm run more", "more": "sh run.sh", "test": "node t.js"}}"#;
    assert_placed(&[
        ("package/package.json", json, Context::Data),
        ("package/tests/setup.js", "require('../lib/one')\n", Context::Install),
        ("package/lib/one.js", "require('./two')\n", Context::Install),
        ("package/lib/two.js", "require('./three')\n", Context::Install),
        ("package/lib/three.js", "", Context::Import),
        ("package/run.sh", "", Context::Install),
        ("package/lib/main.js", "import x from './near.js'\n", Context::Import),
        ("package/lib/near.js", "require('./far')\n", Context::Import),
        ("package/lib/far.js", "", Context::Run),
        ("package/index.js", "", Context::Import),
        ("package/t.js", "", Context::Run),
        ("package/lib/main.test.js", "", Context::Test),
    ]);
}

#[test]
fn a_manifest_among_the_tests_makes_nothing_run() {
    assert_placed(&[
        ("package/test/package.json", r#"{"scripts": {"install": "node x.js"}}"#, Context::Test),
        ("package/test/x.js", "", Context::Test),
    ]);
}

#[test]
fn every_context_that_runs_unasked_says_so() {
    for context in [Context::Install, Context::StartUp, Context::Import, Context::Test, Context::Docs] {
        assert!(context.when().is_some());
    }
    assert_eq!((Context::Run.when(), Context::Data.when()), (None, None));
}
