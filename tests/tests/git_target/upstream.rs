//! What others have published: repositories and archives made on the spot.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use e2e::run;
use tempfile::TempDir;

/// Builds the package without a tool from anywhere: what `pip` asks a build back-end for (PEP 517).
const BACKEND: &str = r#"
import zipfile

def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "clean-1.0-py3-none-any.whl"
    info = "clean-1.0.dist-info/"
    with zipfile.ZipFile(folder + "/" + name, "w") as wheel:
        wheel.write("module/__init__.py")
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: clean\nVersion: 1.0\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(info + "RECORD", "")
    return name
"#;

/// Writes a tar.gz of what it reads: lists of path, content and mode; a content that is null makes a link to the mode.
const TAR: &str = "\
import io, json, sys, tarfile
with tarfile.open(sys.argv[1], 'w:gz') as tar:
    for path, content, mode in json.load(sys.stdin):
        member = tarfile.TarInfo(path)
        if content is None:
            member.type, member.linkname = tarfile.SYMTYPE, mode
            tar.addfile(member)
        else:
            member.size, member.mode = len(content.encode()), mode
            tar.addfile(member, io.BytesIO(content.encode()))
";

/// A project of somebody else's, in git.
pub(crate) struct Upstream(TempDir);

impl Upstream {
    /// A Python package with everything that a tree of git can hold.
    pub(crate) fn new() -> Self {
        let upstream = Self(TempDir::new().unwrap());
        upstream.git(&["init", "--quiet", "--initial-branch=trunk"]);
        let build = "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n";
        upstream.write("pyproject.toml", build);
        upstream.write("backend.py", BACKEND);
        upstream.write("module/__init__.py", "ANSWER = 42\n");
        upstream.write("module/copy.py", "ANSWER = 42\n");
        // Names in the order of trees: a folder sorts as if it ended in a slash.
        for name in
            ["module.txt", "module-x/a", "module0", "naïve ❤.txt", ".github/workflows/ci.yml", "empty"]
        {
            upstream.write(name, if name == "empty" { "" } else { name });
        }
        upstream.write("bin/run", "#!/bin/sh\n");
        fs::set_permissions(upstream.0.path().join("bin/run"), fs::Permissions::from_mode(0o755)).unwrap();
        symlink("../bin/run", upstream.0.path().join("module/link")).unwrap();
        upstream.write("large.bin", &"0123456789abcdef".repeat(100_000));
        upstream.commit();
        upstream
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "--all"]);
        let who = ["-c", "user.name=u", "-c", "user.email=u@example.invalid"];
        self.git(&[&who[..], &["commit", "--quiet", "--message=change"]].concat());
    }

    /// The archive that GitHub would serve, named by its extension.
    pub(crate) fn archive(&self, extension: &str) -> PathBuf {
        let file = TempDir::new().unwrap().keep().join(format!("archive.{extension}"));
        let output = format!("--output={}", file.display());
        self.git(&["archive", "--prefix=clean-main/", &output, "HEAD"]);
        file
    }

    /// The next version's archive.
    pub(crate) fn next(&self, text: &str) -> PathBuf {
        self.write("module/__init__.py", text);
        self.commit();
        self.archive("zip")
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        run(Command::new("git").arg("-C").arg(self.0.path()).args(arguments)).unwrap().trim().to_owned()
    }
}

/// A tar.gz of these files.
pub(crate) fn tar_gz(folder: &Path, files: &serde_json::Value) -> PathBuf {
    let file = folder.join("archive.tar.gz");
    let mut python =
        Command::new("python3").args(["-c", TAR]).arg(&file).stdin(Stdio::piped()).spawn().unwrap();
    python.stdin.take().unwrap().write_all(files.to_string().as_bytes()).unwrap();
    assert!(python.wait().unwrap().success());
    file
}
