use domain::Severity;
use proptest::prelude::*;

use super::*;

/// The harmless stand-in for a command.
const ECHO: &[u8] = b"S'echo defanged'\n";

fn ids(path: &str, bytes: &[u8]) -> Vec<&'static str> {
    look(path, bytes).into_iter().map(|(statement, _)| statement.id).collect()
}

/// What is said of the worst statement about a file.
fn told(bytes: &[u8]) -> String {
    look("p/data.bin", bytes)
        .into_iter()
        .map(|(statement, text)| format!("{}: {text}", statement.id))
        .next()
        .unwrap_or_default()
}

fn runs(bytes: &[u8]) -> bool {
    ids("p/data.bin", bytes).contains(&"pickle-runs-code")
}

/// `SHORT_BINUNICODE`.
fn text(text: &str) -> Vec<u8> {
    [&[0x8c, text.len() as u8], text.as_bytes()].concat()
}

fn four(parts: &[&[u8]]) -> Vec<u8> {
    [b"\x80\x04", &parts.concat()[..], b"."].concat()
}

/// Protocol 4, as Python writes a call of `module.name` with one text.
fn call(module: &str, name: &str) -> Vec<u8> {
    four(&[
        &text(module),
        b"\x94",
        &text(name),
        b"\x94\x93\x94",
        &text("echo defanged"),
        b"\x94\x85\x94R\x94",
    ])
}

#[test]
fn every_way_to_import_and_call_is_seen() {
    let list = |items: &[&[u8]]| items.concat();
    let cases: [(&str, Vec<u8>); 22] = [
        ("GLOBAL and REDUCE", list(&[b"cos\nsystem\n(", ECHO, b"tR."])),
        ("INST", list(&[b"(", ECHO, b"ios\nsystem\n."])),
        ("OBJ", list(&[b"(cos\nsystem\n", ECHO, b"o."])),
        ("STACK_GLOBAL", call("posix", "system")),
        ("NEWOBJ", list(&[b"\x80\x02csubprocess\nPopen\n(", ECHO, b"t\x81."])),
        ("NEWOBJ_EX", four(&[&text("subprocess"), &text("Popen"), b"\x93(", ECHO, b"t}\x92"])),
        ("never called", b"\x80\x02cbuiltins\nexec\n.".to_vec()),
        ("Python 2's names", list(&[b"c__builtin__\neval\n(", ECHO, b"tR."])),
        (
            "names from the memo",
            four(&[&text("system"), b"\x940", &text("posix"), b"\x940h\x01h\0\x93", ECHO, b"\x85R"]),
        ),
        (
            "MEMOIZE after a gap",
            four(&[
                b"Nr\xff\0\0\x000",
                &text("posix"),
                b"\x940",
                &text("system"),
                b"\x940h\x01h\x02\x93",
                ECHO,
                b"\x85R",
            ]),
        ),
        (
            "memo written twice",
            four(&[
                &text("json"),
                b"q\x000",
                &text("posix"),
                b"q\x000h\0",
                &text("system"),
                b"\x93",
                ECHO,
                b"\x85R",
            ]),
        ),
        ("places as odd numbers", list(&[b"Vposix\np 1_0\n0Vsystem\np11\n0g+10\ng11\n\x93(", ECHO, b"tR."])),
        ("names with escapes", list(&[b"V\\u0070osix\nV\\U00000073ystem\n\x93(", ECHO, b"tR."])),
        ("names between quotes with escapes", list(&[b"S'p\\x6fsix'\nS\"\\163ystem\"\n\x93(", ECHO, b"tR."])),
        (
            "a name swapped by DUP and POP",
            four(&[&text("posix"), b"20", &text("system"), b"\x93", ECHO, b"\x85R"]),
        ),
        ("marks in between", four(&[&text("posix"), b"(NN1(0", &text("system"), b"\x93", ECHO, b"\x85R"])),
        ("a dotted name", call("collections", "abc.sys.modules")),
        ("a hidden attribute", call("numpy", "ndarray.__class__.__base__.__subclasses__")),
        ("another module's copy", call("six.moves.builtins", "exec")),
        ("through a library", call("pandas", "read_pickle")),
        ("BUILD of an import", list(&[b"\x80\x02ccollections\nOrderedDict\n}(", ECHO, b"Nub."])),
        ("a name that cannot be told", four(&[&text("posix"), b"]\x93", ECHO, b"\x85R"])),
    ];
    for (what, bytes) in cases {
        assert!(runs(&bytes), "{what}: {}", told(&bytes));
    }
}

#[test]
fn the_message_names_the_import_what_it_does_and_where() {
    assert_eq!(
        told(&call("posix", "system")),
        "pickle-runs-code: It imports posix.system (runs a program) and calls it at byte 19."
    );
    let forged = call("posix", "a\u{1b}[2J\nb");
    assert!(told(&forged).contains(r"posix.a\u{1b}[2J\nb"), "{}", told(&forged));
}

#[test]
fn getattr_is_a_bound_method_where_its_name_is_plain() {
    let get = |owner: &[u8], name: &[u8]| four(&[b"cbuiltins\ngetattr\n", owner, name, b"\x86R"]);
    let bunch = b"csklearn.utils\nBunch\n";
    assert_eq!(ids("p/a", &get(bunch, &text("fromkeys"))), ["pickle-unknown-import"]);
    assert!(runs(&get(bunch, &text("__globals__"))));
    assert!(runs(&get(b"N", &text("system"))));
    assert!(runs(&get(bunch, b"N")));
    assert!(runs(&four(&[
        b"cbuiltins\ngetattr\nq\0",
        bunch,
        &text("keys"),
        b"\x86Rch.x\nreduce\nh\0",
        bunch,
        b"\x86R"
    ])));
    // getattr(getattr(Bunch, 'mod'), 'os.system'): each step is one more import
    let chain = four(&[b"cbuiltins\ngetattr\nq\0h\0", bunch, &text("mod"), b"\x86R", &text("os"), b"\x86R"]);
    assert!(told(&chain).contains("sklearn.utils.Bunch.mod.os"), "{}", told(&chain));
}

#[test]
fn honest_data_is_information_and_foreign_classes_are_low() {
    let array = b"\x80\x02cnumpy.core.multiarray\n_reconstruct\nq\x00cnumpy\nndarray\nq\x01K\x00\x85q\x02U\x01bq\x03\x87q\x04Rq\x05(K\x01K\x02\x85cnumpy\ndtype\nq\x07U\x02i4K\x00K\x01\x87Rtb.";
    assert_eq!(ids("p/a.pkl", array), ["pickle-data"]);
    for (module, name, id) in [
        ("collections", "OrderedDict", "pickle-data"),
        ("sklearn.svm._classes", "SVC", "pickle-data"),
        ("torch._utils", "_rebuild_tensor_v2", "pickle-data"),
        ("numpy.random._pickle", "__generator_ctor", "pickle-data"),
        ("builtins", "ValueError", "pickle-data"),
        ("functools", "partial", "pickle-unknown-import"),
        ("own.package", "Settings", "pickle-unknown-import"),
        ("sklearn.utils", "shuffle", "pickle-unknown-import"),
        ("types", "CodeType", "pickle-runs-code"),
        ("random", "_os.spawnlp", "pickle-runs-code"),
        ("collections", "_sys.modules.get", "pickle-runs-code"),
        ("cloudpickle.cloudpickle", "_make_function", "pickle-runs-code"),
    ] {
        assert_eq!(ids("p/a.pkl", &call(module, name)), [id], "{module}.{name}");
    }
    assert_eq!(ids("p/a.pkl", b"\x80\x04]\x94(K\x01K\x02e."), [""; 0]);
    assert_eq!(ids("p/a.pkl", b"\x80\x02\x82\x07]\x85R."), ["pickle-unknown-import"]);
}

#[test]
fn a_pickle_is_found_whatever_its_file_is_called() {
    let bytes = call("posix", "system");
    let old = [b"cos\nsystem\n(", ECHO, b"tR."].concat();
    for path in [
        "p/a.pkl",
        "p/logo.png",
        "p/README.txt",
        "p/model",
        "p/weights.pth",
        "p/archive/data.pkl",
        "p/x.safetensors",
    ] {
        assert_eq!(ids(path, &bytes), ["pickle-runs-code"], "{path}");
        assert_eq!(ids(path, &old), ["pickle-runs-code"], "{path}");
    }
}

#[test]
fn text_and_other_content_is_no_pickle() {
    let cases: [&[u8]; 12] = [
        b"import os\nsystem\n",
        b"class A:\n    pass\n",
        b"cos\nsystem\n",
        b"(function () {})()\n",
        b"I am text.\nSo am I.\n",
        b"N.\n",
        b"[]",
        b"",
        b"\x80",
        b"\x80\x02\xff\0\0",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\0\x01\x02icode\nrun\0",
    ];
    for bytes in cases {
        assert_eq!(ids("p/file.bin", bytes), [""; 0], "{bytes:?}");
    }
}

#[test]
fn each_of_several_pickles_counts() {
    let honest = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.".to_vec();
    let torch =
        [honest.clone(), b"\x80\x02M\xe9\x03.".to_vec(), call("posix", "system"), vec![0; 64]].concat();
    assert_eq!(ids("p/model.pt", &torch), ["pickle-runs-code"]);
    let old = [&honest[..], b"cos\nsystem\n(", ECHO, b"tR."].concat();
    assert!(runs(&old));
    assert_eq!(ids("p/model.pt", &[honest, vec![7; 64]].concat()), [""; 0]);
}

#[test]
fn a_pickle_within_the_bytes_of_another_counts() {
    let inner = call("posix", "system");
    let bytes = |inner: &[u8]| [&b"B"[..], &(inner.len() as u32).to_le_bytes()[..], inner].concat();
    let load = |content: &[u8]| {
        four(&[&text("torch.storage"), &text("_load_from_bytes"), b"\x93", &bytes(content), b"\x85R"])
    };
    assert!(runs(&load(&inner)));
    assert!(runs(&load(b"PK\x03\x04 a zip")));
    assert_eq!(ids("p/a", &load(&four(&[b"]"]))), ["pickle-data"]);
}

#[test]
fn what_stands_before_a_fault_has_run() {
    let whole = call("posix", "system");
    let cut = &whole[..whole.len() - 2];
    assert_eq!(ids("p/a", cut), ["pickle-runs-code", "pickle-malformed"]);
    assert_eq!(ids("p/a", &[cut, b"\xff rest"].concat()), ["pickle-runs-code", "pickle-malformed"]);
    assert!(look("p/a", cut)[1].1.contains("it is cut short, at byte"));
    // Behind the fault a reader of another format may go on.
    let behind = [b"\x80\x04]\x94NNNNNNNNNNNNNNNNNNNNNNNNN\xff\0\0\0", &whole[..]].concat();
    assert_eq!(ids("p/a", &behind), ["pickle-runs-code", "pickle-malformed"]);
    assert_eq!(ids("p/a.pkl", b"\x80\x04]"), ["pickle-malformed"]);
}

#[test]
fn the_pickle_of_an_array_stands_behind_its_header() {
    let array = |dtype: &str, content: &[u8]| {
        let header = format!("{{'descr': '{dtype}', 'fortran_order': False, 'shape': (1,), }}\n");
        [b"\x93NUMPY\x01\0", &(header.len() as u16).to_le_bytes()[..], header.as_bytes(), content].concat()
    };
    assert_eq!(ids("p/a.npy", &array("|O", &call("posix", "system"))), ["pickle-runs-code"]);
    assert_eq!(
        ids("p/a.npy", &array("|O", &[b"cos\nsystem\n(", ECHO, b"tR."].concat())),
        ["pickle-runs-code"]
    );
    assert_eq!(ids("p/a.npy", &array("<f8", &[0; 8])), [""; 0]);
    let lying = [b"\x93NUMPY\x02\0\xff\xff\xff\xff", &call("posix", "system")[..]].concat();
    assert_eq!(ids("p/a.npy", &lying), ["pickle-runs-code"]);
}

#[test]
fn a_pickle_behind_other_bytes_is_found_where_it_is_in_one_piece() {
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0";
    for tail in [call("posix", "system"), [b"\0\ncos\nsystem\n(", ECHO, b"tR."].concat()] {
        assert_eq!(ids("p/logo.png", &[&picture[..], &tail].concat()), ["pickle-runs-code"]);
    }
    for accident in [&b"\0\ncnt\nX\n"[..], b"\0\ncpty\nabc\n", b"\0\x8c\x02sh\x8c\x01a\x93"] {
        assert_eq!(ids("p/paper.pdf", &[&picture[..], accident].concat()), [""; 0]);
    }
    assert_eq!(ids("p/logo.png", &[&picture[..], &call("own", "thing")].concat()), [""; 0]);
}

#[test]
fn raw_arrays_of_joblib_are_stepped_over() {
    let wrapper = four(&[&text("joblib.numpy_pickle"), &text("NumpyArrayWrapper"), b"\x93)\x81}b"]);
    let wrapper = &wrapper[..wrapper.len() - 1];
    let raw = [0xff_u8; 40];
    assert_eq!(ids("p/m.joblib", &[wrapper, &raw, b"."].concat()), ["pickle-data"]);
    assert_eq!(
        ids("p/m.joblib", &[wrapper, &raw, &call("posix", "system")[2..]].concat()),
        ["pickle-runs-code"]
    );
}

#[test]
fn an_array_that_is_none_hides_nothing() {
    let kept = [&b"\x80\x04"[..], &text("posix"), b"\x940", &text("system"), b"\x940"].concat();
    let wrapper = b"cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}b0";
    let call = [b"h\0h\x01\x93", ECHO, b"\x85R."].concat();
    assert!(runs(&[&kept[..], wrapper, &call].concat()));
    // Behind raw content, names of the memo are known where they were kept before it.
    let raw = [0xff_u8; 40];
    assert!(runs(&[&kept[..], wrapper, &raw, &call].concat()));
    assert!(runs(&[b"\x80\x04", &wrapper[..], &raw, &call].concat()));
    assert!(!runs(&[b"\x80\x04", &wrapper[..], &raw, b"h\0h\x01\x93\xff\xff"].concat()));
}

#[test]
fn an_odd_import_hides_no_other() {
    let old = [b"cos\nsystem\n(", ECHO, b"tR0ca b\nc\n."].concat();
    assert!(told(&old).contains("os.system"), "{}", told(&old));
    assert_eq!(ids("p/a.txt", b"ca b\nc\n."), [""; 0]);
}

#[test]
fn lengths_of_the_attackers_choice_cost_nothing() {
    for opcode in [b'B', b'X', b'T', 0x8b, 0x8d, 0x8e, 0x96] {
        let bytes = [b"\x80\x04cos\nsystem\n", &[opcode][..], &[0xff; 8], b"x"].concat();
        assert_eq!(ids("p/a.pkl", &bytes), ["pickle-runs-code", "pickle-malformed"], "{opcode:#x}");
    }
}

#[test]
fn a_large_pickle_made_to_be_slow_ends_and_hides_nothing() {
    let tail = call("posix", "system");
    for unit in [
        &b"("[..],
        b")",
        b"]\x94",
        b"N\x85",
        b"cc\nc\n",
        b"(t",
        b"2",
        b"\x8c\x01a\x94",
        b"N.",
        b"C\x03\x80\x04.",
        b"c",
        b"\x80\x04",
        b".\x80\x04cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}b",
    ] {
        let start = std::time::Instant::now();
        let bytes = [b"\x80\x04N", &unit.repeat(4_000_000 / unit.len())[..], &tail].concat();
        let ids = ids("p/a.pkl", &bytes);
        assert!(ids.contains(&"pickle-runs-code") || ids.contains(&"pickle-malformed"), "{unit:?} {ids:?}");
        assert!(start.elapsed().as_secs() < 8, "{unit:?}: {:?}", start.elapsed());
    }
}

#[test]
fn a_pickle_that_runs_code_is_refused_wherever_it_lies() {
    use crate::context::Context::{Data, Docs, Import, Install, Run, Test};
    for context in [Install, Import, Run, Data, Test, Docs] {
        assert!(RUNS.levels.at(context).unwrap() >= Severity::Medium, "{context:?}");
        assert_eq!(DATA.levels.at(context), Some(Severity::Info));
    }
    assert_eq!(UNKNOWN.levels.at(Run), Some(Severity::Low));
}

/// Python writes the samples where there is one; it never reads them.
#[test]
fn what_python_writes_is_read() {
    let script = "import pickle, sys, os, collections\n\
        class Bad:\n    def __reduce__(self): return os.getcwd, ()\n\
        data = collections.OrderedDict(a=[1, 2.5, (3, None), {4}, b'x' * 300, 'y' * 300, 10**40, True], b=Bad())\n\
        sys.stdout.buffer.write(pickle.dumps(data if sys.argv[2] == 'bad' else dict(data, b=0), int(sys.argv[1])))";
    for protocol in ["0", "1", "2", "3", "4", "5"] {
        for (kind, ids_of) in [("bad", "pickle-runs-code"), ("good", "pickle-data")] {
            let written =
                std::process::Command::new("python3").args(["-I", "-c", script, protocol, kind]).output();
            let Ok(written) = written.map(|output| output.stdout) else { return };
            assert!(written.len() > 600, "{protocol}: {} bytes", written.len());
            let ids = ids("p/x", &written);
            // Sets and bytes are imports up to protocol 3; after it plain data imports nothing.
            assert!(ids == [ids_of] || kind == "good" && ids.is_empty(), "{protocol} {kind}: {ids:?}");
            let found = look("p/x", &written);
            assert_eq!(
                kind == "bad",
                found.iter().any(|(_, text)| text.contains(".getcwd")),
                "{protocol} {kind}"
            );
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        look("p/a.pkl", &bytes);
        look("p/a.pkl", &[b"\x80\x04", &bytes[..]].concat());
    }

    /// Whatever honest instructions stand in front, the call is seen.
    #[test]
    fn no_prefix_of_instructions_hides_a_call(prefix in proptest::collection::vec(0..7_usize, 0..60)) {
        let units: [&[u8]; 7] = [b"N", b"]\x94", b"K\x01\x85", b"\x8c\x02ab\x94", b"I01\n", b"(dp500\n", b"C\x02xy"];
        let before: Vec<u8> = prefix.iter().flat_map(|unit| units[*unit]).copied().collect();
        prop_assert!(runs(&four(&[&before, &call("posix", "system")[2..]])));
    }
}
