use crate::{Limits, Violation};

/// Checks a member's path, given without a trailing slash, and returns it as text.
pub(crate) fn check<'p>(raw: &'p [u8], limits: &Limits) -> Result<&'p str, Violation> {
    if raw.contains(&0) {
        return Err(Violation::NulInPath(raw.into()));
    }
    if raw.len() > limits.path_bytes {
        return Err(Violation::PathTooLong(raw.into()));
    }
    let path = std::str::from_utf8(raw).map_err(|_| Violation::NotUtf8(raw.into()))?;
    check_characters(path)?;
    check_root(path)?;
    for component in path.split('/') {
        check_component(path, component)?;
    }
    if path.split('/').count() > limits.depth { Err(Violation::TooDeep(path.into())) } else { Ok(path) }
}

fn check_characters(path: &str) -> Result<(), Violation> {
    for c in path.chars() {
        if c == '\\' {
            return Err(Violation::Backslash(path.into()));
        }
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            return Err(Violation::ControlCharacter(path.into()));
        }
        if is_bidi_control(c) {
            return Err(Violation::BidiCharacter(path.into()));
        }
        if is_invisible(c) {
            return Err(Violation::InvisibleCharacter(path.into()));
        }
    }
    Ok(())
}

fn check_root(path: &str) -> Result<(), Violation> {
    if path.is_empty() {
        return Err(Violation::EmptyPath(path.into()));
    }
    if path.starts_with("//") {
        return Err(Violation::UncPath(path.into()));
    }
    if path.starts_with('/') {
        return Err(Violation::AbsolutePath(path.into()));
    }
    if is_drive(path) {
        return Err(Violation::DrivePath(path.into()));
    }
    // `name:stream` is an alternate data stream on NTFS; Python's zipfile writes `name_stream` instead.
    if path.contains(':') { Err(Violation::StreamPath(path.into())) } else { Ok(()) }
}

/// Whether the path starts with a Windows drive, `C:`.
pub(crate) fn is_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

fn check_component(path: &str, component: &str) -> Result<(), Violation> {
    match component {
        ".." => Err(Violation::ParentPath(path.into())),
        "" | "." => Err(Violation::DotPath(path.into())),
        _ if component.ends_with(['.', ' ']) => Err(Violation::TrailingDotOrSpace(path.into())),
        _ if component.ends_with('!') => Err(Violation::ArchiveMark(path.into())),
        _ if has_version(component) => Err(Violation::VersionSuffix(path.into())),
        _ if is_device(component) => Err(Violation::DeviceName(path.into())),
        _ => Ok(()),
    }
}

/// Device names of Windows, exactly. With an extension (`aux.c`) they are ordinary files to every reader, and honest C
/// sources hold such; older Windows alone cannot create them.
fn is_device(component: &str) -> bool {
    let upper = component.to_uppercase();
    match upper.as_str() {
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$" => true,
        _ => upper.strip_prefix("COM").or_else(|| upper.strip_prefix("LPT")).is_some_and(|digit| {
            matches!(digit, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        }),
    }
}

/// Controls of the bidirectional algorithm (UAX #9): a name that shows another order than it has.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Characters that are shown as nothing. Variation selectors are not here, for honest emoji names hold them: they are
/// dropped where names are compared.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00ad}' | '\u{034f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{3164}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Variation selectors choose a glyph and carry no meaning.
pub(crate) fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}')
}

/// `name;1` is a file's version on VMS: Info-ZIP drops it.
fn has_version(component: &str) -> bool {
    component.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with(';')
}
