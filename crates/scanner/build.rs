//! Compiles the rules that come with Airlock, lists their text, and names the sources of the engine by a digest, so that
//! a decision can name what it rests on. YARA-X is built a second time for it, for the host: compiling the rules takes half a
//! second, which no start should cost.

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

#[path = "src/compile.rs"]
mod compile;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=rules");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let mut ids = names(&root.join("rules"))?;
    // A folder without a rule is told by the test of the rules.
    ids.retain(|id| root.join("rules").join(id).join("rule.yar").is_file());
    let mut list = String::from("&[\n");
    let mut texts = Vec::new();
    for id in &ids {
        let file = format!("rules/{id}/rule.yar");
        let path = root.join(&file);
        texts.push(fs::read_to_string(&path)?);
        writeln!(list, "    ({id:?}, {file:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    list.push(']');
    fs::write(Path::new(&out).join("rules.rs"), list)?;
    let pairs: Vec<_> = ids.iter().zip(&texts).map(|(id, text)| (id.as_str(), text.as_str())).collect();
    for group in compile::Group::ALL {
        let compiled = group.compile(&pairs).map_err(|problem| {
            let id = problem.source.map_or("candidates.yar", |source| &ids[source]);
            io::Error::other(format!("rule {id} near byte {}: {}", problem.near, problem.text))
        })?;
        let file = fs::File::create(Path::new(&out).join(format!("{group:?}.rules")))?;
        compiled.serialize_into(file).map_err(io::Error::other)?;
    }
    // What a report says depends on these too.
    let mut sources = FNV_OFFSET;
    for folder in ["src", "../archive/src", "../domain/src"] {
        println!("cargo::rerun-if-changed={folder}");
        sources = digest(&root.join(folder), sources)?;
    }
    println!("cargo::rustc-env=AIRLOCK_SCANNER_SOURCES={sources:016x}");
    Ok(())
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<io::Result<Vec<String>>>()?;
    names.sort();
    Ok(names)
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a over every file's name and content: it tells versions apart, and withstands nobody.
fn digest(folder: &Path, mut state: u64) -> io::Result<u64> {
    for name in names(folder)? {
        let path = folder.join(&name);
        let content = if path.is_dir() { Vec::new() } else { fs::read(&path)? };
        for byte in name.bytes().chain(content) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if path.is_dir() {
            state = digest(&path, state)?;
        }
    }
    Ok(state)
}
