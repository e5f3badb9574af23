use proptest::{prelude::*, sample::Index};

use super::*;

/// One of the samples that are told apart by `type`.
fn sample() -> impl Strategy<Value = Value> {
    let all = [controls::samples(), interactions::samples(), events::samples()].concat();
    let all: Vec<_> = all.into_iter().map(|(_, payload, _)| payload).collect();
    prop::sample::select(all)
}

/// What Slack has sent, or might send, where something else is expected.
fn oddity() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!("")),
        Just(json!("true")),
        Just(json!([])),
        Just(json!({})),
        Just(json!([null, {}, [[]], "x"])),
        Just(json!({ "id": null, "value": { "value": [] }, "0": 0 })),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        any::<bool>().prop_map(|flag| json!(flag)),
        ".{0,20}".prop_map(|text| json!(text)),
    ]
}

/// Puts `odd` in the place of something within `value`.
fn spoil(value: &mut Value, path: &[Index], odd: Value) {
    let Some((step, path)) = path.split_first() else {
        *value = odd;
        return;
    };
    let inner: Vec<&mut Value> = match value {
        Value::Object(fields) => fields.values_mut().collect(),
        Value::Array(items) => items.iter_mut().collect(),
        _ => vec![],
    };
    if inner.is_empty() {
        *value = odd;
    } else {
        let place = step.index(inner.len());
        spoil(inner.into_iter().nth(place).expect("within"), path, odd);
    }
}

/// Reads `bytes` in every way. What it shows must not panic, either.
fn read_all(bytes: &[u8]) {
    for read in [command, command_json, interaction, interaction_json, event] {
        let _ = format!("{:?}", read(bytes));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_field_spoils_the_payload(
        mut payload in sample(),
        changes in prop::collection::vec((prop::collection::vec(any::<Index>(), 1..6), oddity()), 1..5),
    ) {
        let kind = payload["type"].clone();
        for (path, odd) in changes {
            spoil(&mut payload, &path, odd);
        }
        payload["type"] = kind;
        prop_assert!(read_interaction(&payload).is_ok());
        prop_assert!(read_event(&payload).is_ok());
    }

    #[test]
    fn random_bytes_never_panic(bytes in any::<Vec<u8>>()) {
        read_all(&bytes);
    }

    #[test]
    fn spoiled_bytes_never_panic(
        payload in sample(),
        as_form in any::<bool>(),
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 0..4),
        end in any::<Index>(),
    ) {
        let json = payload.to_string();
        let mut bytes = if as_form { form(&[("payload", &json)]) } else { json.into_bytes() };
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        read_all(&bytes);
        bytes.truncate(end.index(bytes.len()));
        read_all(&bytes);
    }
}
