//! Every control that Slack knows, drawn and used: what the app gets is what Slack would send. In the app's place
//! stands a listener that keeps what it is sent.

use std::sync::{Arc, Mutex};

use axum::{Router, body::Bytes, extract::State, http::header};
use duet::sandbox::{Shortcut, Workspace};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{
    driver::{DOWN, ENTER, ESCAPE, Screen},
    stage::Story,
};

/// What the app was sent, the newest last; and what it answers to a form.
#[derive(Clone, Default)]
struct App {
    got: Arc<Mutex<Vec<Value>>>,
    answer: Arc<Mutex<Option<Value>>>,
}

impl App {
    /// Listens in Duet's place.
    async fn replaces_duet(story: &Story) -> anyhow::Result<Self> {
        let app = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        story.sandbox.switch_socket_mode(false);
        story.sandbox.deliver_to(format!("http://{}", listener.local_addr()?));
        let routes = Router::new().fallback(take).with_state(app.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok(app)
    }

    /// The first action of the newest delivery.
    fn action(&self) -> Value {
        self.last()["actions"][0].clone()
    }

    fn last(&self) -> Value {
        self.got.lock().expect("deliveries").last().cloned().unwrap_or_default()
    }

    fn answers(&self, answer: Value) {
        *self.answer.lock().expect("the answer") = Some(answer);
    }
}

async fn take(State(app): State<App>, body: Bytes) -> ([(header::HeaderName, &'static str); 1], String) {
    let form: Vec<(String, String)> = serde_urlencoded::from_bytes(&body).unwrap_or_default();
    let payload = form.iter().find(|(name, _)| name == "payload").map(|(_, payload)| payload.clone());
    let command = || form.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let payload: Value = payload.map_or_else(command, |it| serde_json::from_str(&it).unwrap_or_default());
    let answer = match payload["type"].as_str() {
        Some("block_suggestion") => Some(json!({"options": [
            option("Acme Hydraulics", "acme"), option("Borealis", "borealis"),
        ]})),
        Some("view_submission") => app.answer.lock().expect("the answer").take(),
        _ => None,
    };
    app.got.lock().expect("deliveries").push(payload);
    ([(header::CONTENT_TYPE, "application/json")], answer.map(|it| it.to_string()).unwrap_or_default())
}

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text})
}

fn option(text: &str, value: &str) -> Value {
    json!({"text": plain(text), "value": value})
}

fn element(kind: &str, more: &Value) -> Value {
    let mut element = json!({"type": kind, "action_id": kind});
    element.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    element
}

fn section(text: &str, accessory: &Value) -> Value {
    json!({"type": "section", "text": {"type": "mrkdwn", "text": text}, "accessory": accessory})
}

/// A message with everything in it.
fn every_block() -> Value {
    let outcomes = json!([option("Good fit", "good"), option("Not now", "later"), option("Not a fit", "no")]);
    let confirm = json!({"title": plain("Take it back?"), "text": plain("It is gone then."), "confirm": plain("Take it back"), "deny": plain("Keep it")});
    json!([
        {"type": "header", "text": plain("Acme Hydraulics")},
        section("How was it? `static`", &element("static_select", &json!({"options": outcomes, "placeholder": plain("How was it?")}))),
        section("Who helped?", &element("users_select", &json!({"placeholder": plain("Choose a colleague")}))),
        section("Which company?", &element("external_select", &json!({"placeholder": plain("Find a company"), "min_query_length": 2}))),
        section("When again?", &element("datepicker", &json!({"placeholder": plain("A day"), "initial_date": "2026-12-01"}))),
        section("Something else", &element("overflow", &json!({"options": [option("They didn't show", "noshow"), option("We won it", "won")]}))),
        {"type": "actions", "elements": [
            element("button", &json!({"text": plain("Good fit"), "style": "primary", "value": "7", "accessibility_label": "Good fit: Acme"})),
            {"type": "button", "action_id": "danger", "text": plain("Take it back"), "style": "danger", "confirm": confirm},
            element("timepicker", &json!({"initial_time": "17:00"})),
            element("multi_static_select", &json!({"options": outcomes, "placeholder": plain("Several")})),
            element("conversations_select", &json!({"placeholder": plain("A conversation")})),
            element("workflow_button", &json!({"text": plain("Start"), "workflow": {}})),
        ]},
        section("Tick", &element("checkboxes", &json!({"options": [option("One", "1"), option("Two", "2")]}))),
        section("Or choose", &element("radio_buttons", &json!({"options": [option("Yes", "y"), option("No", "n")]}))),
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Owner*\nMia"}, {"type": "mrkdwn", "text": "*Due*\nFriday"}]},
        {"type": "context", "elements": [{"type": "image", "image_url": "https://images.example/a.png", "alt_text": "A pump"}, {"type": "mrkdwn", "text": "from the _Berlin_ webinar"}]},
        {"type": "image", "image_url": "https://images.example/b.png", "alt_text": "The booth, from above", "title": plain("The booth")},
        {"type": "divider"},
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "rich", "style": {"bold": true}}]}]}]},
        {"type": "video", "alt_text": "A tour of the plant", "title": plain("The tour")},
        {"type": "card", "title": "A card"},
    ])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_control_of_a_message() -> anyhow::Result<()> {
    let shortcuts =
        [("Log a meeting", false), ("Thank for this", true)].map(|(name, on_messages)| Shortcut {
            name: name.to_owned(),
            callback_id: name.to_owned(),
            description: "as the app says it".to_owned(),
            on_messages,
        });
    let workspace = Workspace { shortcuts: shortcuts.to_vec(), ..Workspace::company() };
    let Some(story) = Story::begin_in(Screen::Desktop, workspace).await? else { return Ok(()) };
    let app = App::replaces_duet(&story).await?;
    let browser = &story.browser;
    let body = json!({"channel": "U0S01", "text": "How was Acme Hydraulics?", "blocks": every_block()});
    story.posts("chat.postMessage", &body).await?;
    story.visit("U0S01", "duet").await?;
    browser.reads("How was it?").await?;
    for said in ["“video” that this page cannot draw", "“card”", "“workflow_button”", "A tour of the plant"]
    {
        browser.reads(said).await?;
    }

    let choose = async |placeholder: &str, typed: &str| {
        browser.click(&format!("[aria-label='{placeholder}']")).await?;
        browser.keys(typed).await?;
        browser.keys(DOWN).await?;
        browser.keys(ENTER).await
    };
    choose("How was it?", "not").await?;
    assert_eq!(app.action()["selected_option"]["value"], "later");
    choose("Choose a colleague", "mia").await?;
    assert_eq!(app.action()["selected_user"], "U0M01");
    browser.click("[aria-label='Find a company']").await?;
    browser.keys("ac").await?;
    browser.reads("Acme Hydraulics").await?;
    browser.until("they come", "return document.querySelectorAll('[role=option]').length === 2;").await?;
    browser.screenshot("desktop-9-blocks").await?;
    browser.keys(DOWN).await?;
    browser.keys(DOWN).await?;
    browser.keys(ENTER).await?;
    assert_eq!(app.action()["selected_option"], option("Borealis", "borealis"));

    let date = "const field = document.querySelector('[data-action=datepicker]'); field.value = '2026-12-24'; field.dispatchEvent(new Event('change'));";
    browser.script(date, json!([])).await?;
    browser.idle().await?;
    assert_eq!(app.action()["selected_date"], "2026-12-24");
    let time = "const field = document.querySelector('[data-action=timepicker]'); field.value = '09:30'; field.dispatchEvent(new Event('change'));";
    browser.script(time, json!([])).await?;
    browser.idle().await?;
    assert_eq!(app.action()["selected_time"], "09:30");
    browser.press("More actions").await?;
    browser.keys(DOWN).await?;
    browser.keys(ENTER).await?;
    assert_eq!(app.action()["selected_option"]["value"], "won");
    browser.press("Good fit: Acme").await?;
    assert_eq!(app.action()["value"], "7");

    presses(&story, &app).await?;
    // What was chosen is there after a reload.
    browser.reload().await?;
    let chosen = "return document.querySelector('[data-action=users_select]').value;";
    assert_eq!(browser.says(chosen).await?, "Mia Lorenzen");
    browser.screenshot("desktop-11-chosen").await?;
    browser.resize(Screen::Phone).await?;
    browser.screenshot("phone-6-blocks").await?;
    story.end().await
}

/// What is pressed, ticked and started.
async fn presses(story: &Story, app: &App) -> anyhow::Result<()> {
    let browser = &story.browser;
    let before = app.got.lock().expect("deliveries").len();
    browser.press("Take it back").await?;
    browser.reads("It is gone then.").await?;
    browser.screenshot("desktop-10-confirm").await?;
    browser.keys(ESCAPE).await?;
    assert_eq!(app.got.lock().expect("deliveries").len(), before, "kept");
    browser.press("Take it back").await?;
    browser.press("Take it back").await?;
    assert_eq!(app.action()["action_id"], "danger");

    browser.click("input[type=checkbox][value='2']").await?;
    assert_eq!(app.action()["selected_options"][0]["value"], "2");
    browser.click("input[type=radio][value=n]").await?;
    assert_eq!(app.action()["selected_option"]["value"], "n");
    browser.click("[aria-label=Several]").await?;
    browser.press("Good fit").await?;
    browser.press("Not a fit").await?;
    browser.keys(ESCAPE).await?;
    let several = app.action()["selected_options"].clone();
    assert_eq!(several.as_array().map(Vec::len), Some(2), "{several}");
    browser.press("Log a meeting").await?;
    assert_eq!(
        (&app.last()["type"], &app.last()["callback_id"]),
        (&json!("shortcut"), &json!("Log a meeting"))
    );
    browser.script("document.querySelector('#place-body .message').focus();", json!([])).await?;
    browser.press("More for this message").await?;
    browser.press("Thank for this").await?;
    assert_eq!(app.last()["message"]["text"], "How was Acme Hydraulics?");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_with_every_input() -> anyhow::Result<()> {
    let Some(story) = Story::begin(Screen::Desktop, false).await? else { return Ok(()) };
    let app = App::replaces_duet(&story).await?;
    let browser = &story.browser;
    let input = |id: &str, label: &str, optional: bool, element: Value| json!({"type": "input", "block_id": id, "label": plain(label), "optional": optional, "element": element});
    let fits = json!([option("Yes", "y"), option("Partly", "p"), option("No", "n")]);
    let blocks = json!([
        input(
            "note",
            "What did you hear?",
            false,
            element("plain_text_input", &json!({"multiline": true, "min_length": 5, "max_length": 200}))
        ),
        input(
            "fit",
            "Was it the kind of customer we want?",
            false,
            element("radio_buttons", &json!({"options": fits}))
        ),
        input("who", "Who should know?", true, element("multi_users_select", &json!({}))),
        input(
            "size",
            "How many people were there?",
            true,
            element("number_input", &json!({"is_decimal_allowed": false, "min_value": "1"}))
        ),
        input("mail", "Their e-mail", true, element("email_text_input", &json!({}))),
        input("day", "When again?", true, element("datepicker", &json!({}))),
        input("rich", "Their words", true, element("rich_text_input", &json!({}))),
    ]);
    story.visit("U0S01", "duet").await?;
    browser.click("#composer").await?;
    browser.keys("/duet").await?;
    browser.keys(ENTER).await?;
    let trigger = app.last()["trigger_id"].clone();
    let view = json!({"type": "modal", "title": plain("About Acme"), "submit": plain("Send"), "close": plain("Not now"), "blocks": blocks});
    story.posts("views.open", &json!({"trigger_id": trigger, "view": view})).await?;
    browser.reload().await?;
    browser.until("the form opens", "return document.querySelector('dialog.modal')?.open === true;").await?;
    browser.press("Send").await?;
    browser.reads("Please complete this required field.").await?;
    browser.keys("Hm").await?;
    browser.press("Send").await?;
    browser.reads("Please write at least 5 characters.").await?;
    browser.keys(", group purchasing").await?;
    browser.click("input[type=radio][value=p]").await?;
    browser.click("[data-action=number_input]").await?;
    browser.keys("1.5").await?;
    browser.press("Send").await?;
    browser.reads("Please enter a whole number.").await?;
    browser.screenshot("desktop-12-form").await?;
    browser.script("document.querySelector('[data-action=number_input]').value = '3';", json!([])).await?;
    browser.click("[data-action=multi_users_select]").await?;
    browser.keys("noor").await?;
    browser.keys(DOWN).await?;
    browser.keys(ENTER).await?;
    browser.keys(ESCAPE).await?;
    assert!(
        browser.text("dialog.modal").await?.contains("Noor Rahimi"),
        "Escape closed the list, not the form"
    );
    app.answers(
        json!({"response_action": "errors", "errors": {"mail": "Without an address I can't write."}}),
    );
    browser.press("Send").await?;
    browser.reads("Without an address I can't write.").await?;
    browser.resize(Screen::Phone).await?;
    browser.screenshot("phone-7-form").await?;
    browser.press("Send").await?;
    browser.until("the form closes", "return !document.querySelector('dialog');").await?;
    let values = app.last()["view"]["state"]["values"].clone();
    assert_eq!(values["note"]["plain_text_input"]["value"], "Hm, group purchasing");
    assert_eq!(values["fit"]["radio_buttons"]["selected_option"]["value"], "p");
    assert_eq!(values["who"]["multi_users_select"]["selected_users"], json!(["U0M02"]));
    assert_eq!(values["size"]["number_input"]["value"], "3");
    story.end().await
}
