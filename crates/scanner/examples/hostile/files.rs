//! Files made to cost the scanner time or memory.

use std::{
    error::Error,
    fs,
    io::{BufWriter, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use scanner::rules::Rule;

use crate::patterns;

const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");

/// A member of an archive, or many, not made yet.
pub(crate) struct File {
    pub(crate) name: String,
    members: Box<dyn Fn(usize) -> Members>,
}

/// Paths and contents.
pub(crate) type Members = Vec<(String, Vec<u8>)>;

impl File {
    /// One member, whose content is made for a length.
    fn new(name: &str, path: &str, content: impl Fn(usize) -> Vec<u8> + 'static) -> Self {
        let path = path.to_owned();
        Self {
            name: format!("{name} {path}"),
            members: Box::new(move |bytes| vec![(path.clone(), content(bytes))]),
        }
    }

    fn repeated(name: String, path: &str, unit: Vec<u8>) -> Self {
        Self { name, ..Self::new("", path, move |bytes| repeated(&unit, bytes)) }
    }

    /// The paths and contents of a file of about so many bytes.
    pub(crate) fn members(&self, bytes: usize) -> Members {
        (self.members)(bytes)
    }
}

/// A tar.gz on disk that compresses nothing, so that it is no bomb.
pub(crate) fn packed(members: Members) -> Result<fs::File, Box<dyn Error>> {
    let mut gzip = GzEncoder::new(BufWriter::new(tempfile::tempfile()?), Compression::none());
    for (path, content) in members {
        gzip.write_all(&header(&path, content.len()))?;
        gzip.write_all(&content)?;
        gzip.write_all(&vec![0; content.len().next_multiple_of(512) - content.len()])?;
    }
    gzip.write_all(&[0; 1024])?;
    let mut file = gzip.finish()?.into_inner()?;
    file.rewind()?;
    Ok(file)
}

fn header(path: &str, bytes: usize) -> [u8; 512] {
    let mut header = [0; 512];
    header[..path.len()].copy_from_slice(path.as_bytes());
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..136].copy_from_slice(format!("{bytes:011o}\0").as_bytes());
    header[156] = b'0';
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

/// The groups of files that share a process: each file made by hand, and for each rule its samples and its patterns.
pub(crate) fn groups() -> Result<Vec<String>, Box<dyn Error>> {
    let mut groups: Vec<String> = made().into_iter().map(|file| file.name).collect();
    let mut rules = fs::read_dir(RULES)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<Vec<String>, std::io::Error>>()?;
    rules.sort();
    for rule in rules {
        groups.push(format!("samples of {rule}"));
        groups.push(format!("patterns of {rule}"));
    }
    Ok(groups)
}

/// The files of a group.
pub(crate) fn of<'r>(
    group: &str,
    mut rules: impl Iterator<Item = &'r Rule>,
) -> Result<Vec<File>, Box<dyn Error>> {
    let mut known = |id: &str| rules.any(|rule| rule.id == id).then(|| Path::new(RULES).join(id));
    if let Some(folder) = group.strip_prefix("samples of ").and_then(&mut known) {
        return samples(&folder, group);
    }
    if let Some(folder) = group.strip_prefix("patterns of ").and_then(&mut known) {
        return patterns(&folder, group);
    }
    Ok(made().into_iter().filter(|file| file.name == group).collect())
}

/// What a rule must hit, again and again.
fn samples(folder: &Path, group: &str) -> Result<Vec<File>, Box<dyn Error>> {
    let hits = folder.join("hits");
    let file = |path: PathBuf| {
        let name = path.strip_prefix(&hits)?.display().to_string();
        let content = fs::read(&path)?;
        // `hits/<case>/pkg/setup.py` is scanned as `pkg/setup.py`.
        let inner = name.split_once('/').map_or(name.as_str(), |(_, inner)| inner);
        Ok(File::repeated(format!("{group}: {name}"), inner, content))
    };
    files_below(&hits)?.into_iter().map(file).collect()
}

/// Beginnings and ends of what each pattern of a rule matches, again and again: much to try, and nothing to find.
fn patterns(folder: &Path, group: &str) -> Result<Vec<File>, Box<dyn Error>> {
    let text = fs::read_to_string(folder.join("rule.yar"))?;
    let path = files_below(&folder.join("hits"))?.into_iter().next().ok_or("a rule without samples")?;
    let path = path.strip_prefix(folder.join("hits"))?.display().to_string();
    let path = path.split_once('/').map_or(path.as_str(), |(_, inner)| inner);
    let file = |(name, unit)| File::repeated(format!("{group}: {name}"), path, unit);
    Ok(patterns::halves(&text).into_iter().map(file).collect())
}

fn files_below(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { files.extend(files_below(&path)?) } else { files.push(path) }
    }
    files.sort();
    Ok(files)
}

fn repeated(unit: &[u8], bytes: usize) -> Vec<u8> {
    unit.iter().copied().cycle().take(if unit.is_empty() { 0 } else { bytes }).collect()
}

/// A unit of text and the names under which it is scanned when it is repeated.
#[rustfmt::skip]
const REPEATED: &[(&str, &str, &[&str])] = &[
    ("exec(", "exec(", &["setup.py", "a.js"]),
    (r"\x41", r"\x41", &["setup.py", "a.js"]),
    ("curl", "curl ", &["setup.py", "a.sh", "a.js"]),
    ("blanks", " ", &["setup.py", "a.js", "package.json", "a.txt"]),
    ("lines", "\n", &["setup.py", "a.js", "package.json"]),
    ("([", "([", &["setup.py", "a.js", "a.ts", "a.txt"]),
    ("([{", "([{", &["setup.py", "a.js", "a.ts"]),
    ("commas in brackets", "(a,", &["setup.py", "a.js", "a.ts"]),
    ("hex", "4d5a90000300000004000000ffff0000", &["setup.py", "a.js", "a.bin"]),
    ("base64", "aW1wb3J0IG9zO29zLnN5c3RlbSgnaWQnKTs", &["setup.py", "a.js", "a.txt"]),
    ("dots", "a.b.c.d.", &["setup.py", "a.js", "a.ts"]),
    ("doubled text", "x=x+\"a\"\n", &["setup.py", "a.js"]),
    ("doubled name", "a=a+a\n", &["setup.py", "a.js"]),
    ("f-string", "f'{", &["setup.py"]),
    ("templates", "`${", &["a.js", "a.ts"]),
    ("tags", "<a>", &["a.js", "a.ts", "a.tsx", "a.html"]),
    ("angles", "a<", &["a.js", "a.ts", "a.tsx"]),
    ("comments", "/*", &["a.js", "a.ts"]),
    ("slashes", "/", &["a.js", "a.ts"]),
    ("quotes", "\"'\"\"'", &["setup.py", "a.js", "a.sh"]),
    ("triple quotes", "'''", &["setup.py"]),
    ("escaped quotes", "\\'\\\"", &["setup.py", "a.js"]),
    ("imports", "import a\n", &["setup.py", "a.js"]),
    ("strings", "'a.py' ", &["setup.py", "a.js"]),
    ("objects", "{\"a\":", &["package.json", "a.ipynb", "a.json", "a.js"]),
    ("arrays", "[", &["package.json", "a.ipynb", "a.json", "a.js", "setup.py"]),
    ("toml arrays", "a=[", &["pyproject.toml"]),
    ("toml tables", "[a.b]\n", &["pyproject.toml"]),
    ("ini", "[a]\nb=c\n", &["setup.cfg", "a.dist-info/entry_points.txt"]),
    ("decorators", "@a\n", &["setup.py", "a.ts"]),
    ("indents", "if a:\n ", &["setup.py"]),
    ("lambdas", "lambda a:", &["setup.py"]),
    ("arrows", "a=>", &["a.js", "a.ts"]),
    ("not", "not ", &["setup.py"]),
    ("await", "await ", &["setup.py", "a.js"]),
    ("ternaries", "a?b:", &["a.js", "a.ts"]),
    ("calls of calls", "a()", &["setup.py", "a.js"]),
    ("decoded", "exec(b64decode('aW1wb3J0IG9z'))\n", &["setup.py"]),
    ("chr", "chr(97)+", &["setup.py"]),
    ("replaced", "'aaaaaaaaaa'.replace('a', 'b' * 60000).replace('b', 'c' * 60000)\n", &["setup.py"]),
    ("maps", "''.join(map(chr, range(65536)))\n", &["setup.py"]),
    ("zeros", "\0", &["a.bin", "setup.py", "a.pkl", "a.npy"]),
    ("pickle marks", "(", &["a.pkl", "a.pt"]),
    ("pickle memos", "\x32q\x01", &["a.pkl"]),
    ("pickle globals", "cos\nsystem\n", &["a.pkl", "a.npy"]),
    ("ELF", "\x7fELF\x02\x01\x01\0", &["a.so", "a"]),
];

/// The files made by hand.
fn made() -> Vec<File> {
    let mut files = Vec::new();
    for (name, unit, paths) in REPEATED {
        let file = |path: &&str| File::repeated(format!("{name} {path}"), path, unit.as_bytes().to_vec());
        files.extend(paths.iter().map(file));
    }
    for path in ["setup.py", "a.js", "a.ts", "a.bin"] {
        let punctuation = |bytes| random(bytes, b"()[]{}<>=+-*/%!?:;.,@'\"`$#\\\n ");
        files.push(File::new("random punctuation", path, punctuation));
        files.push(File::new("random bytes", path, |bytes| random(bytes, &(0..=255).collect::<Vec<u8>>())));
    }
    for path in ["setup.py", "a.js", "package.json"] {
        files.push(File::new("nested parentheses", path, |bytes| nested(bytes.min(200_000), "(", ")")));
        files.push(File::new("nested arrays", path, |bytes| nested(bytes, "[", "]")));
    }
    files.push(File::new("nested objects", "package.json", |bytes| nested(bytes, "{\"a\":", "}")));
    files.extend(
        NUMBERED.iter().map(|(name, path, start, line)| {
            File::new(name, path, move |bytes| numbered(bytes, start, line))
        }),
    );
    let many = |bytes: usize| {
        (0..bytes.min(100_000)).map(|number| (format!("p/{number}.py"), b"exec(a)\n".to_vec())).collect()
    };
    files.push(File { name: "many files".into(), members: Box::new(many) });
    files
}

/// A start, and lines that go on from it; `#` is a number, `@` the next one.
#[rustfmt::skip]
const NUMBERED: &[(&str, &str, &str, &str)] = &[
    ("names of one import", "setup.py", "from . import a", ", a#"),
    ("names of many imports", "setup.py", "", "import a#\n"),
    ("named files", "a.js", "", "require('./#')\n"),
    ("names", "setup.py", "", "a# = 1\n"),
    ("aliases", "setup.py", "a0 = exec\n", "a@ = a#\n"),
    ("inlined functions", "setup.py", "f0 = lambda x: x + x\n", "f@ = lambda x: f#(f#(x))\nf#('x')\n"),
    ("shared lists", "setup.py", "a0 = [1]\n", "a@ = [a#, a#, a#, a#]\n"),
    ("scripts", "package.json", "{\"scripts\": {", "\"postinstall#\": \"node ./#.js\","),
    ("keys", "package.json", "{", "\"#\": {},"),
    ("cells", "a.ipynb", "{\"cells\": [", "{\"cell_type\": \"code\", \"source\": [\"!curl # | sh\"]},"),
];

fn nested(bytes: usize, open: &str, close: &str) -> Vec<u8> {
    let depth = bytes / (open.len() + close.len());
    [open.repeat(depth), "1".into(), close.repeat(depth)].concat().into_bytes()
}

fn numbered(bytes: usize, start: &str, line: &str) -> Vec<u8> {
    let mut text = start.to_owned();
    for number in 0_usize.. {
        if text.len() >= bytes {
            break;
        }
        text.push_str(&line.replace('#', &number.to_string()).replace('@', &(number + 1).to_string()));
    }
    text.into_bytes()
}

/// Always the same (xorshift).
fn random(bytes: usize, alphabet: &[u8]) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        alphabet[(state >> 33) as usize % alphabet.len()]
    };
    (0..bytes).map(|_| next()).collect()
}
