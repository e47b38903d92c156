//! Functions and methods of constants, computed.

use super::super::budget::Budget;
use super::super::value::Value;
use super::super::{codec, fold};
use super::iterable;

/// What the function `name` returns for constant arguments.
pub(in super::super) fn function<'t>(
    budget: &Budget,
    name: &str,
    arguments: &[Option<Value<'t>>],
) -> Option<Value<'t>> {
    let argument = |index: usize| arguments.get(index).and_then(Option::as_ref);
    let text = |index: usize| argument(index).and_then(Value::as_text);
    match name {
        "String.fromCharCode" | "String.fromCodePoint" => {
            let letter =
                |value: &Option<Value<'t>>| char::from_u32(u32::try_from(value.as_ref()?.as_int()?).ok()?);
            fold::made(budget, arguments.iter().map(letter).collect::<Option<_>>()?)
        }
        "atob" => {
            let bytes = codec::base64(argument(0)?.as_bytes()?)?;
            match String::from_utf8(bytes) {
                Ok(text) => fold::made(budget, text),
                Err(error) => fold::made(budget, error.into_bytes().into_iter().map(char::from).collect()),
            }
        }
        "Buffer.from" | "Buffer" => match argument(0)? {
            list if list.as_list().is_some() => fold::bytes_of(budget, list.as_list()?),
            value => match text(1) {
                Some(encoding) if ["base64", "base64url", "hex"].contains(&encoding) => {
                    fold::decoded(budget, value, encoding)
                }
                _ => fold::made_bytes(budget, value.as_bytes()?.to_vec()),
            },
        },
        "unescape" | "decodeURIComponent" | "decodeURI" => fold::made(budget, codec::percent(text(0)?)?),
        "parseInt" | "Number" => match argument(0)?.as_int() {
            Some(int) => Some(Value::Int(int)),
            None => {
                let radix = argument(1)
                    .and_then(Value::as_int)
                    .and_then(|radix| u32::try_from(radix).ok())
                    .unwrap_or(10);
                let digits = text(0)?.trim();
                let hexadecimal = digits.strip_prefix("0x").filter(|_| radix == 16 || arguments.len() == 1);
                let (digits, radix) = hexadecimal.map_or((digits, radix), |digits| (digits, 16));
                (2..=36).contains(&radix).then(|| i64::from_str_radix(digits, radix).ok().map(Value::Int))?
            }
        },
        "String" => super::super::format::shown(argument(0)?).map(Value::text),
        "Array.from" => Value::list(fold::elements(budget, argument(0)?, 1 << 20)?),
        _ => None,
    }
}

/// Whether a decoding call stays in sight with what it decodes to: one that decodes more than a name.
pub(super) fn is_kept(name: &str, arguments: &[Option<Value<'_>>]) -> bool {
    let encoding = arguments.get(1).and_then(|value| value.as_ref()?.as_text());
    let length = arguments.first().and_then(|value| Some(value.as_ref()?.as_bytes()?.len()));
    match name {
        "atob" => true,
        "Buffer.from" | "Buffer" => encoding.is_some_and(|encoding| {
            encoding.starts_with("base64") || (encoding == "hex" && length > Some(32))
        }),
        _ => false,
    }
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
        bytes @ Value::Bytes(_) if name == "toString" => match argument(0).map(Value::as_text) {
            None if arguments.is_empty() => fold::decoded(budget, bytes, "utf8"),
            encoding => match encoding?? {
                "hex" => fold::made(budget, hex::encode(bytes.as_bytes()?)),
                encoding @ ("utf8" | "utf-8" | "ascii" | "latin1" | "binary" | "utf16le" | "ucs2") => {
                    fold::decoded(budget, bytes, encoding)
                }
                _ => None,
            },
        },
        Value::List(list) => list_method(budget, receiver, &list.elements, (name, arguments)),
        Value::Int(int) if name == "toString" => match argument(0).and_then(Value::as_int) {
            Some(16) => Some(Value::text(format!("{int:x}"))),
            Some(36) => in_base_36(*int).map(Value::text),
            None if arguments.is_empty() => Some(Value::text(int.to_string())),
            _ => None,
        },
        _ => None,
    }
}

fn in_base_36(int: i64) -> Option<String> {
    let mut rest = u32::try_from(int).ok()?;
    let mut digits = Vec::new();
    while rest > 0 || digits.is_empty() {
        digits.push(char::from_digit(rest % 36, 36)?);
        rest /= 36;
    }
    Some(digits.into_iter().rev().collect())
}

fn list_method<'t>(
    budget: &Budget,
    receiver: &Value<'t>,
    elements: &[Option<Value<'t>>],
    (name, arguments): (&str, &[Option<Value<'t>>]),
) -> Option<Value<'t>> {
    let argument = |index: usize| arguments.get(index).and_then(Option::as_ref);
    match name {
        "join" => {
            let separator = if arguments.is_empty() { "," } else { argument(0)?.as_text()? };
            fold::joined(budget, separator, elements)
        }
        "reverse" => {
            let mut elements = iterable(budget, receiver)?;
            elements.reverse();
            Value::list(elements)
        }
        "concat" => {
            let mut elements = iterable(budget, receiver)?;
            elements.extend(iterable(budget, argument(0)?)?);
            Value::list(elements)
        }
        "slice" => sliced(budget, receiver, arguments),
        "at" => fold::indexed(receiver, argument(0)?.as_int()?),
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
    let int = |index: usize| argument(index).and_then(Value::as_int);
    let value = || Value::text(text);
    let made = |text: String| fold::made(budget, text);
    match name {
        "split" => {
            let separator = argument(0)?.as_text()?;
            if separator.is_empty() {
                return Value::list(fold::elements(budget, &value(), 1 << 20)?);
            }
            budget.compute(text.len())?;
            Value::list(text.split(separator).map(Value::text).map(Some).collect())
        }
        "replace" | "replaceAll" => {
            let to = argument(1)?.as_text()?;
            let (from, everywhere) = pattern(argument(0)?, name == "replaceAll")?;
            let growth = text.len() * to.len() / from.len().max(1);
            if from.is_empty() || to.contains('$') || growth > 4 * fold::MAX_CONSTANT {
                return None;
            }
            made(if everywhere { text.replace(&from, to) } else { text.replacen(&from, to, 1) })
        }
        "concat" => {
            let mut longer = text.to_owned();
            for argument in arguments {
                longer.push_str(argument.as_ref()?.as_text()?);
            }
            made(longer)
        }
        "toLowerCase" => made(text.to_lowercase()),
        "toUpperCase" => made(text.to_uppercase()),
        "trim" => made(text.trim().to_owned()),
        "toString" | "valueOf" if arguments.is_empty() => made(text.to_owned()),
        "repeat" => {
            let count = usize::try_from(int(0)?).ok()?;
            (text.len().checked_mul(count)? <= 65_536).then(|| made(text.repeat(count)))?
        }
        "charAt" | "at" => fold::indexed(&value(), int(0).unwrap_or(0)),
        "charCodeAt" | "codePointAt" => {
            let letter = text.chars().nth(usize::try_from(int(0).unwrap_or(0)).ok()?)?;
            Some(Value::Int(i64::from(u32::from(letter))))
        }
        "slice" | "substring" => sliced(budget, &value(), arguments),
        "substr" => {
            let (from, length) = (int(0)?, int(1).unwrap_or(i64::from(u32::MAX)));
            let to = if from < 0 && from.checked_add(length)? >= 0 {
                None
            } else {
                Some(from.checked_add(length)?)
            };
            fold::sliced(budget, &value(), [Some(from), to, None])
        }
        _ => None,
    }
}

fn sliced<'t>(budget: &Budget, value: &Value<'t>, arguments: &[Option<Value<'t>>]) -> Option<Value<'t>> {
    let mut bounds = [None, None, None];
    for (bound, argument) in bounds.iter_mut().zip(arguments).take(2) {
        *bound = Some(argument.as_ref()?.as_int()?);
    }
    fold::sliced(budget, value, bounds)
}

/// What a pattern of `replace` looks for, if it is a string or an expression without special characters.
fn pattern(value: &Value<'_>, everywhere: bool) -> Option<(String, bool)> {
    match value {
        Value::Text(text) => Some((text.to_string(), everywhere)),
        Value::Pattern(source) => {
            let (pattern, flags) = source.strip_prefix('/')?.rsplit_once('/')?;
            let is_plain =
                !pattern.contains(['.', '*', '+', '?', '[', ']', '(', ')', '{', '}', '|', '^', '$', '\\']);
            (is_plain && !flags.contains('i')).then(|| (pattern.to_owned(), flags.contains('g')))
        }
        _ => None,
    }
}
