//! What somebody's buddies read of them: what they do, and what they may be asked about.

use crate::{
    bot::{Bot, Command, Context, Part, Press, Reply, Result, Sent, Verb},
    people::{self, Kind, Member},
    slack::{
        body::{Body, Button},
        form::{Form, Input},
        ids::UserId,
        text::words,
    },
};

/// The form. The hello opened it under this name first, and its buttons are in old messages.
const FORM: &str = "launch.ask_about";
const ASK_ABOUT: &str = "launch.ask_about";
const ROLE: &str = "role";
/// How long the lines may be.
const LONGEST_LINE: u32 = 120;
const LONGEST_ROLE: u32 = 80;

pub(super) fn mount(bot: &mut Bot) {
    let buddy = bot.settings().commands.buddy.clone();
    let about = "sets what your buddies read of you.";
    bot.verb(buddy, Verb { word: "profile", example: "", about, organisers: false }, typed)
        .action("buddies.profile", pressed)
        .action("launch.ask_about", pressed)
        .view(FORM, sent)
        .home(Part::You, on_home)
        .samples(samples());
}

/// What is known of somebody that an introduction says.
struct Profile {
    member: Member,
    ask_about: String,
}

async fn profile(ctx: &mut Context, person: &UserId) -> Result<Profile> {
    let member = people::member_or_ask(ctx, person).await?;
    let ask_about = people::store::ask_about(&mut ctx.tx, &ctx.install.id, person).await?;
    Ok(Profile { member, ask_about })
}

/// `/buddy profile`.
async fn typed(ctx: &mut Context, command: Command) -> Result<Reply> {
    open(ctx, &command.who, false).await
}

async fn pressed(ctx: &mut Context, press: Press) -> Result<Reply> {
    open(ctx, &press.who, press.message.is_none()).await
}

async fn open(ctx: &mut Context, person: &UserId, from_home: bool) -> Result<Reply> {
    let Profile { member, ask_about } = profile(ctx, person).await?;
    let role_hint = match member.title.as_str() {
        "" => "For example: events in the Nordics.".to_owned(),
        title => format!("For example: events in the Nordics. Empty: your title in Slack, {title}."),
    };
    let form = Form::new(FORM, "What buddies read", "Save")
        .remembers(if from_home { "home" } else { "" })
        .ask(
            ASK_ABOUT,
            "Ask me about",
            "For example: buying in hospitals. Your buddies read it when I introduce you.",
            Input::line(&ask_about, LONGEST_LINE),
        )
        .ask(ROLE, "What I do", &role_hint, Input::line(&member.own_role, LONGEST_ROLE));
    Ok(Reply::OpenModal(Box::new(form.view()?)))
}

/// The form, filled in; what is emptied is taken away.
async fn sent(ctx: &mut Context, sent: Sent) -> Result<Reply> {
    people::member_or_ask(ctx, &sent.who).await?;
    let line = |block: &str| {
        let typed = sent.view.state.text(block).unwrap_or_default();
        typed.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (ask_about, role) = (line(ASK_ABOUT), line(ROLE));
    people::store::set_ask_about(&mut ctx.tx, &ctx.install.id, &sent.who, &ask_about).await?;
    people::store::set_own_role(&mut ctx.tx, &ctx.install.id, &sent.who, &role).await?;
    ctx.refresh_home(&sent.who).await?;
    if *sent.view.private_metadata == "home" {
        return Ok(Reply::Done);
    }
    let profile = profile(ctx, &sent.who).await?;
    Ok(Reply::Text(saved(&profile)))
}

/// What buddies read of somebody, where they can change it.
async fn on_home(ctx: &mut Context, person: UserId) -> Result<Body> {
    let profile = profile(ctx, &person).await?;
    let member = &profile.member;
    if member.kind != Kind::Full || member.department().is_none() || member.is_forgotten {
        return Ok(Body::default());
    }
    Ok(reads(&profile, "Your buddies read of you"))
}

fn saved(profile: &Profile) -> Body {
    reads(profile, "Saved. Your buddies read of you")
}

fn reads(Profile { member, ask_about }: &Profile, begin: &'static str) -> Body {
    let what = match (member.role(), ask_about.as_str()) {
        ("", "") => words!("only your name and your side"),
        (role, "") => words!("{}", role),
        ("", line) => words!("ask about {}", line),
        (role, line) => words!("{}; ask about {}", role, line),
    };
    Body::new(words!("{}: {}.", begin, what)).buttons([Button::new("buddies.profile", "Change my profile")])
}

fn samples() -> Vec<(&'static str, Body)> {
    let mut member = Member::made_up("U1", "Ana Ruiz", "Europe/Madrid");
    "Sales Iberia".clone_into(&mut member.title);
    let ask_about = "buying in hospitals".to_owned();
    let nobody = Member::made_up("U1", "Ana Ruiz", "Europe/Madrid");
    vec![
        ("buddies.profile", saved(&Profile { member, ask_about })),
        ("buddies.profile, none", saved(&Profile { member: nobody, ask_about: String::new() })),
    ]
}
