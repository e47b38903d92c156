use super::*;

fn notebook(cells: &[&str]) -> Vec<u8> {
    let cell = |source: &&str| serde_json::json!({"cell_type": "code", "source": source, "outputs": []});
    let cells: Vec<_> = cells.iter().map(cell).collect();
    serde_json::json!({"cells": cells, "metadata": {}, "nbformat": 4}).to_string().into_bytes()
}

fn texts(bytes: &[u8]) -> Vec<(&'static str, String)> {
    code(bytes).unwrap().into_iter().map(|code| (code.language, code.text)).collect()
}

/// The code of one cell.
fn of_cell(source: &str) -> Vec<(&'static str, String)> {
    texts(&notebook(&[source]))
}

#[test]
fn a_line_that_runs_a_command_is_python_and_shell() {
    for (line, python, shell) in [
        ("!pip list", "None", "pip list"),
        ("  !a b", "  None", "a b"),
        ("x = !ls", "x = None", "ls"),
        ("d['x'] = !ls", "d['x'] = None", "ls"),
        ("A.x = !ls", "A.x = None", "ls"),
        ("%time !ls", "None", "ls"),
        ("%timeit -n 1 !ls", "None", "ls"),
        ("x, y = %sx ls", "x, y = None", "ls"),
        ("%sx ls", "None", "ls"),
        ("%system ls", "None", "ls"),
        ("%pip install a", "None", "pip install a"),
        ("!get {url} now", "None", "get {url} now"),
        ("!a \\\nb", "None", "a b"),
        ("!$command", "__import__('os').system(command)", "$command"),
        ("!{a + b}", "__import__('os').system(a + b)", "{a + b}"),
    ] {
        assert_eq!(
            of_cell(line),
            [("python", format!("{python}\n")), ("shell", format!("{shell}\n"))],
            "{line}"
        );
    }
}

#[test]
fn other_lines_stay_python() {
    for (line, python) in [
        ("x != y", "x != y"),
        ("x = y % z", "x = y % z"),
        ("%time f()", "f()"),
        ("%matplotlib inline", "pass  # %matplotlib inline"),
        ("get_ipython().run_line_magic(\"sx\", 'ls')", "__import__('os').system( 'ls')"),
        ("get_ipython().system('ls')", "__import__('os').system('ls')"),
    ] {
        assert_eq!(of_cell(line), [("python", format!("{python}\n"))], "{line}");
    }
}

#[test]
fn a_cell_is_in_the_language_of_its_magic() {
    for (head, language) in [
        ("%%bash", "shell"),
        ("%%sh -e", "shell"),
        ("%%script --bg bash", "shell"),
        ("%%javascript", "javascript"),
        ("%%writefile run.sh", "shell"),
        ("%%writefile -a a.py", "python"),
        ("%%capture out", "python"),
        ("!!", "shell"),
        ("%%!", "shell"),
        ("%%capture\n%%bash", "shell"),
        ("%%script env bash", "shell"),
    ] {
        assert_eq!(of_cell(&format!("{head}\nls")), [(language, "ls\n".to_owned())], "{head}");
    }
    assert_eq!(of_cell("%%html\n<b>"), []);
    assert_eq!(of_cell("%%writefile a.csv\n1,2"), []);
    assert_eq!(of_cell("%%writefile x.txt\nimport os"), [("python", "import os\n".to_owned())]);
}

#[test]
fn each_line_knows_its_cell() {
    let bytes = notebook(&["import os", "%%bash\nls\nps", "a\n!b\nc", ""]);
    let codes = code(&bytes).unwrap();
    assert_eq!(codes[0].place((1, 1)), Some((1, (1, 1))));
    assert_eq!(codes[0].place((2, 4)), Some((3, (1, 3))));
    assert_eq!(codes[0].place((1, 3)), Some((1, (1, 1))));
    assert_eq!(codes[0].place((99, 99)), None);
    assert_eq!(codes[1].place((1, 2)), Some((2, (2, 3))));
    assert_eq!(codes[1].place((3, 3)), Some((3, (2, 2))));
}

#[test]
fn every_format_of_a_notebook_is_read() {
    for json in [
        r#"{"cells":[{"cell_type":"code","source":["!l","s"]}],"nbformat":4}"#,
        r#"{"worksheets":[{"cells":[{"cell_type":"code","input":["!ls"],"language":"python"}]}],"nbformat":3}"#,
        r#"{"cells":[{"source":"!ls","outputs":null,"x":NaN}],"metadata":null}"#,
        r#"{"cells":[{"cell_type":"raw","source":"\ud83d"},{"source":"!ls","cell_type":"unknown"}]}"#,
        "\u{feff}{\"cells\":[{\"source\":\"!ls\"}]}",
        r#"{"cells":[{"source":"!ls"}],"metadata":{"kernelspec":{"name":"python3","language":"R"}}}"#,
        r#"{"cells":[{"source":"!ls"}],"metadata":{"kernelspec":{"name":"none","language":"R"}}}"#,
    ] {
        let all = texts(json.as_bytes());
        assert!(all.contains(&("shell", "ls\n".to_owned())), "{json} {all:?}");
    }
    let other = r#"{"cells":[{"source":"ls"}],"metadata":{"kernelspec":{"name":"bash","language":"bash"}}}"#;
    assert_eq!(texts(other.as_bytes()), [("shell", "ls\n".to_owned())]);
    let script = r#"{"cells":[{"source":"","outputs":[{"data":{"application/javascript":["x()"]}}]}]}"#;
    assert!(texts(script.as_bytes()).contains(&("javascript", "x()\n".to_owned())));
    assert_eq!(texts(br#"{"cells":[{"cell_type":"markdown","source":"!ls"}]}"#), []);
}

#[test]
fn what_only_python_reads_leaves_the_rest_as_it_is() {
    let json = r#"{"cells":[{"source":"\ud835\udc1e = 'NaN' \ud83d \\ud83d","x":[NaN,-Infinity]}]}"#;
    assert_eq!(texts(json.as_bytes()), [("python", "\u{1d41e} = 'NaN' \u{fffd} \\ud83d\n".to_owned())]);
}

#[test]
fn what_is_no_notebook_says_why() {
    for (bytes, reason) in [
        (b"foo\n".to_vec(), "cannot be parsed: expected"),
        (br#"{"cells":[],"cells":[]}"#.to_vec(), "duplicate field"),
        ([&br#"{"cells":["#[..], &b"{},".repeat(200_000), b"{}]}"].concat(), "longer than is read"),
        ([b"[".repeat(100_000), b"]".repeat(100_000)].concat(), "cannot be parsed"),
    ] {
        let error = code(&bytes).unwrap_err();
        assert!(error.contains(reason), "{error}");
    }
    assert_eq!(code(b"").unwrap(), []);
}

#[test]
fn a_notebook_is_told_by_name_or_content() {
    let bytes = notebook(&["x"]);
    assert!(is_notebook("a.ipynb", "notebook", b""));
    assert!(is_notebook("a.json", "json", &bytes));
    assert!(is_notebook("a", "", &bytes));
    assert!(!is_notebook("a.json", "json", b"{}"));
    assert!(!is_notebook("a.py", "python", &bytes));
}
