//! As much YAML as a manifest needs. Texts are written as JSON writes them, which YAML reads.

use serde_json::Value;

pub(super) fn write(value: &Value) -> String {
    let mut text = String::new();
    block(value, 0, &mut text);
    text
}

fn block(value: &Value, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                text.push_str(&format!("{indent}{name}:"));
                after_mark(value, depth, text);
            }
        }
        Value::Array(items) => {
            for item in items {
                // The first line of what stands in it comes behind the dash.
                let mut inner = String::new();
                block(item, depth + 1, &mut inner);
                text.push_str(&format!("{indent}- {}", inner.trim_start()));
            }
        }
        plain => text.push_str(&format!("{indent}{plain}\n")),
    }
}

fn after_mark(value: &Value, depth: usize, text: &mut String) {
    let is_empty = value.as_object().is_some_and(serde_json::Map::is_empty)
        || value.as_array().is_some_and(Vec::is_empty);
    if is_empty || !(value.is_object() || value.is_array()) {
        text.push_str(&format!(" {value}\n"));
    } else {
        text.push('\n');
        block(value, depth + 1, text);
    }
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
