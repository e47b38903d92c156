//! Packet lines: each with its length in four hexadecimal digits. <https://git-scm.com/docs/protocol-common>

/// One line as it is sent.
pub(crate) fn line(text: &str) -> Vec<u8> {
    format!("{:04x}{text}", text.len() + 4).into_bytes()
}

/// Ends a list of lines.
pub(crate) const FLUSH: &[u8] = b"0000";

/// The bytes are no packet lines.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not in git's packet lines")]
pub(crate) struct NoPacket;

/// Takes the lines up to the next flush off `bytes`, without their line feeds.
pub(crate) fn take_list<'b>(bytes: &mut &'b [u8]) -> Result<Vec<&'b str>, NoPacket> {
    let mut lines = Vec::new();
    while let Some(line) = take(bytes)? {
        lines.push(line);
    }
    Ok(lines)
}

fn take<'b>(bytes: &mut &'b [u8]) -> Result<Option<&'b str>, NoPacket> {
    let (digits, rest) = bytes.split_at_checked(4).ok_or(NoPacket)?;
    let hexadecimal = digits.iter().all(u8::is_ascii_hexdigit);
    let digits = std::str::from_utf8(digits).ok().filter(|_| hexadecimal).ok_or(NoPacket)?;
    let length = match usize::from_str_radix(digits, 16).map_err(|_| NoPacket)? {
        0 => {
            *bytes = rest;
            return Ok(None);
        }
        length => length.checked_sub(4).ok_or(NoPacket)?,
    };
    let (line, rest) = rest.split_at_checked(length).ok_or(NoPacket)?;
    *bytes = rest;
    let line = std::str::from_utf8(line).map_err(|_| NoPacket)?;
    Ok(Some(line.strip_suffix('\n').unwrap_or(line)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn refuses_what_is_cut_or_no_length() {
        for wrong in
            ["", "000", "0005", "0001", "0003", "+005a", "0x5a", "zzzz", "0005a", "0005\u{7f}", "0006é"]
        {
            assert_eq!(take_list(&mut wrong.as_bytes()), Err(NoPacket), "{wrong:?}");
        }
        assert_eq!(take_list(&mut &b"0005\xff0000"[..]), Err(NoPacket));
    }

    proptest! {
        #[test]
        fn reads_what_it_writes(texts in proptest::collection::vec("[^\n]{0,40}", 0..5), more in ".{0,9}") {
            let mut bytes: Vec<u8> = texts.iter().flat_map(|text| line(&format!("{text}\n"))).collect();
            bytes.extend(FLUSH);
            bytes.extend(more.as_bytes());
            let mut rest = bytes.as_slice();
            prop_assert_eq!(take_list(&mut rest).unwrap(), texts);
            prop_assert_eq!(rest, more.as_bytes());
        }
    }
}
