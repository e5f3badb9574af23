//! Reading people from Slack: all of them in pages, and one by one as they change.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Kind, absence::away_until, lists, member, places, store, store::Told};
use crate::{
    bot::{Context, Job, Result, ask},
    clock::Instant,
    facts::{MemberGone, RosterChanged},
    jobs::{Claimed, Outcome, Plan},
    slack::{
        call::{Answer, Call, CallError},
        ids::UserId,
        payload::Event,
        store::set_team,
        text::cut,
    },
};

/// Slack recommends pages of up to 200 (SLACK.md 1.9).
pub(super) const PAGE: i64 = 200;
/// What somebody without a name is called.
const NAMELESS: &str = "a colleague";
/// Longer titles are cut: they stand in a line with a name.
const LONGEST_TITLE: usize = 80;
/// In which workspaces of an organisation Duet is.
const TEAMS: &str = "auth.teams.list";

/// Reads everybody, a page a job, and then the lists.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct SyncPeople {
    #[serde(default)]
    cursor: String,
}

impl From<Instant> for SyncPeople {
    fn from(_: Instant) -> Self {
        Self::default()
    }
}

impl Job for SyncPeople {
    const KIND: &'static str = "people.sync";

    async fn ask(&self, ctx: &mut Context) -> Result<Plan<Call>> {
        if ctx.install.is_without_team() {
            return Ok(ask(Call::new(TEAMS).with("limit", PAGE)));
        }
        let cursor = (!self.cursor.is_empty()).then_some(self.cursor.as_str());
        Ok(ask(of_team(ctx, Call::new("users.list").with("limit", PAGE)).with_some("cursor", cursor)))
    }

    async fn run(self, ctx: &mut Context, _: &Claimed, answer: Option<&Answer>) -> Result<Outcome> {
        if answer.is_some_and(|answer| answer.method == TEAMS) {
            return find_team(ctx, result(answer)?).await;
        }
        let page = match result(answer)? {
            Ok(page) => page,
            // A cursor does not last (SLACK.md 1.9): from the start.
            Err(word) if word == "invalid_cursor" && !self.cursor.is_empty() => {
                let again = ctx.job(&Self::default())?.coalesce("start:people.sync");
                ctx.enqueue(again).await?;
                return Ok(Outcome::Done);
            }
            Err(word) => return Ok(Outcome::GiveUp(anyhow::anyhow!("users.list: {word}"))),
        };
        for user in page["members"].as_array().into_iter().flatten() {
            keep(ctx, user).await?;
        }
        match page["response_metadata"]["next_cursor"].as_str() {
            Some(cursor) if !cursor.is_empty() => {
                let next = ctx.job(&Self { cursor: cursor.to_owned() })?;
                ctx.enqueue(next).await?;
            }
            _ => {
                lists::read_lists(ctx).await?;
                places::look(ctx).await?;
            }
        }
        Ok(Outcome::Done)
    }
}

/// An organisation's token does not say in which workspace Duet is; the lists want to know it.
async fn find_team(ctx: &mut Context, said: Result<&Value, &str>) -> Result<Outcome> {
    let teams = match said {
        Ok(said) => said["teams"].as_array().map(Vec::as_slice).unwrap_or_default(),
        Err(word) => return Ok(Outcome::GiveUp(anyhow::anyhow!("{TEAMS}: {word}"))),
    };
    let Some(team) = teams.first().and_then(|team| team["id"].as_str()) else {
        return Ok(Outcome::GiveUp(anyhow::anyhow!(
            "Duet is installed in the organisation, but in none of its workspaces: an admin of it has to add it"
        )));
    };
    if teams.len() > 1 {
        tracing::warn!(team, all = teams.len(), "Duet is in several workspaces: it reads the people of one");
    }
    set_team(&mut ctx.tx, ctx.install.id.as_str(), team).await?;
    Ok(Outcome::Again(Duration::ZERO))
}

/// Asks Slack who this stranger is, and after that who the next is: one at a time, however many come at once.
pub(super) async fn ask_about_strangers(ctx: &mut Context, first: &UserId) -> Result<()> {
    let job = ctx.job(&FetchPerson { person: first.clone() })?.coalesce("people.strangers");
    ctx.enqueue(job).await
}

/// Reads one person, of whom Slack has not told yet, or something new.
#[derive(Debug, Serialize, Deserialize)]
pub struct FetchPerson {
    pub(super) person: UserId,
}

impl Job for FetchPerson {
    const KIND: &'static str = "people.fetch";

    async fn ask(&self, _: &mut Context) -> Result<Plan<Call>> {
        Ok(ask(Call::new("users.info").with("user", self.person.as_str())))
    }

    async fn run(self, ctx: &mut Context, _: &Claimed, answer: Option<&Answer>) -> Result<Outcome> {
        match result(answer)? {
            Ok(said) => keep(ctx, &said["user"]).await?,
            Err(word) => tracing::warn!(word, "Slack does not tell who somebody is"),
        }
        // Or it told of them under another id: nobody is asked about twice, or those behind them would never be.
        store::give_up_on(&mut ctx.tx, &ctx.install.id, &self.person, NAMELESS).await?;
        if let Some(next) = store::stranger(&mut ctx.tx, &ctx.install.id).await? {
            ask_about_strangers(ctx, &next).await?;
        }
        Ok(Outcome::Done)
    }
}

/// `team_join` and `user_change`.
pub(super) async fn person_changed(ctx: &mut Context, event: Event) -> Result<()> {
    keep(ctx, &event.body["user"]).await
}

/// Writes down what Slack tells of somebody, unless something newer is known: events come in any order, and a page
/// that was asked for before one may be read after it.
async fn keep(ctx: &mut Context, user: &Value) -> Result<()> {
    let Some(id) = user["id"].as_str().filter(|id| !id.is_empty()) else { return Ok(()) };
    let text =
        |value: &Value| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let name = text(&user["profile"]["real_name"])
        .or_else(|| text(&user["real_name"]))
        .or_else(|| text(&user["profile"]["display_name"]))
        .unwrap_or_else(|| NAMELESS.to_owned());
    let kind = Kind::of(user, &ctx.install);
    let is_admin = user["is_admin"].as_bool().unwrap_or(false) || user["is_owner"].as_bool().unwrap_or(false);
    let zone = text(&user["tz"]).unwrap_or_default();
    let title = text(&user["profile"]["title"]).map(|title| one_line(&title)).unwrap_or_default();
    let person = UserId::from(id);
    let before = member(ctx, &person).await?;
    let told = Told {
        id,
        name: &name,
        zone: &zone,
        title: &title,
        kind: kind.as_str(),
        is_admin,
        of: user["updated"].as_i64().unwrap_or(0),
    };
    if !store::set_told(&mut ctx.tx, &ctx.install.id, &told).await? {
        return Ok(());
    }
    store::set_away(&mut ctx.tx, &ctx.install.id, &person, away_until(user)).await?;
    ctx.refresh_home(&person).await?;
    let Some(before) = before.filter(|before| before.kind != kind && !before.is_in_no_list()) else {
        return Ok(());
    };
    if before.kind == Kind::Full && before.department().is_some() {
        ctx.emit(&MemberGone { person }).await?;
    }
    ctx.emit(&RosterChanged {}).await?;
    Ok(())
}

/// What stands in a line among others.
fn one_line(text: &str) -> String {
    cut(&text.split_whitespace().collect::<Vec<_>>().join(" "), LONGEST_TITLE)
}

/// With an organisation's token, some methods want to know the workspace (SLACK.md 1.9).
pub(super) fn of_team(ctx: &Context, call: Call) -> Call {
    let org_wide = ctx.install.is_org_wide();
    call.with_some("team_id", org_wide.then_some(ctx.install.team_id.as_str()))
}

/// What Slack said, or the word with which it refused.
pub(super) fn result(answer: Option<&Answer>) -> Result<Result<&Value, &str>> {
    match answer.map(|answer| &answer.result) {
        Some(Ok(said)) => Ok(Ok(said)),
        Some(Err(CallError::Refused(word))) => Ok(Err(word)),
        Some(Err(other)) => Err(anyhow::anyhow!(other.clone()).into()),
        None => Err(anyhow::anyhow!("nothing was asked").into()),
    }
}
