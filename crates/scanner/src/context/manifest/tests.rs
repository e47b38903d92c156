use super::*;

fn named(context: Context, path: &str, text: &str) -> Vec<String> {
    let roots = roots(path, text.as_bytes()).unwrap().into_iter();
    let roots = roots.filter(|root| root.context == context && root.script.is_none());
    let names = roots.map(|root| match root.name {
        Name::Path(text) | Name::Module(text) => text,
    });
    names.collect()
}

#[test]
fn a_life_cycle_script_names_the_words_that_it_runs() {
    let text = r#"{"main": "lib/main.js", "bin": {"tool": "bin/tool.js"}, "exports": {".": {"import": "./x.mjs"}, "./*": "./*.js"},
        "scripts": {"postinstall": "node tools/a.js && npm run later", "later": "sh ./b.sh", "test": "node c.js"}}"#;
    let install = named(Context::Install, "p/package.json", text);
    for word in ["tools/a.js", "later"] {
        assert!(install.iter().any(|name| name == word), "{word}: {install:?}");
    }
    assert!(!install.iter().any(|name| name == "c.js"), "{install:?}");
    let import = named(Context::Import, "p/package.json", text);
    let later = roots("p/package.json", text.as_bytes())
        .unwrap()
        .into_iter()
        .find(|root| root.name == Name::Path("./b.sh".into()));
    assert_eq!(later.unwrap().script.as_deref(), Some("later"));
    assert_eq!(import, ["./index.js", "lib/main.js", "./x.mjs", "bin/tool.js"]);
}

#[test]
fn a_project_names_its_back_end_hooks_and_commands() {
    let text = "[build-system]\nbuild-backend = \"own.api\"\nbackend-path = [\"tools\"]\n\
                [project.scripts]\ntool = \"pkg.cli:main\"\n[tool.hatch.build.hooks.custom]\npath = \"hook.py\"\n\
                [tool.setuptools]\ncmdclass = {build_py = \"cmds.Build\"}\n[tool.black]\ninclude = \"x.py\"\n";
    let install = named(Context::Install, "pyproject.toml", text);
    for name in ["own.api", "tools/own/api.py", "hook.py", "cmds.Build"] {
        assert!(install.iter().any(|found| found == name), "{name}: {install:?}");
    }
    assert!(!install.iter().any(|found| found == "x.py"));
    assert_eq!(named(Context::Import, "pyproject.toml", text), ["pkg.cli:main"]);
    let dotted = "build-system.build-backend = \"\\u006fwn\"\n";
    assert_eq!(named(Context::Install, "pyproject.toml", dotted), ["own"]);
}

#[test]
fn setup_cfg_and_entry_points_are_read() {
    let text = "[metadata]\nversion = attr: pkg.about.VERSION\n[options]\ncmdclass =\n    build = cmds.Build\n\
                [options.entry_points]\nconsole_scripts =\n    tool = pkg.cli:main\n";
    assert_eq!(named(Context::Install, "setup.cfg", text), ["pkg.about.VERSION", "", "cmds.Build"]);
    assert_eq!(named(Context::Import, "setup.cfg", text), ["", "pkg.cli:main"]);
    let text = "[console_scripts]\ntool = pkg.cli:main [extra]\n[pytest11]\nplug = pkg.plugin\n";
    assert_eq!(named(Context::Import, "p.dist-info/entry_points.txt", text), ["pkg.cli:main", "pkg.plugin"]);
}

#[test]
fn a_manifest_that_cannot_be_read_is_told() {
    assert_eq!(roots("package.json", b"{"), Err(Unparsed));
    assert_eq!(roots("package.json", "[".repeat(100_000).as_bytes()), Err(Unparsed));
    assert_eq!(roots("pyproject.toml", b"[a"), Err(Unparsed));
    assert_eq!(roots("pyproject.toml", &vec![b' '; LARGEST + 1]), Err(Unparsed));
    assert!(roots("package.json", b"\xef\xbb\xbf{}").is_ok());
    assert_eq!(roots("other.json", b"{"), Ok(vec![]));
}

#[test]
fn a_back_end_in_too_many_folders_is_told() {
    let manifest = |folders: usize| {
        let text =
            format!("[build-system]\nbuild-backend = \"b\"\nbackend-path = {:?}\n", vec!["."; folders]);
        roots("p/pyproject.toml", text.as_bytes())
    };
    assert!(manifest(MOST_FOLDERS).is_ok());
    assert_eq!(manifest(MOST_FOLDERS + 1), Err(Unparsed));
}
