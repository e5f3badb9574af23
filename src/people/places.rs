//! How the user groups and channels stand that organisers can choose, or have chosen.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Department, lists, store,
    store::Place,
    sync::{of_team, result},
};
use crate::{
    bot::{Context, Job, Result, ask},
    facts::RosterChanged,
    jobs::{Claimed, Outcome, Plan},
    slack::{
        call::{Answer, Call},
        payload::Event,
    },
};

/// So many user groups are kept: more than that nobody finds in a menu.
const GROUPS: usize = 500;

/// Looks how the user groups stand, and the channels that are set or chosen.
pub async fn look(ctx: &mut Context) -> Result<()> {
    let job = ctx.job(&ReadGroups {})?.coalesce("people.groups");
    ctx.enqueue(job).await?;
    for channel in channels(ctx) {
        look_at(ctx, channel).await?;
    }
    Ok(())
}

async fn look_at(ctx: &mut Context, channel: String) -> Result<()> {
    let key = format!("people.channel:{channel}");
    let job = ctx.job(&ReadChannel { channel })?.coalesce(key);
    ctx.enqueue(job).await
}

/// Every channel that is set or chosen.
fn channels(ctx: &Context) -> Vec<String> {
    let settings = ctx.settings();
    let lists = Department::BOTH.map(|side| &lists::of_department(settings, side).channel);
    let mut all: Vec<String> = lists
        .into_iter()
        .chain([&settings.buddies.channel, &settings.shoutouts.channel, &settings.leads.marketing_channel])
        .filter(|channel| !channel.is_empty())
        .cloned()
        .collect();
    all.sort();
    all.dedup();
    all
}

/// Reads which user groups there are.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ReadGroups {}

impl Job for ReadGroups {
    const KIND: &'static str = "people.groups";

    async fn ask(&self, ctx: &mut Context) -> Result<Plan<Call>> {
        let call = Call::new("usergroups.list").with("include_count", true).with("include_disabled", true);
        Ok(ask(of_team(ctx, call)))
    }

    async fn run(self, ctx: &mut Context, _: &Claimed, answer: Option<&Answer>) -> Result<Outcome> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (trouble, groups) = match result(answer)? {
            Ok(said) => (String::new(), said["usergroups"].as_array().cloned().unwrap_or_default()),
            // A free plan has none.
            Err(word) => (word.to_owned(), Vec::new()),
        };
        let since = ctx.now;
        let mut now: Vec<Place> = groups
            .iter()
            .filter(|group| group["id"].as_str().is_some_and(|id| !id.is_empty()))
            .take(GROUPS)
            .map(|group| Place {
                id: text(&group["id"]),
                name: text(&group["handle"]),
                people: count(&group["user_count"]),
                trouble: if group["date_delete"].as_i64().unwrap_or(0) > 0 { "disabled" } else { "" }
                    .to_owned(),
                since,
            })
            .collect();
        if trouble.is_empty() {
            // One that is there no longer.
            let known = store::places(&mut ctx.tx, &ctx.install.id).await?;
            let gone = known
                .into_iter()
                .filter(|place| place.id.starts_with('S') && now.iter().all(|group| group.id != place.id));
            let gone: Vec<Place> = gone.map(|place| Place { trouble: "gone".to_owned(), ..place }).collect();
            now.extend(gone);
        }
        now.push(Place {
            id: String::new(),
            name: String::new(),
            people: count(&Value::from(groups.len())),
            trouble,
            since,
        });
        keep(ctx, now).await?;
        Ok(Outcome::Done)
    }
}

/// A number, which Slack may write as a string.
fn count(value: &Value) -> i64 {
    value.as_i64().or_else(|| value.as_str()?.parse().ok()).unwrap_or(0)
}

/// Reads how a channel stands.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ReadChannel {
    channel: String,
}

impl Job for ReadChannel {
    const KIND: &'static str = "people.channel";

    async fn ask(&self, _: &mut Context) -> Result<Plan<Call>> {
        let call = Call::new("conversations.info").with("channel", self.channel.as_str());
        Ok(ask(call.with("include_num_members", true)))
    }

    async fn run(self, ctx: &mut Context, _: &Claimed, answer: Option<&Answer>) -> Result<Outcome> {
        let place = match result(answer)? {
            Ok(said) => {
                let channel = &said["channel"];
                let is = |name: &str| channel[name].as_bool().unwrap_or(false);
                let trouble = match (is("is_archived"), is("is_member")) {
                    (true, _) => "archived",
                    (false, true) => "",
                    (false, false) => "outside",
                };
                Place {
                    id: self.channel,
                    name: channel["name"].as_str().unwrap_or_default().to_owned(),
                    people: count(&channel["num_members"]),
                    trouble: trouble.to_owned(),
                    since: ctx.now,
                }
            }
            Err(word) => {
                let known = store::places(&mut ctx.tx, &ctx.install.id).await?;
                let name = known.into_iter().find(|place| place.id == self.channel).map(|place| place.name);
                let (name, trouble) = (name.unwrap_or_default(), word.to_owned());
                Place { id: self.channel, name, people: 0, trouble, since: ctx.now }
            }
        };
        keep(ctx, vec![place]).await?;
        Ok(Outcome::Done)
    }
}

/// Writes down what is not as it was, and tells it.
async fn keep(ctx: &mut Context, now: Vec<Place>) -> Result<()> {
    let known = store::places(&mut ctx.tx, &ctx.install.id).await?;
    let mut is_news = false;
    for mut place in now {
        let before = known.iter().find(|before| before.id == place.id);
        if let Some(before) = before.filter(|before| before.trouble == place.trouble) {
            place.since = before.since;
        }
        if before != Some(&place) {
            store::set_place(&mut ctx.tx, &ctx.install.id, &place).await?;
            is_news = true;
        }
    }
    if is_news { ctx.emit(&RosterChanged {}).await } else { Ok(()) }
}

/// `subteam_created`, `subteam_updated`: also when one is switched off.
pub(super) async fn group_changed(ctx: &mut Context, _: Event) -> Result<()> {
    let job = ctx.job(&ReadGroups {})?.coalesce("people.groups");
    ctx.enqueue(job).await
}

/// A channel was archived, deleted, renamed, or Duet came into it or was removed.
pub(super) async fn channel_changed(ctx: &mut Context, event: Event) -> Result<()> {
    let body = &event.body["channel"];
    let Some(id) = body.as_str().or_else(|| body["id"].as_str()) else { return Ok(()) };
    let is_ours = channels(ctx).iter().any(|channel| channel == id);
    if is_ours { look_at(ctx, id.to_owned()).await } else { Ok(()) }
}
