//! Lists the rules' text for `include_str!`. It does not compile them: a build script that used YARA-X would build
//! the whole engine a second time, for the host.

use std::{env, fmt::Write as _, fs, io, path::Path};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=rules");
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let mut ids = fs::read_dir(Path::new(&root).join("rules"))?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<Vec<String>>>()?;
    ids.sort();
    let mut list = String::from("&[\n");
    for id in ids {
        let file = format!("rules/{id}/rule.yar");
        let text = Path::new(&root).join(&file);
        writeln!(list, "    ({id:?}, {file:?}, include_str!({text:?})),").map_err(io::Error::other)?;
    }
    list.push(']');
    fs::write(Path::new(&out).join("rules.rs"), list)
}
