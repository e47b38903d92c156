//! Constants computed: operators, and the methods that both languages have on strings and lists.

use super::budget::Budget;
use super::value::Value;
use super::{Language, codec, format};

/// Bytes that a computed constant may have; a longer one is not known.
pub(super) const MAX_CONSTANT: usize = 1024 * 1024;
/// Bytes that repetition may make: what is longer holds no payload that was not there before.
const MAX_REPEATED: usize = 64 * 1024;

/// The value of `left operator right`. Takes `left` by value so that a chain of concatenations grows in place.
pub(super) fn binary<'t>(
    budget: &Budget,
    language: Language,
    (left, operator, right): (Value<'t>, &str, &Value<'t>),
) -> Option<Value<'t>> {
    match (left.into_constant()?, right.constant()?) {
        (Value::Int(left), Value::Int(right)) => integers(language, left, operator, *right).map(Value::Int),
        (Value::Text(mut left), Value::Text(right)) if operator == "+" => {
            budget.compute(right.len())?;
            if left.len() + right.len() > MAX_CONSTANT {
                return None;
            }
            match std::rc::Rc::get_mut(&mut left) {
                Some(text) => text.push_str(right),
                None => {
                    budget.compute(left.len())?;
                    left = std::rc::Rc::new(format!("{left}{right}"));
                }
            }
            Some(Value::Text(left))
        }
        (Value::Text(left), Value::Int(right)) if operator == "+" && language != Language::Python => {
            made(budget, format!("{left}{right}"))
        }
        (Value::Int(left), Value::Text(right)) if operator == "+" && language != Language::Python => {
            made(budget, format!("{left}{right}"))
        }
        (Value::Bytes(left), Value::Bytes(right)) if operator == "+" => {
            budget.compute(left.len() + right.len())?;
            (left.len() + right.len() <= MAX_CONSTANT).then(|| Value::bytes([&left[..], &right[..]].concat()))
        }
        (Value::List(left), Value::List(right)) if operator == "+" && language == Language::Python => {
            budget.compute((left.elements.len() + right.elements.len()) * size_of::<Option<Value<'_>>>())?;
            Value::list([&left.elements[..], &right.elements[..]].concat())
        }
        (Value::Text(text), Value::Int(count)) if operator == "*" && language == Language::Python => {
            repeated(budget, &text, *count)
        }
        (Value::Int(count), Value::Text(text)) if operator == "*" && language == Language::Python => {
            repeated(budget, text, count)
        }
        (Value::Text(template), arguments) if operator == "%" && language == Language::Python => {
            let one = [Some(arguments.clone())];
            made(budget, format::percent(&template, arguments.as_list().unwrap_or(&one))?)
        }
        _ => None,
    }
}

fn repeated<'t>(budget: &Budget, text: &str, count: i64) -> Option<Value<'t>> {
    let count = usize::try_from(count).unwrap_or(0);
    (text.len().checked_mul(count)? <= MAX_REPEATED).then(|| made(budget, text.repeat(count)))?
}

fn integers(language: Language, left: i64, operator: &str, right: i64) -> Option<i64> {
    let shift = || u32::try_from(right).ok().filter(|by| *by < 63);
    match operator {
        "+" => left.checked_add(right),
        "-" => left.checked_sub(right),
        "*" => left.checked_mul(right),
        "//" if language == Language::Python => {
            let quotient = left.checked_div(right)?;
            Some(if left % right != 0 && (left < 0) != (right < 0) { quotient - 1 } else { quotient })
        }
        "/" if right != 0 && left.checked_rem(right)? == 0 => left.checked_div(right),
        "%" if language == Language::Python => {
            left.checked_rem(right)?.checked_add(right)?.checked_rem(right)
        }
        "%" => left.checked_rem(right),
        "**" => left.checked_pow(u32::try_from(right).ok()?),
        "&" => Some(left & right),
        "|" => Some(left | right),
        "^" => Some(left ^ right),
        "<<" => left.checked_mul(1_i64.checked_shl(shift()?)?),
        ">>" => Some(left >> shift()?),
        _ => None,
    }
}

/// A computed string, if the budget has the bytes for it.
pub(super) fn made<'t>(budget: &Budget, text: String) -> Option<Value<'t>> {
    budget.compute(text.len())?;
    (text.len() <= MAX_CONSTANT).then(|| Value::text(text))
}

/// Computed bytes, if the budget has the bytes for them.
pub(super) fn made_bytes<'t>(budget: &Budget, bytes: Vec<u8>) -> Option<Value<'t>> {
    budget.compute(bytes.len())?;
    (bytes.len() <= MAX_CONSTANT).then(|| Value::bytes(bytes))
}

/// The elements with `separator` between them.
pub(super) fn joined<'t>(
    budget: &Budget,
    separator: &str,
    elements: &[Option<Value<'t>>],
) -> Option<Value<'t>> {
    let mut text = String::new();
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            text.push_str(separator);
        }
        text.push_str(&format::shown(element.as_ref()?)?);
        (text.len() <= MAX_CONSTANT).then_some(())?;
    }
    made(budget, text)
}

/// The letters of a string, the numbers of bytes or the elements of a list, as a list of at most `limit`.
pub(super) fn elements<'t>(
    budget: &Budget,
    value: &Value<'t>,
    limit: usize,
) -> Option<Vec<Option<Value<'t>>>> {
    let elements: Vec<_> = match value.constant()? {
        Value::Text(text) if text.len() <= limit => {
            text.chars().map(|letter| Some(Value::text(letter.to_string()))).collect()
        }
        Value::Bytes(bytes) if bytes.len() <= limit => {
            bytes.iter().map(|byte| Some(Value::Int(i64::from(*byte)))).collect()
        }
        Value::List(list) if list.elements.len() <= limit => list.elements.clone(),
        _ => return None,
    };
    budget.compute(elements.len() * 64)?;
    Some(elements)
}

/// `value[from:to:step]` with Python's meaning of missing and negative numbers.
pub(super) fn sliced<'t>(budget: &Budget, value: &Value<'t>, slice: [Option<i64>; 3]) -> Option<Value<'t>> {
    match value.constant()? {
        Value::Text(text) => {
            budget.compute(text.len() * 4)?;
            let letters: Vec<char> = text.chars().collect();
            Some(Value::text(picked(&letters, slice)?.into_iter().collect::<String>()))
        }
        Value::Bytes(bytes) => made_bytes(budget, picked(bytes, slice)?),
        Value::List(list) => {
            budget.compute(list.elements.len() * 24)?;
            Value::list(picked(&list.elements, slice)?)
        }
        _ => None,
    }
}

fn picked<T: Clone>(items: &[T], [from, to, step]: [Option<i64>; 3]) -> Option<Vec<T>> {
    let length = i64::try_from(items.len()).ok()?;
    let step = step.unwrap_or(1);
    let (low, high) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let bound = |at: i64| (if at < 0 { at.saturating_add(length) } else { at }).clamp(low, high);
    let (first, last) = if step > 0 { (low, high) } else { (high, low) };
    let (mut at, end) = (from.map_or(first, bound), to.map_or(last, bound));
    let mut taken = Vec::new();
    while step != 0 && if step > 0 { at < end } else { at > end } {
        taken.push(items.get(usize::try_from(at).ok()?)?.clone());
        at = at.saturating_add(step);
    }
    (step != 0).then_some(taken)
}

/// `value[index]`; an index below zero counts from the end.
pub(super) fn indexed<'t>(value: &Value<'t>, index: i64) -> Option<Value<'t>> {
    let at = |length: usize| {
        let index = if index < 0 { index.checked_add(i64::try_from(length).ok()?)? } else { index };
        usize::try_from(index).ok()
    };
    match value.constant()? {
        Value::Text(text) if text.is_ascii() => {
            let at = at(text.len())?;
            text.get(at..at + 1).map(Value::text)
        }
        Value::Text(text) => text.chars().nth(at(text.chars().count())?).map(Value::text),
        Value::Bytes(bytes) => bytes.get(at(bytes.len())?).map(|byte| Value::Int(i64::from(*byte))),
        Value::List(list) => list.elements.get(at(list.elements.len())?)?.clone(),
        _ => None,
    }
}

/// The one letter with the number `code`.
pub(super) fn letter<'t>(code: i64) -> Option<Value<'t>> {
    char::from_u32(u32::try_from(code).ok()?).map(Value::text)
}

/// Bytes from a list of numbers.
pub(super) fn bytes_of<'t>(budget: &Budget, elements: &[Option<Value<'t>>]) -> Option<Value<'t>> {
    let byte = |element: &Option<Value<'t>>| u8::try_from(element.as_ref()?.as_int()?).ok();
    made_bytes(budget, elements.iter().map(byte).collect::<Option<_>>()?)
}

/// The text or bytes decoded by the codec `name` of Python or the encoding `name` of a Node.js buffer.
pub(super) fn decoded<'t>(budget: &Budget, value: &Value<'t>, name: &str) -> Option<Value<'t>> {
    let name = name.to_ascii_lowercase().replace(['-', '_'], "");
    let bytes = value.as_bytes()?;
    match name.as_str() {
        "utf8" | "ascii" | "utf8sig" | "usascii" => made(budget, std::str::from_utf8(bytes).ok()?.to_owned()),
        "latin1" | "iso88591" | "binary" | "cp1252" | "charmap" => {
            made(budget, bytes.iter().map(|byte| char::from(*byte)).collect())
        }
        "utf16" | "utf16le" | "ucs2" => {
            let units = bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
            made(budget, char::decode_utf16(units).collect::<Result<_, _>>().ok()?)
        }
        "rot13" => made(budget, codec::rot13(std::str::from_utf8(bytes).ok()?)),
        "hex" | "hexcodec" => made_bytes(budget, codec::hexadecimal(bytes)?),
        "base64" | "base64url" | "base64codec" => made_bytes(budget, codec::base64(bytes)?),
        "unicodeescape" | "rawunicodeescape" | "stringescape" => made(
            budget,
            super::literal::unescape(std::str::from_utf8(bytes).ok()?, super::literal::Escapes::PythonText)?,
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_take_what_python_takes() {
        let letters: Vec<char> = "abcdef".chars().collect();
        let cases = [
            ([None, None, Some(-1)], "fedcba"),
            ([Some(1), Some(-1), None], "bcde"),
            ([Some(-2), None, None], "ef"),
            ([Some(4), Some(1), Some(-2)], "ec"),
            ([Some(9), Some(99), None], ""),
        ];
        for (slice, expected) in cases {
            assert_eq!(
                picked(&letters, slice).map(String::from_iter).as_deref(),
                Some(expected),
                "{slice:?}"
            );
        }
        assert_eq!(picked(&letters, [None, None, Some(0)]), None);
    }

    #[test]
    fn integers_are_computed_as_the_language_does() {
        let python = |left, operator, right| integers(Language::Python, left, operator, right);
        assert_eq!(python(-7, "//", 2), Some(-4));
        assert_eq!(python(-7, "%", 3), Some(2));
        assert_eq!(integers(Language::JavaScript, -7, "%", 3), Some(-1));
        assert_eq!(python(1, "//", 0), None);
        assert_eq!(python(2, "**", 70), None);
        assert_eq!(python(1, "<<", 64), None);
    }
}
