//! Python's two ways of formatting constants.

use super::value::Value;

/// `template % arguments` for `%s`, `%d`, `%i`, `%c`, `%x`, `%r` without flags.
pub(super) fn percent(template: &str, arguments: &[Option<Value<'_>>]) -> Option<String> {
    let mut arguments = arguments.iter();
    let mut text = String::new();
    let mut letters = template.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            text.push(letter);
            continue;
        }
        match letters.next()? {
            '%' => text.push('%'),
            's' | 'd' | 'i' => text.push_str(&shown(arguments.next()?.as_ref()?)?),
            'c' => text.push_str(&one_letter(arguments.next()?.as_ref()?)?),
            'x' => text.push_str(&format!("{:x}", arguments.next()?.as_ref()?.as_int()?)),
            _ => return None,
        }
    }
    arguments.next().is_none().then_some(text)
}

/// `template.format(arguments)` for `{}` and `{0}`.
pub(super) fn braces(template: &str, arguments: &[Option<Value<'_>>]) -> Option<String> {
    let mut text = String::new();
    let mut next = 0;
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(rest.get(..at)?);
        let from = rest.get(at..)?;
        if from.starts_with("{{") || from.starts_with("}}") {
            text.push_str(from.get(..1)?);
            rest = from.get(2..)?;
            continue;
        }
        let end = from.find('}').filter(|_| from.starts_with('{'))?;
        let index = match from.get(1..end)? {
            "" => {
                next += 1;
                next - 1
            }
            number => number.parse().ok()?,
        };
        text.push_str(&shown(arguments.get(index)?.as_ref()?)?);
        rest = from.get(end + 1..)?;
    }
    text.push_str(rest);
    Some(text)
}

/// A constant as `str()` shows it.
pub(super) fn shown(value: &Value<'_>) -> Option<String> {
    match value.constant()? {
        Value::Text(text) => Some(text.to_string()),
        Value::Int(int) => Some(int.to_string()),
        _ => None,
    }
}

fn one_letter(value: &Value<'_>) -> Option<String> {
    match value.as_int() {
        Some(int) => Some(char::from_u32(u32::try_from(int).ok()?)?.to_string()),
        None => value.as_text().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_formatted_as_python_does() {
        let arguments = [Some(Value::text("a")), Some(Value::Int(66))];
        assert_eq!(percent("%s%c%%", &arguments).as_deref(), Some("aB%"));
        assert_eq!(percent("%s", &arguments), None, "one argument too many");
        assert_eq!(braces("{1}{{{0}", &arguments).as_deref(), Some("66{a"));
        assert_eq!(braces("{}{}", &arguments).as_deref(), Some("a66"));
        assert_eq!(braces("{", &arguments), None);
    }
}
