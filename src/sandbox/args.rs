//! What a call may say: the documented arguments of each method, read as Slack reads them.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::calls::Request;

/// What is documented of a method.
#[derive(Deserialize)]
pub(super) struct Spec {
    /// 1 to 4 as documented; 5 is "special".
    pub(super) tier: u8,
    json: bool,
    required: Vec<String>,
    args: BTreeMap<String, String>,
}

static SPECS: LazyLock<BTreeMap<String, Spec>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("methods.json")).expect("methods.json is part of the program")
});

/// The documentation of `method`, if this Slack serves it.
pub(super) fn spec(method: &str) -> Option<&'static Spec> {
    SPECS.get(method)
}

/// Why a call fails: Slack's error, with the detail that goes into `response_metadata.messages`.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: String,
    pub(super) messages: Vec<String>,
    /// Whether no bot should ever have made this call.
    pub(super) violation: bool,
}

impl Failure {
    /// A mistake of the bot.
    pub(super) fn mistake(error: &str, message: impl Into<String>) -> Self {
        Self { error: error.to_owned(), messages: vec![message.into()], violation: true }
    }
}

impl From<&str> for Failure {
    /// What may happen to a careful bot, too.
    fn from(error: &str) -> Self {
        Self { error: error.to_owned(), messages: Vec::new(), violation: false }
    }
}

/// The arguments of one call.
#[derive(Clone, Debug, Default)]
pub(super) struct Args(pub(super) Map<String, Value>);

impl Args {
    /// Takes the arguments out of a request, without the token, which is returned beside them.
    pub(super) fn read(request: &Request) -> Result<(Self, Option<String>), Failure> {
        let mut args = form(&request.query)?;
        if !request.body.is_empty() {
            if request.is_json() {
                let body: Value = serde_json::from_slice(&request.body)
                    .map_err(|error| Failure::mistake("invalid_json", error.to_string()))?;
                let Value::Object(body) = body else {
                    return Err(Failure::mistake("json_not_object", "the JSON body is not an object"));
                };
                args.extend(body);
            } else if request.content_type.starts_with("application/x-www-form-urlencoded") {
                let body = std::str::from_utf8(&request.body)
                    .map_err(|error| Failure::mistake("invalid_form_data", error.to_string()))?;
                args.extend(form(body)?);
            } else {
                return Err(Failure::mistake("invalid_post_type", request.content_type.clone()));
            }
        }
        // A token in a JSON body counts for nothing (docs.slack.dev, web-api: "must be in the header").
        let in_body = args.remove("token").filter(|_| !request.is_json());
        let in_header = request.authorization.as_deref().and_then(|header| header.strip_prefix("Bearer "));
        let token = in_header.map(str::to_owned).or_else(|| in_body?.as_str().map(str::to_owned));
        Ok((Self(args), token))
    }

    /// Checks them against the documentation.
    pub(super) fn check(&self, request: &Request, spec: &Spec) -> Result<(), Failure> {
        let invalid = |message: String| Failure::mistake("invalid_arguments", message);
        if request.is_json() && !request.body.is_empty() && !spec.json {
            return Err(invalid("this method documents no JSON body: send a form".to_owned()));
        }
        for name in &spec.required {
            if self.0.get(name).is_none_or(|value| value.is_null() || value == "") {
                return Err(invalid(format!("[ERROR] missing required field: {name}")));
            }
        }
        for (name, value) in &self.0 {
            let kind =
                spec.args.get(name).ok_or_else(|| invalid(format!("undocumented argument: {name}")))?;
            if !fits(kind, value) {
                return Err(invalid(format!("[ERROR] {name} must be a {kind}")));
            }
        }
        Ok(())
    }

    /// A text, empty where there is none.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether it was given at all.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }

    /// A yes or no; no where there is none.
    pub(super) fn flag(&self, name: &str) -> bool {
        match self.0.get(name) {
            Some(Value::String(text)) => text == "true" || text == "1",
            Some(value) => value == &Value::Bool(true),
            None => false,
        }
    }

    /// A whole number.
    pub(super) fn number(&self, name: &str) -> Option<usize> {
        match self.0.get(name)? {
            Value::String(text) => text.parse().ok(),
            value => value.as_u64().and_then(|number| usize::try_from(number).ok()),
        }
    }

    /// JSON, whether it came as such or as a string of a form.
    pub(super) fn json(&self, name: &str) -> Option<Value> {
        match self.0.get(name)? {
            Value::Null => None,
            Value::String(text) => Some(serde_json::from_str(text).unwrap_or(Value::Null)),
            value => Some(value.clone()),
        }
    }
}

fn form(text: &str) -> Result<Map<String, Value>, Failure> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text)
        .map_err(|error| Failure::mistake("invalid_form_data", error.to_string()))?;
    Ok(pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect())
}

/// Whether a value can be read as the documented type; a form says everything in strings.
fn fits(kind: &str, value: &Value) -> bool {
    match (kind, value) {
        (_, Value::Null) => true,
        ("boolean", Value::String(text)) => ["true", "false", "1", "0"].contains(&text.as_str()),
        ("boolean", value) => value.is_boolean(),
        ("integer", Value::String(text)) => text.parse::<u32>().is_ok(),
        ("integer", value) => value.is_u64(),
        ("json", Value::String(text)) => serde_json::from_str::<Value>(text).is_ok(),
        ("json", value) => value.is_object() || value.is_array(),
        (_, value) => value.is_string(),
    }
}
