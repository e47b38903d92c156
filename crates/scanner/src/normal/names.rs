//! Identifiers as they are read: compatibility forms and look-alike letters as ASCII.

use unicode_normalization::UnicodeNormalization;

/// Letters that NFKC leaves and that look like the ASCII letter after them: Cyrillic, Greek, Armenian, Latin, Cherokee.
const LOOK_ALIKES: &[(&str, char)] = &[
    ("аαɑа", 'a'),
    ("Ьƅ", 'b'),
    ("сϲᴄ", 'c'),
    ("ԁɗ", 'd'),
    ("еҽєɘ", 'e'),
    ("ғ", 'f'),
    ("ɡց", 'g'),
    ("һհ", 'h'),
    ("іιıɩ", 'i'),
    ("јϳ", 'j'),
    ("κк", 'k'),
    ("ӏǀ", 'l'),
    ("ոռ", 'n'),
    ("оοօσ", 'o'),
    ("рρ", 'p'),
    ("ԛգ", 'q'),
    ("гᴦ", 'r'),
    ("ѕꜱ", 's'),
    ("тτ", 't'),
    ("υսʋ", 'u'),
    ("ѵνᴠ", 'v'),
    ("ԝա", 'w'),
    ("хχ", 'x'),
    ("уүγ", 'y'),
    ("ᴢ", 'z'),
    ("АΑᎪ", 'A'),
    ("ВΒᏴ", 'B'),
    ("СϹᏟ", 'C'),
    ("ᎠᏧ", 'D'),
    ("ЕΕᎬ", 'E'),
    ("Ϝ", 'F'),
    ("ԌᏀ", 'G'),
    ("НΗᎻ", 'H'),
    ("ІΙӀ", 'I'),
    ("ЈᎫ", 'J'),
    ("КΚᏦ", 'K'),
    ("Ꮮ", 'L'),
    ("МΜᎷ", 'M'),
    ("Ν", 'N'),
    ("ОΟՕ", 'O'),
    ("РΡᏢ", 'P'),
    ("ԚႭ", 'Q'),
    ("ᎡᏒ", 'R'),
    ("ЅᏚՏ", 'S'),
    ("ТΤᎢ", 'T'),
    ("ՍՄ", 'U'),
    ("ѴᏙ", 'V'),
    ("ԜᎳ", 'W'),
    ("ХΧ", 'X'),
    ("УΥҮ", 'Y'),
    ("ΖᏃ", 'Z'),
];

/// The identifier in the form in which the language compares it (PEP 3131, NFKC).
pub(super) fn compared(identifier: &str) -> String {
    identifier.nfkc().collect()
}

/// The identifier as a person reads it: in ASCII if each of its letters looks like an ASCII letter, else in NFKC.
pub(super) fn fold(identifier: &str) -> String {
    if identifier.is_ascii() {
        return identifier.to_owned();
    }
    let compared = compared(identifier);
    let folded: Option<String> = compared.chars().map(ascii).collect();
    folded.unwrap_or(compared)
}

fn ascii(letter: char) -> Option<char> {
    if letter.is_ascii() {
        return Some(letter);
    }
    LOOK_ALIKES.iter().find(|(alike, _)| alike.contains(letter)).map(|(_, ascii)| *ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alike_letters_are_read_as_ascii() {
        let cases = [
            ("\u{435}xec", "exec"),
            ("\u{1d4ee}\u{1d4ed}", "ed"),
            ("\u{ff45}\u{ff56}\u{ff41}\u{ff4c}", "eval"),
            ("\u{3bf}s", "os"),
            ("größe", "größe"),
        ];
        for (identifier, expected) in cases {
            assert_eq!(fold(identifier), expected);
        }
    }
}
