//! What each department is after and what it is proud of: said in every introduction, by those who lead it.

use slack_morphism::prelude::SlackView;

use crate::{
    bot::{Bot, Command, Context, Error, Press, Reply, Result, Sent, Verb},
    config::Config,
    people::{self, Department},
    slack::{
        body::{Body, Button},
        form::{Form, Input},
        ids::UserId,
        text::{Words, words},
    },
};

const FORM: &str = "buddies.aim";
/// How long each may be.
const LONGEST: u32 = 150;

pub(super) fn mount(bot: &mut Bot) {
    let duet = bot.settings().commands.duet.clone();
    let about = "says what your department is after, for those who lead it.";
    bot.verb(duet, Verb { word: "aim", example: "", about, organisers: false }, typed)
        .action("buddies.aim", pressed)
        .view(FORM, sent)
        .samples(samples());
}

/// The departments for which this person may speak: the organisers for both, who leads one for that. Others hear who
/// may.
async fn departments_of(ctx: &mut Context, person: &UserId) -> Result<Vec<Department>> {
    if Bot::is_organiser(ctx, person).await? {
        return Ok(Department::BOTH.into());
    }
    let leads = |side: &Department| {
        let department = people::of_department(ctx.settings(), *side);
        [&department.leader, &department.deputy].into_iter().any(|leader| leader == person.as_str())
    };
    let theirs: Vec<Department> = Department::BOTH.into_iter().filter(leads).collect();
    if theirs.is_empty() {
        return Err(Error::told("That is for those who lead sales or marketing, and for the organisers."));
    }
    Ok(theirs)
}

/// `/duet aim`.
async fn typed(ctx: &mut Context, command: Command) -> Result<Reply> {
    open(ctx, &command.who).await
}

async fn pressed(ctx: &mut Context, press: Press) -> Result<Reply> {
    open(ctx, &press.who).await
}

async fn open(ctx: &mut Context, person: &UserId) -> Result<Reply> {
    let departments = departments_of(ctx, person).await?;
    Ok(Reply::OpenModal(Box::new(form(ctx.settings(), &departments)?)))
}

/// What is asked of a department: the end of the setting's path, the question, an example, and what it says now.
fn asked(settings: &Config, side: Department) -> [(String, String, &'static str, &str); 2] {
    let department = people::of_department(settings, side);
    let path = |what: &str| format!("people.{}.{what}", side.as_str());
    [
        (
            path("aim"),
            format!("What is {} after at present?", side.as_str()),
            "For example: 20 new hospital accounts by June",
            &department.aim,
        ),
        (
            path("proud_of"),
            format!("What is {} proud of?", side.as_str()),
            "For example: the first hospital in Lyon",
            &department.proud_of,
        ),
    ]
}

fn form(settings: &Config, departments: &[Department]) -> anyhow::Result<SlackView> {
    let mut form =
        Form::new(FORM, "Aims", "Save").say("Every introduction says it. What is empty is left out.");
    for side in departments {
        for (path, question, example, now) in asked(settings, *side) {
            form = if settings.is_fixed(&path) {
                let now = if now.is_empty() { "nothing" } else { now };
                form.say(words!("{} {}. That is set in the configuration.", question, now))
            } else {
                form.ask(&path, &question, example, Input::line(now, LONGEST))
            };
        }
    }
    form.view()
}

/// The form, filled in. Only what the person may say is taken, whatever was sent.
async fn sent(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    let departments = departments_of(ctx, &sent.who).await?;
    let settings = ctx.settings().clone();
    ctx.choose(|choices| {
        for side in &departments {
            for (path, ..) in asked(&settings, *side) {
                if settings.is_fixed(&path) {
                    continue;
                }
                match sent.view.state.text(&path) {
                    Some(line) => choices.choose(&path, phrase(line)),
                    None => choices.forget(&path),
                }
            }
        }
    })
    .await?;
    let said = departments.iter().map(|side| {
        let department = people::of_department(ctx.settings(), *side);
        (*side, department.aim.as_str(), department.proud_of.as_str())
    });
    Ok(Reply::Text(saved(&said.collect::<Vec<_>>())))
}

/// What somebody typed, as it stands in the middle of a sentence.
fn phrase(typed: &str) -> String {
    typed.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
}

fn saved(said: &[(Department, &str, &str)]) -> Body {
    let body = Body::new("Saved. The next introductions say it.");
    let or = |line: &str| if line.is_empty() { "nothing said".to_owned() } else { line.to_owned() };
    let lines = said.iter().map(|(side, aim, proud_of)| {
        words!("*{}* is after: {}. Proud of: {}.", Words::from(side.title()), or(aim), or(proud_of))
    });
    let lines = lines.reduce(|all, line| words!("{}\n{}", all, line)).unwrap_or_default();
    body.say(lines).buttons([Button::new("buddies.aim", "Change it")])
}

fn samples() -> Vec<(&'static str, Body)> {
    let sales = (Department::Sales, "20 new hospital accounts by June", "the first hospital in Lyon");
    vec![("buddies.aim", saved(&[sales, (Department::Marketing, "", "")]))]
}
