//! Pickles where a package has them: within zip, gzip and zlib, in tests, in data.

use domain::{Policy, Severity, Verdict, judge};

use super::{
    tests::{archive, gzip, report},
    *,
};

/// Protocol 4: a call of `posix.system`.
const HOSTILE: &[u8] =
    b"\x80\x04\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x0decho defanged\x94\x85\x94R\x94.";

const RUNS: &str = "pickle-runs-code";

/// A zip as PyTorch writes it: stored, sizes behind the content, contents aligned by padding in the extra field.
fn torch_zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut members, mut directory) = (Vec::<u8>::new(), Vec::<u8>::new());
    for (name, content) in files {
        let offset = members.len() as u32;
        let padding = 64 - (members.len() + 30 + name.len() + 4) % 64;
        let extra = [b"FB", &(padding as u16).to_le_bytes()[..], &vec![b'Z'; padding]].concat();
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let size = (content.len() as u32).to_le_bytes();
        let sizes = [crc.sum().to_le_bytes(), size, size].concat();
        let name_length = (name.len() as u16).to_le_bytes();
        let head = [0, 0, 8, 8, 0, 0, 0, 0, 0, 0];
        members.extend(
            [b"PK\x03\x04", &head[..], &[0; 12], &name_length, &(extra.len() as u16).to_le_bytes()].concat(),
        );
        members.extend([name.as_bytes(), &extra, content, b"PK\x07\x08", &sizes].concat());
        directory.extend(
            [b"PK\x01\x02\0\0", &head[..], &sizes, &name_length, &[0; 12], &offset.to_le_bytes()].concat(),
        );
        directory.extend(name.as_bytes());
    }
    let count = (files.len() as u16).to_le_bytes();
    let place = [(directory.len() as u32).to_le_bytes(), (members.len() as u32).to_le_bytes()].concat();
    [&members[..], &directory, b"PK\x05\x06\0\0\0\0", &count, &count, &place, &[0, 0]].concat()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::read::ZlibEncoder::new(bytes, flate2::Compression::default());
    let mut packed = Vec::new();
    encoder.read_to_end(&mut packed).unwrap();
    packed
}

fn of_package(path: &str, content: &[u8]) -> Report {
    report(&Scanner::builtin().unwrap(), &archive(&[("p/pkg/__init__.py", b"".as_slice()), (path, content)]))
}

fn place(report: &Report) -> Option<(&str, Severity)> {
    let finding = report.findings.iter().find(|finding| finding.rule == RUNS)?;
    Some((finding.path.as_deref()?, finding.severity))
}

#[test]
fn a_pickle_that_runs_code_refuses_its_package_wherever_it_is() {
    let header = b"{'descr': '|O', 'fortran_order': False, 'shape': (), }\n";
    let array = [b"\x93NUMPY\x01\0", &(header.len() as u16).to_le_bytes()[..], header, HOSTILE].concat();
    let model = torch_zip(&[("m/data.pkl", HOSTILE), ("m/data/0", &[0; 400]), ("m/version", b"3\n")]);
    let old = [b"ZF0x10               ".as_slice(), &deflated(HOSTILE)].concat();
    for (path, content, inner) in [
        ("p/pkg/model.pkl", HOSTILE.to_vec(), ""),
        ("p/pkg/logo.png", HOSTILE.to_vec(), ""),
        ("p/pkg/array.npy", array.clone(), ""),
        ("p/pkg/arrays.npz", torch_zip(&[("a.npy", &array)]), "!/a.npy"),
        ("p/pkg/model.pt", model.clone(), "!/m/data.pkl"),
        ("p/pkg/model.pth", model, "!/m/data.pkl"),
        ("p/pkg/model.joblib", gzip(HOSTILE), "!/model.joblib"),
        ("p/pkg/model.joblib.z", deflated(HOSTILE), "!/model.joblib.z"),
        ("p/pkg/old.joblib", old, "!/old.joblib"),
    ] {
        let report = of_package(path, &content);
        assert_eq!(
            place(&report),
            Some((&*format!("{path}{inner}"), Severity::High)),
            "{:?}",
            report.findings
        );
        assert_eq!(judge(&report, &Policy::default()).verdict(), Verdict::Refused, "{path}");
        assert!(report.coverage.is_complete(), "{:?}", report.coverage);
    }
}

#[test]
fn a_pickle_that_runs_code_refuses_in_tests_too_and_is_worse_where_the_import_loads_it() {
    let aside = of_package("p/tests/data/model.pkl", HOSTILE);
    assert_eq!(place(&aside), Some(("p/tests/data/model.pkl", Severity::Medium)));
    assert_eq!(judge(&aside, &Policy::default()).verdict(), Verdict::Refused);
    let loads =
        b"import os\nimport pickle\nos.system('echo defanged')\nx = pickle.load(open('model.pkl', 'rb'))\n";
    let files = [("p/pkg/__init__.py", loads.as_slice()), ("p/pkg/model.pkl", HOSTILE)];
    let loaded = report(&Scanner::builtin().unwrap(), &archive(&files));
    assert_eq!(place(&loaded), Some(("p/pkg/model.pkl", Severity::Critical)));
}

#[test]
fn honest_pickles_and_models_refuse_nobody() {
    let honest = b"\x80\x02ccollections\nOrderedDict\nq\0)Rq\x01.";
    let own = b"\x80\x02cpkg.model\nModel\nq\0)\x81q\x01.";
    for (path, content, rule) in [
        ("p/pkg/model.pt", torch_zip(&[("m/data.pkl", honest), ("m/data/0", &[0x80; 99])]), "pickle-data"),
        ("p/pkg/model.pkl", own.to_vec(), "pickle-unknown-import"),
        ("p/pkg/model.pkl", own[..own.len() - 1].to_vec(), "pickle-malformed"),
    ] {
        let report = of_package(path, &content);
        assert!(report.findings.iter().any(|finding| finding.rule == rule), "{rule}: {:?}", report.findings);
        assert_eq!(judge(&report, &Policy::default()).verdict(), Verdict::Approved, "{:?}", report.findings);
    }
}

#[test]
fn a_zlib_bomb_is_read_up_to_the_cap() {
    let bomb = deflated(&[b"\x80\x04", &vec![b'N'; zlib::MOST + 1][..]].concat());
    let report = of_package("p/pkg/bomb.joblib", &bomb);
    let finding = report.findings.iter().find(|finding| finding.rule == "unread-archive").unwrap();
    assert!(finding.message.contains("it is a compressed pickle of more than 64 MiB"), "{finding:?}");
    assert!(zlib::pickles(&deflated(b"some text")).is_none());
}
