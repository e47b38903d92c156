//! Functions and methods of constants, computed.

use super::super::budget::Budget;
use super::super::value::Value;
use super::super::{codec, fold, format};
use super::iterable;

/// Elements that `range` may have.
const MAX_RANGE: i64 = 65_536;

/// What the function `name` returns for constant arguments.
pub(in super::super) fn function<'t>(
    budget: &Budget,
    name: &str,
    arguments: &[Option<Value<'t>>],
) -> Option<Value<'t>> {
    let argument = |index: usize| arguments.get(index).and_then(Option::as_ref);
    let int = |index: usize| argument(index).and_then(Value::as_int);
    let text = |index: usize| argument(index).and_then(Value::as_text);
    match name {
        "chr" | "unichr" => fold::letter(int(0)?),
        "ord" => text(0)
            .and_then(|text| text.chars().next())
            .map(|letter| Value::Int(i64::from(u32::from(letter)))),
        "len" => length(argument(0)?),
        "int" => integer(argument(0)?, int(1)),
        "hex" => Some(Value::text(format!("{:#x}", int(0)?))),
        "oct" => Some(Value::text(format!("{:#o}", int(0)?))),
        "bin" => Some(Value::text(format!("{:#b}", int(0)?))),
        "abs" => int(0)?.checked_abs().map(Value::Int),
        "str" | "str.format" if arguments.len() >= 2 && name == "str" => {
            fold::decoded(budget, argument(0)?, text(1)?)
        }
        "str" => format::shown(argument(0)?).map(Value::text),
        "bytes" | "bytearray" => match argument(0)? {
            value if value.as_text().is_some() => fold::made_bytes(budget, value.as_bytes()?.to_vec()),
            value if value.as_bytes().is_some() => value.clone().into_constant(),
            value => fold::bytes_of(budget, value.as_list()?),
        },
        "list" | "tuple" | "iter" => Value::list(iterable(budget, argument(0)?)?),
        "reversed" => {
            let mut elements = iterable(budget, argument(0)?)?;
            elements.reverse();
            Value::list(elements)
        }
        "enumerate" => {
            let numbered =
                |(index, element)| Value::list(vec![Some(Value::Int(i64::try_from(index).ok()?)), element]);
            Value::list(iterable(budget, argument(0)?)?.into_iter().enumerate().map(numbered).collect())
        }
        "zip" if arguments.len() == 2 => {
            let (left, right) = (iterable(budget, argument(0)?)?, iterable(budget, argument(1)?)?);
            Value::list(
                left.into_iter().zip(right).map(|(left, right)| Value::list(vec![left, right])).collect(),
            )
        }
        "range" | "xrange" => range(budget, arguments),
        "str.join" | "''.join" => fold::joined(budget, text(0)?, &iterable(budget, argument(1)?)?),
        "codecs.decode" => fold::decoded(budget, argument(0)?, text(1).unwrap_or("utf-8")),
        "codecs.encode" if text(1) == Some("rot13") || text(1) == Some("rot_13") => {
            fold::made(budget, codec::rot13(text(0)?))
        }
        "base64.b64decode"
        | "base64.urlsafe_b64decode"
        | "base64.standard_b64decode"
        | "base64.decodebytes"
        | "base64.decodestring"
        | "binascii.a2b_base64" => fold::made_bytes(budget, codec::base64(argument(0)?.as_bytes()?)?),
        "base64.b32decode" => fold::made_bytes(budget, codec::base32(argument(0)?.as_bytes()?)?),
        "bytes.fromhex" | "bytearray.fromhex" | "binascii.unhexlify" | "binascii.a2b_hex"
        | "base64.b16decode" => fold::made_bytes(budget, codec::hexadecimal(argument(0)?.as_bytes()?)?),
        "urllib.parse.unquote" | "urllib.unquote" => fold::made(budget, codec::percent(text(0)?)?),
        _ => None,
    }
}

/// Whether a decoding call stays in sight with what it decodes to: one that decodes more than a name.
pub(super) fn is_kept(name: &str, arguments: &[Option<Value<'_>>]) -> bool {
    let is_hexadecimal = name.ends_with("fromhex") || name.ends_with("hexlify") || name.ends_with("a2b_hex");
    let length = arguments.first().and_then(|value| Some(value.as_ref()?.as_bytes()?.len()));
    (name.starts_with("base64.") || name == "binascii.a2b_base64") || (is_hexadecimal && length > Some(32))
}

/// What a method of a constant returns for constant arguments.
pub(super) fn method<'t>(
    budget: &Budget,
    receiver: &Value<'t>,
    name: &str,
    arguments: &[Option<Value<'t>>],
) -> Option<Value<'t>> {
    let argument = |index: usize| arguments.get(index).and_then(Option::as_ref);
    match receiver.constant()? {
        Value::Text(text) => text_method(budget, text, name, arguments),
        Value::Bytes(bytes) => match name {
            "decode" => {
                fold::decoded(budget, receiver, argument(0).and_then(Value::as_text).unwrap_or("utf-8"))
            }
            "hex" => fold::made(budget, hex::encode(&bytes[..])),
            "strip" | "rstrip" => fold::made_bytes(budget, bytes.trim_ascii().to_vec()),
            "replace" => {
                let text = std::str::from_utf8(bytes).ok()?;
                let (from, to) = (argument(0)?.as_bytes()?, argument(1)?.as_bytes()?);
                let replaced =
                    replaced(budget, text, std::str::from_utf8(from).ok()?, std::str::from_utf8(to).ok()?)?;
                fold::made_bytes(budget, replaced.into_bytes())
            }
            _ => None,
        },
        value @ Value::List(_) if name == "__getitem__" => fold::indexed(value, argument(0)?.as_int()?),
        _ => None,
    }
}

fn text_method<'t>(
    budget: &Budget,
    text: &str,
    name: &str,
    arguments: &[Option<Value<'t>>],
) -> Option<Value<'t>> {
    let argument = |index: usize| arguments.get(index).and_then(Option::as_ref);
    let made = |text: String| fold::made(budget, text);
    match name {
        "join" => fold::joined(budget, text, &iterable(budget, argument(0)?)?),
        "replace" => made(replaced(budget, text, argument(0)?.as_text()?, argument(1)?.as_text()?)?),
        "format" => made(format::braces(text, arguments)?),
        "decode" => fold::decoded(budget, &Value::text(text), argument(0)?.as_text()?),
        "encode" => fold::made_bytes(budget, text.as_bytes().to_vec()),
        "lower" | "casefold" => made(text.to_lowercase()),
        "upper" => made(text.to_uppercase()),
        "swapcase" => made(text.chars().map(swapped).collect()),
        "strip" | "lstrip" | "rstrip" => stripped(text, name, arguments).map(Value::text),
        "split" => {
            let parts: Vec<_> = match argument(0) {
                Some(separator) => text
                    .split(Some(separator.as_text()?).filter(|text| !text.is_empty())?)
                    .map(Value::text)
                    .map(Some)
                    .collect(),
                None if arguments.is_empty() => text.split_whitespace().map(Value::text).map(Some).collect(),
                None => return None,
            };
            budget.compute(parts.len() * 64)?;
            Value::list(parts)
        }
        "__add__" => made(format!("{text}{}", argument(0)?.as_text()?)),
        "__str__" => made(text.to_owned()),
        "__getitem__" => fold::indexed(&Value::text(text), argument(0)?.as_int()?),
        _ => None,
    }
}

/// `text` with `from` replaced; an empty `from` and growth past what helps are not computed.
fn replaced(budget: &Budget, text: &str, from: &str, to: &str) -> Option<String> {
    let growth = text.len() * to.len() / from.len().max(1);
    budget.compute(text.len() + from.len() + to.len())?;
    (!from.is_empty() && growth <= 4 * fold::MAX_CONSTANT).then(|| text.replace(from, to))
}

fn stripped<'a>(text: &'a str, name: &str, arguments: &[Option<Value<'_>>]) -> Option<&'a str> {
    let letters = match arguments.first() {
        Some(letters) => Some(letters.as_ref()?.as_text()?),
        None => None,
    };
    let is_stripped =
        |letter: char| letters.map_or(letter.is_whitespace(), |letters| letters.contains(letter));
    let text = if name == "rstrip" { text } else { text.trim_start_matches(is_stripped) };
    Some(if name == "lstrip" { text } else { text.trim_end_matches(is_stripped) })
}

fn swapped(letter: char) -> char {
    if letter.is_ascii_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
}

fn length<'t>(value: &Value<'t>) -> Option<Value<'t>> {
    let length = match value.constant()? {
        Value::Text(text) => text.chars().count(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(list) => list.elements.len(),
        _ => return None,
    };
    i64::try_from(length).ok().map(Value::Int)
}

fn integer<'t>(value: &Value<'t>, base: Option<i64>) -> Option<Value<'t>> {
    if let Some(int) = value.as_int() {
        return Some(Value::Int(int));
    }
    let text = value.as_text()?.trim().to_ascii_lowercase();
    let base = u32::try_from(base.unwrap_or(10)).ok()?;
    let digits = match base {
        0 => return super::super::literal::integer(&text).map(Value::Int),
        16 => text.trim_start_matches("0x"),
        8 => text.trim_start_matches("0o"),
        2 => text.trim_start_matches("0b"),
        _ => &text,
    };
    (2..=36).contains(&base).then(|| i64::from_str_radix(digits, base).ok().map(Value::Int))?
}

fn range<'t>(budget: &Budget, arguments: &[Option<Value<'t>>]) -> Option<Value<'t>> {
    let ints: Vec<i64> = arguments.iter().map(|value| value.as_ref()?.as_int()).collect::<Option<_>>()?;
    let (from, to, step) = match ints[..] {
        [to] => (0, to, 1),
        [from, to] => (from, to, 1),
        [from, to, step] => (from, to, step),
        _ => return None,
    };
    if step == 0 || to.checked_sub(from)?.checked_div(step)? > MAX_RANGE {
        return None;
    }
    let mut ints = Vec::new();
    let mut at = from;
    while if step > 0 { at < to } else { at > to } {
        ints.push(Some(Value::Int(at)));
        at = at.checked_add(step)?;
    }
    budget.compute(ints.len() * 32)?;
    Value::list(ints)
}
