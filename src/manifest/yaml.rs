//! As much YAML as a manifest needs. Texts are written as JSON writes them, which YAML reads.

use serde_json::Value;

pub(super) fn write(value: &Value) -> String {
    lines(value).join("\n") + "\n"
}

fn lines(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => fields.iter().flat_map(|(name, value)| field(name, value)).collect(),
        Value::Array(items) => items.iter().flat_map(item).collect(),
        plain => vec![plain.to_string()],
    }
}

fn field(name: &str, value: &Value) -> Vec<String> {
    let is_full = value.as_object().is_some_and(|fields| !fields.is_empty())
        || value.as_array().is_some_and(|items| !items.is_empty());
    if !is_full {
        return vec![format!("{name}: {value}")];
    }
    let inner = lines(value).into_iter().map(|line| format!("  {line}"));
    [format!("{name}:")].into_iter().chain(inner).collect()
}

/// The first line of what stands in it comes behind the dash.
fn item(value: &Value) -> Vec<String> {
    let marked = |(number, line)| format!("{}{line}", if number == 0 { "- " } else { "  " });
    lines(value).into_iter().enumerate().map(marked).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_lists_and_texts_are_written() {
        let value = json!({
            "a": {"b": true, "c": []}, "d": ["x: y", "#1"], "e": [{"f": 2, "g": {"h": "\"i\""}}, {"f": 3}],
        });
        insta::assert_snapshot!(write(&value), @r##"
        a:
          b: true
          c: []
        d:
          - "x: y"
          - "#1"
        e:
          - f: 2
            g:
              h: "\"i\""
          - f: 3
        "##);
    }
}
