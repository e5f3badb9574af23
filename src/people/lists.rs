//! Who is on a department's list: a user group, a channel, or people by name.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Department, member, places, store,
    store::ListRow,
    sync::{PAGE, of_team, result},
};
use crate::{
    bot::{Context, Job, Result, ask},
    config::{self, Config},
    facts::{MemberGone, RosterChanged},
    jobs::{Claimed, Outcome, Plan},
    slack::{
        call::{Answer, Call},
        ids::UserId,
        payload::Event,
    },
};

/// So many people at a time come onto a list or fall off it: a write stays below about a thousand statements.
const SLICE: usize = 300;

/// Reads who is on a department's list.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SyncList {
    department: Department,
    #[serde(default)]
    source: String,
    #[serde(default)]
    cursor: String,
    #[serde(default)]
    so_far: Vec<UserId>,
    /// All of it was read: what is left is to write it down.
    #[serde(default)]
    whole: bool,
}

impl Job for SyncList {
    const KIND: &'static str = "people.list";

    async fn ask(&self, ctx: &mut Context) -> Result<Plan<Call>> {
        let is_begun = self.whole || !self.cursor.is_empty();
        if is_begun && self.source != source(ctx.settings(), self.department) {
            // Another was chosen while this one was read: it has a job of its own.
            return Ok(Plan::Done);
        }
        let settings = of_department(ctx.settings(), self.department);
        let cursor = (!self.cursor.is_empty()).then_some(self.cursor.as_str());
        Ok(if self.whole {
            Plan::Run
        } else if !settings.usergroup.is_empty() {
            // One that was switched off still tells who was in it: nobody is removed by that.
            let call = Call::new("usergroups.users.list").with("usergroup", settings.usergroup.as_str());
            ask(of_team(ctx, call.with("include_disabled", true)))
        } else if settings.channel.is_empty() {
            Plan::Run
        } else {
            let call = Call::new("conversations.members").with("channel", settings.channel.as_str());
            ask(call.with("limit", PAGE).with_some("cursor", cursor))
        })
    }

    async fn run(mut self, ctx: &mut Context, _: &Claimed, answer: Option<&Answer>) -> Result<Outcome> {
        if self.whole {
            return self.apply(ctx).await;
        }
        if self.cursor.is_empty() {
            source(ctx.settings(), self.department).clone_into(&mut self.source);
        }
        let page = match answer {
            None => json!({ "users": of_department(ctx.settings(), self.department).users }),
            Some(_) => match result(answer)? {
                Ok(page) => page.clone(),
                // A cursor does not last (SLACK.md 1.9): from the start.
                Err("invalid_cursor") if !self.cursor.is_empty() => {
                    read_list(ctx, self.department).await?;
                    return Ok(Outcome::Done);
                }
                // Nobody is removed: the last list counts until it can be read again, or another is chosen.
                Err(word) => {
                    tracing::warn!(department = self.department.as_str(), word, "A list cannot be read");
                    let trouble = word.to_owned();
                    self.stands(ctx, trouble, false).await?;
                    return Ok(Outcome::Done);
                }
            },
        };
        let people = page["users"].as_array().or_else(|| page["members"].as_array());
        self.so_far.extend(people.into_iter().flatten().filter_map(|id| id.as_str().map(UserId::from)));
        let cursor = page["response_metadata"]["next_cursor"].as_str().unwrap_or_default();
        if cursor.is_empty() {
            return self.apply(ctx).await;
        }
        cursor.clone_into(&mut self.cursor);
        self.go_on(ctx).await
    }
}

impl SyncList {
    /// Writes down who came onto the list and who fell off it, some at a time; most nights that is nobody.
    async fn apply(mut self, ctx: &mut Context) -> Result<Outcome> {
        let department = self.department;
        let listed: BTreeSet<&UserId> = self.so_far.iter().collect();
        let members = super::members(ctx).await?;
        let on_list = members.iter().filter(|member| member.listed.contains(&department));
        let was: BTreeSet<&UserId> = on_list.map(|member| &member.id).collect();
        let known: BTreeSet<&UserId> = members.iter().map(|member| &member.id).collect();
        let came = listed.difference(&was).map(|person| (*person, true));
        let changes: Vec<_> = came.chain(was.difference(&listed).map(|person| (*person, false))).collect();
        for (person, came) in changes.iter().take(SLICE) {
            if *came && !known.contains(person) {
                super::member_or_ask(ctx, person).await?;
            }
            store::set_listed(&mut ctx.tx, &ctx.install.id, department, person, *came).await?;
            if !came && member(ctx, person).await?.is_some_and(|member| member.department().is_none()) {
                ctx.emit(&MemberGone { person: (*person).clone() }).await?;
            }
        }
        let is_news = self.whole || !changes.is_empty();
        if changes.len() > SLICE {
            self.whole = true;
            return self.go_on(ctx).await;
        }
        self.stands(ctx, String::new(), is_news).await?;
        Ok(Outcome::Done)
    }

    async fn go_on(self, ctx: &mut Context) -> Result<Outcome> {
        let lane = lane(self.department);
        let next = ctx.job(&self)?.lane(lane);
        ctx.enqueue(next).await?;
        Ok(Outcome::Done)
    }

    /// Writes down how the list stands, and tells it where that is news.
    async fn stands(&self, ctx: &mut Context, trouble: String, changed: bool) -> Result<()> {
        let now = ListRow { source: self.source.clone(), trouble, since: ctx.now };
        let before = store::list(&mut ctx.tx, &ctx.install.id, self.department).await?;
        if before
            .is_none_or(|before| (before.source, before.trouble) != (now.source.clone(), now.trouble.clone()))
        {
            store::set_list(&mut ctx.tx, &ctx.install.id, self.department, &now).await?;
        } else if !changed {
            return Ok(());
        }
        ctx.emit(&RosterChanged {}).await
    }
}

/// Reads both lists anew.
pub async fn read_lists(ctx: &mut Context) -> Result<()> {
    for department in Department::BOTH {
        read_list(ctx, department).await?;
    }
    Ok(())
}

async fn read_list(ctx: &mut Context, department: Department) -> Result<()> {
    let source = source(ctx.settings(), department).to_owned();
    let (lane, key) = (lane(department), format!("people.list:{}:{source}", department.as_str()));
    let job = SyncList { department, source, cursor: String::new(), so_far: Vec::new(), whole: false };
    // In a lane: of two readings of a list the later one counts.
    let job = ctx.job(&job)?.coalesce(key).lane(lane);
    ctx.enqueue(job).await
}

fn lane(department: Department) -> String {
    format!("people.list:{}", department.as_str())
}

/// `subteam_members_changed`, `member_joined_channel`, `member_left_channel`.
pub(super) async fn changed(ctx: &mut Context, event: Event) -> Result<()> {
    let changed = event.body["subteam_id"].as_str().or_else(|| event.body["channel"].as_str());
    for department in Department::BOTH {
        let source = source(ctx.settings(), department);
        if changed.is_some_and(|id| !id.is_empty() && id == source) {
            read_list(ctx, department).await?;
        }
    }
    // Duet itself came into a channel, or was removed from it.
    if event.body["user"].as_str() == Some(ctx.install.bot_user.as_str()) {
        return places::channel_changed(ctx, event).await;
    }
    Ok(())
}

/// The user group or channel that a department's list is read from; empty where people are named, or nothing.
#[must_use]
pub fn source(settings: &Config, department: Department) -> &str {
    let settings = of_department(settings, department);
    if settings.usergroup.is_empty() { &settings.channel } else { &settings.usergroup }
}

/// What is set of a department.
#[must_use]
pub fn of_department(settings: &Config, department: Department) -> &config::Department {
    match department {
        Department::Sales => &settings.people.sales,
        Department::Marketing => &settings.people.marketing,
    }
}
