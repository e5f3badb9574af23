//! The forms in which people set their hours and days, and until when they want quiet.

use jiff::{
    civil::{Date, Time},
    tz::TimeZone,
};
use slack_morphism::prelude::{
    SlackActionId, SlackBlock, SlackBlockCheckboxesElement, SlackBlockChoiceItem,
    SlackBlockDatePickerElement, SlackBlockPlainText, SlackBlockPlainTextInputElement, SlackBlockText,
    SlackBlockTimePickerElement, SlackCallbackId, SlackInputBlock, SlackInputBlockElement, SlackModalView,
    SlackView,
};

use crate::{
    people::{Own, hours::Days, own},
    slack::{body::plain, payload::State},
};

/// The blocks of the forms.
const FROM: &str = "from";
const UNTIL: &str = "until";
const DAYS: &str = "days";
const ZONE: &str = "zone";
/// The block of the form that asks for a day.
pub(super) const DAY: &str = "day";
/// What a form remembers that was opened from the Home tab: there is no need to say what it shows anyway.
pub(super) const FROM_HOME: &str = "home";

const WEEK: [(&str, &str); 7] = [
    ("Mon", "Monday"),
    ("Tue", "Tuesday"),
    ("Wed", "Wednesday"),
    ("Thu", "Thursday"),
    ("Fri", "Friday"),
    ("Sat", "Saturday"),
    ("Sun", "Sunday"),
];

/// What the form shows at first.
pub(super) struct Now<'a> {
    pub(super) times: [String; 2],
    pub(super) days: &'a Days,
    /// The zone that they named themselves, where Slack knows none.
    pub(super) zone: Option<&'a str>,
    /// The company's hours, in words.
    pub(super) company: &'a str,
    pub(super) from_home: bool,
}

fn input(id: &str, label: &str, element: impl Into<SlackInputBlockElement>) -> SlackInputBlock {
    let mut input = SlackInputBlock::new(plain(label, 2000), element.into());
    input.block_id = Some(id.to_owned().into());
    input
}

fn form(id: &str, title: &str, submit: &str, blocks: Vec<SlackBlock>) -> SlackModalView {
    let mut form = SlackModalView::new(plain(title, 24), blocks);
    form.submit = Some(plain(submit, 24));
    form.close = Some(plain("Not now", 24));
    form.callback_id = Some(SlackCallbackId(id.to_owned()));
    form
}

/// The form behind "Change".
pub(super) fn settings(now: &Now<'_>) -> SlackView {
    let time = |at: &str| {
        let mut picker = SlackBlockTimePickerElement::new();
        picker.action_id = Some(SlackActionId("time".to_owned()));
        // The picker knows no 24:00.
        picker.initial_time = Some(if at == "24:00" { "00:00".to_owned() } else { at.to_owned() });
        picker
    };
    let chosen = now.days.setting();
    let option = |(value, label): &(&str, &str)| -> SlackBlockChoiceItem<SlackBlockText> {
        SlackBlockChoiceItem::new(SlackBlockPlainText::new((*label).to_owned()).into(), (*value).to_owned())
    };
    let mut days = SlackBlockCheckboxesElement::new(WEEK.iter().map(option).collect());
    days.action_id = Some(SlackActionId("days".to_owned()));
    days.initial_options = Some(
        WEEK.iter().filter(|(value, _)| chosen.split(',').any(|day| day == *value)).map(option).collect(),
    );
    let mut until = input(UNTIL, "Until", time(&now.times[1]));
    until.hint = Some(plain(&format!("On your own clocks. The company's: {}.", now.company), 2000));
    let mut blocks: Vec<SlackBlock> = vec![
        input(FROM, "I write from", time(&now.times[0])).into(),
        until.into(),
        input(DAYS, "On", days).into(),
    ];
    if let Some(zone) = now.zone {
        let mut text = SlackBlockPlainTextInputElement::new();
        text.action_id = Some(SlackActionId("zone".to_owned()));
        text.initial_value = (!zone.is_empty()).then(|| zone.to_owned());
        text.max_length = Some(60);
        let mut zone = input(ZONE, "Where are you?", text);
        zone.hint =
            Some(plain("Slack doesn't know. A large city nearby, or a zone like Europe/Madrid.", 2000));
        zone.optional = Some(true);
        blocks.push(zone.into());
    }
    let mut form = form("me.settings", "When may Duet write?", "Save", blocks);
    form.private_metadata = now.from_home.then(|| FROM_HOME.to_owned());
    SlackView::Modal(form)
}

/// What somebody set; what is as the company's is left to it. Else what is wrong, by block.
pub(super) fn read(state: &State, before: &Own, company: [&str; 2]) -> Result<Own, Vec<(String, String)>> {
    let mut wrong = Vec::new();
    let mut refuse = |block: &str, why: &str| wrong.push((block.to_owned(), why.to_owned()));
    let hours = match (state.time(FROM), state.time(UNTIL)) {
        (Some(from), Some(until)) if until == Time::midnight() => {
            Some(format!("{}-24:00", from.strftime("%H:%M")))
        }
        (Some(from), Some(until)) if from < until => {
            Some(format!("{}-{}", from.strftime("%H:%M"), until.strftime("%H:%M")))
        }
        _ => None,
    };
    if hours.is_none() {
        refuse(UNTIL, "Please pick a time that is later that day than the first.");
    }
    let days = own::days(&state.options(DAYS).join(","));
    if days.is_none() {
        refuse(DAYS, "Please tick a day. To be left alone altogether, there is \"Be quiet\".");
    }
    let zone = match state.text(ZONE) {
        None => Some(String::new()),
        Some(typed) => own::zone(typed),
    };
    if zone.is_none() {
        refuse(ZONE, "I don't know that place. A large city nearby will do, as in \"Madrid\".");
    }
    let (Some(hours), Some(days), Some(zone)) = (hours, days, zone) else { return Err(wrong) };
    let [company_hours, company_days] = company;
    let own = |mine: String, company: &str| if mine == company { String::new() } else { mine };
    Ok(Own {
        hours: own(hours, company_hours),
        days: own(days, company_days),
        // Where the form did not ask, it stays.
        zone: if zone.is_empty() { before.zone.clone() } else { zone },
    })
}

/// The form that asks until when somebody wants quiet.
pub(super) fn quiet_until(proposed: Date, from_home: bool) -> SlackView {
    let mut picker = SlackBlockDatePickerElement::new();
    picker.action_id = Some(SlackActionId("day".to_owned()));
    picker.initial_date = Some(proposed.to_string());
    let mut day = input(DAY, "I'm open again on", picker);
    day.hint = Some(plain("Until then I start nothing with you. What people send you still arrives.", 2000));
    let mut form = form("me.quiet_until", "Quiet until", "Be quiet", vec![day.into()]);
    form.private_metadata = from_home.then(|| FROM_HOME.to_owned());
    SlackView::Modal(form)
}

/// The city that a zone is named after.
pub(super) fn city(zone: &TimeZone) -> String {
    let name = zone.iana_name().unwrap_or("UTC");
    name.rsplit('/').next().unwrap_or(name).replace('_', " ")
}
