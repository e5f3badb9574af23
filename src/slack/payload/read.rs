//! Reading JSON with an open hand. Slack leaves fields out, sends them as null or empty, and writes numbers
//! and booleans as strings; none of that may cost us the rest of a payload. So what is absent, null, empty
//! or of another type than we expect is simply not there.

use serde_json::{Map, Value};

/// The string at the first of `paths` (JSON pointers) that has one. Numbers count as strings.
pub(super) fn text(json: &Value, paths: &[&str]) -> Option<String> {
    paths.iter().find_map(|path| match json.pointer(path)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// The whole number at `path`, also where it is written as a string.
pub(super) fn number(json: &Value, path: &str) -> Option<i64> {
    let value = json.pointer(path)?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// Whether `path` says yes: `true`, or `"true"` and `"1"` as forms do.
pub(super) fn flag(json: &Value, path: &str) -> bool {
    match json.pointer(path) {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(flag)) => flag == "1" || flag.eq_ignore_ascii_case("true"),
        Some(Value::Number(flag)) => flag.as_i64() == Some(1),
        _ => false,
    }
}

/// The elements at `path`; none where there is no list.
pub(super) fn list<'a>(json: &'a Value, path: &str) -> &'a [Value] {
    json.pointer(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The fields at `path`; none where there is no object.
pub(super) fn fields<'a>(json: &'a Value, path: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    json.pointer(path).and_then(Value::as_object).into_iter().flatten()
}

/// Whether there is an object at `path`.
pub(super) fn has(json: &Value, path: &str) -> bool {
    json.pointer(path).is_some_and(Value::is_object)
}

/// Takes every U+0000 out: PostgreSQL stores none, and nobody types one.
pub(super) fn strip_nul(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|letter| letter != '\0'),
        Value::Array(items) => items.iter_mut().for_each(strip_nul),
        Value::Object(fields) => {
            fields.values_mut().for_each(strip_nul);
            if fields.keys().any(|name| name.contains('\0')) {
                *fields = std::mem::take(fields)
                    .into_iter()
                    .map(|(name, value)| (name.replace('\0', ""), value))
                    .collect::<Map<_, _>>();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
