//! The fields of each block and element, with their limits.

use super::Place;
use Is::{Confirm, Element, Elements, Flag, Free, Groups, Mixed, Number, OneOf, Opt, Options, Plain, Raw};
use Is::{Text, Texts, Word};

/// What a field must be.
#[derive(Clone, Copy)]
pub(super) enum Is {
    /// A `plain_text` object of at most so many characters.
    Plain(usize),
    /// A `plain_text` or `mrkdwn` object.
    Text(usize),
    /// At most so many of them, each of at most so many characters.
    Texts(usize, usize),
    /// A string that is not empty.
    Word(usize),
    /// A string.
    Free(usize),
    Flag,
    Number(i64, i64),
    OneOf(&'static [&'static str]),
    Element(&'static [&'static str]),
    Elements(&'static [&'static str], usize),
    /// Images and texts, of a context block.
    Mixed(usize),
    Opt,
    Options(usize),
    Groups,
    Confirm,
    /// Not looked into.
    Raw,
}

/// A field: its name, whether it is mandatory, what it must be.
pub(super) type Field = (&'static str, bool, Is);

/// Any element whose type ends so: every select stands wherever one does.
pub(super) const ANY_SELECT: &str = "_select";

const ACTIONS: &[&str] = &[
    ANY_SELECT,
    "button",
    "overflow",
    "checkboxes",
    "radio_buttons",
    "datepicker",
    "timepicker",
    "datetimepicker",
    "workflow_button",
    "icon_button",
    "rich_text_input",
];

const ACCESSORIES: &[&str] = &[
    ANY_SELECT,
    "button",
    "overflow",
    "checkboxes",
    "radio_buttons",
    "datepicker",
    "timepicker",
    "image",
    "workflow_button",
];

const INPUTS: &[&str] = &[
    ANY_SELECT,
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "checkboxes",
    "radio_buttons",
    "datepicker",
    "timepicker",
    "datetimepicker",
    "file_input",
];

/// The fields of a block, beside `type` and `block_id`. `None`: no such block. An empty list with `true`:
/// known, but not looked into.
pub(super) fn block(kind: &str) -> Option<(&'static [Field], bool)> {
    let strict: &'static [Field] = match kind {
        "section" => &[
            ("text", false, Text(3000)),
            ("fields", false, Texts(10, 2000)),
            ("accessory", false, Element(ACCESSORIES)),
            ("expand", false, Flag),
        ],
        "header" => &[("text", true, Plain(150))],
        "divider" => &[],
        "context" => &[("elements", true, Mixed(10))],
        "actions" => &[("elements", true, Elements(ACTIONS, 25))],
        "image" => &[
            ("image_url", false, Word(3000)),
            ("slack_file", false, Raw),
            ("alt_text", true, Word(2000)),
            ("title", false, Plain(2000)),
        ],
        "input" => &[
            ("label", true, Plain(2000)),
            ("element", true, Element(INPUTS)),
            ("hint", false, Plain(2000)),
            ("optional", false, Flag),
            ("dispatch_action", false, Flag),
        ],
        "rich_text" => &[("elements", true, Raw)],
        "markdown" => &[("text", true, Word(12_000))],
        "table" => &[("rows", true, Raw), ("column_settings", false, Raw)],
        "alert" | "call" | "card" | "carousel" | "container" | "context_actions" | "data_table"
        | "data_visualization" | "file" | "plan" | "task_card" | "video" => return Some((&[], true)),
        _ => return None,
    };
    Some((strict, false))
}

/// Whether a block may stand there (SLACK's reference of each block, "available in surfaces").
pub(super) fn may_stand(kind: &str, place: Place) -> bool {
    match place {
        Place::Message => !matches!(kind, "alert" | "file"),
        Place::Modal => !matches!(
            kind,
            "card"
                | "carousel"
                | "context_actions"
                | "data_visualization"
                | "file"
                | "markdown"
                | "plan"
                | "table"
                | "task_card"
        ),
        Place::Home => !matches!(
            kind,
            "alert"
                | "context_actions"
                | "data_visualization"
                | "file"
                | "markdown"
                | "plan"
                | "table"
                | "task_card"
        ),
    }
}

/// The fields of a view, beside `type` and `blocks`.
pub(super) fn view(place: Place) -> &'static [Field] {
    const MODAL: &[Field] = &[
        ("title", true, Plain(24)),
        ("submit", false, Plain(24)),
        ("close", false, Plain(24)),
        ("clear_on_close", false, Flag),
        ("notify_on_close", false, Flag),
        ("submit_disabled", false, Flag),
        ("private_metadata", false, Free(3000)),
        ("callback_id", false, Free(255)),
        ("external_id", false, Free(255)),
    ];
    if place == Place::Home { &MODAL[6..] } else { MODAL }
}

/// The fields of an element, beside `type`, `action_id` and `confirm`.
pub(super) fn element(kind: &str) -> Option<&'static [Field]> {
    const PLACEHOLDER: Field = ("placeholder", false, Plain(150));
    const FOCUS: Field = ("focus_on_load", false, Flag);
    const MOST: Field = ("max_selected_items", false, Number(1, 100));
    const DISPATCH: Field = ("dispatch_action_config", false, Raw);
    const VALUE: Field = ("initial_value", false, Free(3000));
    const QUERY: Field = ("min_query_length", false, Number(0, 3000));
    Some(match kind {
        "button" => &[
            ("text", true, Plain(75)),
            ("value", false, Free(2000)),
            ("url", false, Word(3000)),
            ("style", false, OneOf(&["primary", "danger"])),
            ("accessibility_label", false, Word(75)),
        ],
        "overflow" => &[("options", true, Options(5))],
        "static_select" | "multi_static_select" => &[
            PLACEHOLDER,
            FOCUS,
            MOST,
            ("options", false, Options(100)),
            ("option_groups", false, Groups),
            ("initial_option", false, Opt),
            ("initial_options", false, Options(100)),
        ],
        "external_select" | "multi_external_select" => &[
            PLACEHOLDER,
            FOCUS,
            MOST,
            QUERY,
            ("initial_option", false, Opt),
            ("initial_options", false, Options(100)),
        ],
        "users_select" | "multi_users_select" => {
            &[PLACEHOLDER, FOCUS, MOST, ("initial_user", false, Word(255)), ("initial_users", false, Raw)]
        }
        "conversations_select"
        | "multi_conversations_select"
        | "channels_select"
        | "multi_channels_select" => &[
            PLACEHOLDER,
            FOCUS,
            MOST,
            ("initial_conversation", false, Word(255)),
            ("initial_conversations", false, Raw),
            ("initial_channel", false, Word(255)),
            ("initial_channels", false, Raw),
            ("default_to_current_conversation", false, Flag),
            ("response_url_enabled", false, Flag),
            ("filter", false, Raw),
        ],
        "checkboxes" => &[FOCUS, ("options", true, Options(10)), ("initial_options", false, Options(10))],
        "radio_buttons" => &[FOCUS, ("options", true, Options(10)), ("initial_option", false, Opt)],
        "datepicker" => &[PLACEHOLDER, FOCUS, ("initial_date", false, Word(10))],
        "timepicker" => {
            &[PLACEHOLDER, FOCUS, ("initial_time", false, Word(5)), ("timezone", false, Word(100))]
        }
        "datetimepicker" => &[FOCUS, ("initial_date_time", false, Number(1_000_000_000, 9_999_999_999))],
        "plain_text_input" => &[
            PLACEHOLDER,
            FOCUS,
            DISPATCH,
            VALUE,
            ("multiline", false, Flag),
            ("min_length", false, Number(0, 3000)),
            ("max_length", false, Number(1, 3000)),
        ],
        "email_text_input" | "url_text_input" => &[PLACEHOLDER, FOCUS, DISPATCH, VALUE],
        "number_input" => &[
            PLACEHOLDER,
            FOCUS,
            DISPATCH,
            VALUE,
            ("is_decimal_allowed", true, Flag),
            ("min_value", false, Raw),
            ("max_value", false, Raw),
        ],
        "rich_text_input" => &[PLACEHOLDER, FOCUS, DISPATCH, ("initial_value", false, Raw)],
        "image" => {
            &[("image_url", false, Word(3000)), ("slack_file", false, Raw), ("alt_text", true, Word(2000))]
        }
        "file_input" => &[("filetypes", false, Raw), ("max_files", false, Number(1, 10))],
        "workflow_button" | "icon_button" => &[("text", true, Plain(75)), ("workflow", false, Raw)],
        _ => return None,
    })
}

/// The fields of a confirmation dialog.
pub(super) const CONFIRM: &[Field] = &[
    ("title", true, Plain(100)),
    ("text", true, Text(300)),
    ("confirm", true, Plain(30)),
    ("deny", true, Plain(30)),
    ("style", false, OneOf(&["primary", "danger"])),
];

/// What every element may carry.
pub(super) const COMMON: &[Field] = &[("action_id", false, Word(255)), ("confirm", false, Confirm)];
