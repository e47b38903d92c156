use super::*;
use crate::{
    language::language_of,
    references::{Reference, References},
};

/// Where each file of a package is placed, by the text of its files.
fn places(files: &[(&str, &str)]) -> Vec<(String, Context)> {
    let mut layout = Layout::default();
    for (path, text) in files {
        let language = language_of(path, text.as_bytes());
        let file = layout.add(path, language);
        layout.read_manifest(file, text.as_bytes()).unwrap();
        if layout.is_followed(file) {
            let mut all = References::default();
            all.read(language, text.as_bytes(), |_| false, layout.is_unasked(file));
            let named = |reference: Reference| Named { name: reference.name, beside: Behaviours::default() };
            layout.set_names(file, all.names.into_iter().map(named).collect(), all.moves_path).unwrap();
        }
    }
    let Places { placed, .. } = layout.places();
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

/// The context of `path` among these files.
fn place_of(files: &[(&str, &str)], path: &str) -> Context {
    places(files).into_iter().find(|(known, _)| known == path).unwrap().1
}

#[test]
fn an_import_is_followed_however_it_is_spelled() {
    let many: String = (0..150).map(|n| format!("n{n}, ")).collect();
    for text in [
        "from tests import (\n    a,  # )\n    evil,\n)\n",
        "from tests \\\n    import \\\n    evil\n",
        "if True: from tests import evil\n",
        "try: import tests.evil\nexcept ImportError: pass\n",
        "x = 1;import os, tests.evil as e; y = 2\n",
        "\u{feff}import tests.evil\n",
        "import\ttests . evil\n",
        "from.tests import(evil)\n",
        "from . tests import a as b, evil\n",
        &format!("from tests import {many}evil\n"),
        "x = f\"{ \"'''\" }\"\nimport tests.evil\n",
        "from tests import \u{1d49}vil\n",
        "import importlib as i\ni.import_module('tests.' 'evil')\n",
        "__import__(\n    # why\n    'tests' +\n    '.evil')\n",
        "import importlib as i\nfor m in ['tests.evil']: i.import_module(m)\n",
        "import sys\nsys.path.insert(0, 'tests')\nimport evil\n",
        "exec('import tests.evil')\n",
    ] {
        let files = [("p-1/setup.py", text), ("p-1/tests/evil.py", ""), ("p-1/tests/__init__.py", "")];
        assert_eq!(place_of(&files, "p-1/tests/evil.py"), Context::Install, "{text}");
    }
    let files =
        [("pkg/__init__.py", "import sys\nsys.path.append('x')\nimport evil\n"), ("pkg/tests/evil.py", "")];
    assert_eq!(place_of(&files, "pkg/tests/evil.py"), Context::Import);
}

#[test]
fn a_package_that_is_called_like_an_aside_is_none() {
    for (files, path, context) in [
        (&["demo/__init__.py", "demo-1.0.dist-info/METADATA"][..], "demo/__init__.py", Context::Import),
        (&["demo/core.py", "py_demo-1.0.dist-info/METADATA", "other/a.py"], "demo/core.py", Context::Run),
        (
            &["demo/core.py", "x-1.0.dist-info/METADATA", "x-1.0.data/purelib/docs/a.py"],
            "demo/core.py",
            Context::Run,
        ),
        (&["demo/tests/a.py", "demo-1.0.dist-info/METADATA"], "demo/tests/a.py", Context::Test),
        (&["demo/a.py", "x/a.py", "x-1.0.dist-info/METADATA"], "demo/a.py", Context::Docs),
        (&["spec-1.0/spec/__init__.py", "spec-1.0/setup.py"], "spec-1.0/spec/__init__.py", Context::Import),
        (&["py-docs-1.0/src/docs/a.py", "py-docs-1.0/setup.py"], "py-docs-1.0/src/docs/a.py", Context::Run),
        (&["x-1.0/src/docs/a.py", "x-1.0/setup.py"], "x-1.0/src/docs/a.py", Context::Run),
        (&["x-1.0/docs/a.py", "x-1.0/x/a.py"], "x-1.0/docs/a.py", Context::Docs),
    ] {
        let files: Vec<_> = files.iter().map(|path| (*path, "")).collect();
        assert_eq!(place_of(&files, path), context, "{files:?}");
    }
}

#[test]
fn a_life_cycle_script_runs_its_files_however_it_is_spelled() {
    let own = r#"{"scripts": {"y": "node y.js"}, "main": "./y"}"#;
    for script in [
        "cd x && node y.js",
        "npm --prefix x run y",
        "npm -w some run y",
        "node --run later",
        "/usr/bin/npm run later",
        "$npm_execpath run later",
        "npx -c 'node x/y.js'",
        r#"sh -c \"node x/y.js\""#,
        r#"node x\"/y\".js"#,
        "node ./x",
        "node .",
        "cd * && node y.js",
        "D=x; node $D/y.js",
    ] {
        let root =
            format!(r#"{{"main": "x/y", "scripts": {{"install": "{script}", "later": "node x/y.js"}}}}"#);
        let files = [
            ("package/package.json", root.as_str()),
            ("package/x/package.json", own),
            ("package/x/y.js", ""),
        ];
        assert_eq!(place_of(&files, "package/x/y.js"), Context::Install, "{script}");
    }
    for gyp in ["{'targets': [{'actions': [{'action': ['node', 'x/y.js']}]}]}", "{'a': '<!(node x/y.js)'}"] {
        let files = [("package/binding.gyp", gyp), ("package/x/y.js", ""), ("package/package.json", "{}")];
        assert_eq!(place_of(&files, "package/x/y.js"), Context::Install, "{gyp}");
    }
}

#[test]
fn a_folder_with_a_manifest_of_its_own_is_its_main() {
    let files = [
        ("package/package.json", r#"{"main": "lib/a.js"}"#),
        ("package/lib/a.js", "require('../tests')\nrequire('../other/package.json')\n"),
        ("package/other/package.json", r#"{"main": "../docs/x"}"#),
        ("package/docs/x.js", ""),
        ("package/tests/package.json", r#"{"main": "../tests/x"}"#),
        ("package/tests/x.js", ""),
    ];
    assert_eq!(place_of(&files, "package/tests/x.js"), Context::Import);
    assert_eq!(place_of(&files[2..], "package/tests/x.js"), Context::Test);
}

#[test]
fn other_names_of_what_runs_unasked_are_known() {
    for (path, context) in [
        ("sitecustomize/__init__.py", Context::StartUp),
        ("usercustomize/__init__.py", Context::StartUp),
        ("sitecustomize.pyc", Context::StartUp),
        ("sitecustomize.cpython-312-x86_64-linux-gnu.so", Context::StartUp),
        ("p-1/SETUP.PY", Context::Install),
        ("p-1/build.rs", Context::Install),
        ("p-1/Binding.gyp", Context::Install),
    ] {
        assert_eq!(place_of(&[(path, ""), ("p-1/other", "")], path), context, "{path}");
    }
    let python = ("p-1/tests/evil.py", "");
    for manifest in [
        ("p-1/setup.cfg", "[global]\ncommand_packages = tests.evil\n"),
        ("p-1/pyproject.toml", "[tool.hatch.version]\nsource = 'code'\npath = 'tests/evil.py'\n"),
        ("p-1/pyproject.toml", "[tool.pdm.version]\nsource = 'call'\ngetter = 'tests.evil:get'\n"),
        ("p-1/pyproject.toml", "[build-system]\nbuild-backend = 'evil'\nbackend-path = ['tests']\n"),
        ("p-1/Cargo.toml", "[package]\nbuild = 'tests/evil.py'\n"),
        ("p-1/PYPROJECT.TOML", "[build-system]\nbuild-backend = 'evil'\nbackend-path = ['tests']\n"),
    ] {
        assert_eq!(place_of(&[manifest, python], python.0), Context::Install, "{manifest:?}");
    }
    let toml = "[build-system]\nbuild-backend = 'own.api'\nbackend-path = ['tests']\n";
    let files =
        [("p-1/pyproject.toml", toml), ("p-1/tests/own/__init__.py", ""), ("p-1/tests/own/api.py", "")];
    assert_eq!(place_of(&files, "p-1/tests/own/__init__.py"), Context::Install);
    let script = ("package/tests/evil.js", "");
    for (manifest, context) in [
        (r##"{"imports": {"#a/*": "./tests/*.js"}}"##, Context::Import),
        (r##"{"imports": {"#a": "./tests/evil.js"}}"##, Context::Import),
        (r#"{"exports": {"./*": "./tests/*.js"}}"#, Context::Run),
        (r#"{"directories": {"bin": "tests"}}"#, Context::Import),
    ] {
        assert_eq!(place_of(&[("package/package.json", manifest), script], script.0), context, "{manifest}");
    }
}

#[test]
fn a_name_that_is_put_together_is_followed() {
    for text in [
        "const a = './te'; require(a + 'sts/x')\nconst b = './tests/x'\n",
        "const t = 'tests'; require(`./${t}/x`)\n",
        "require(require('path').join(__dirname, 'tests', 'x'))\n",
        "require('module').createRequire(__dirname + '/tests/')('./x')\n",
    ] {
        let files = [("package/package.json", "{}"), ("package/index.js", text), ("package/tests/x.js", "")];
        assert_eq!(place_of(&files, "package/tests/x.js"), Context::Import, "{text}");
    }
}

#[test]
fn names_have_so_much_room_and_no_more() {
    let mut layout = Layout::default();
    let file = layout.add("p/lib/a.js", "javascript");
    let name = || Named { name: Name::Path("a".repeat(MOST_NAME_BYTES / 4)), beside: Behaviours::default() };
    assert!(layout.set_names(file, vec![name(), name(), name()], false).is_ok());
    assert!(layout.set_names(file, vec![name(), name()], false).is_err());
}
