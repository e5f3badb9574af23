//! Working out who meets whom: everything is read first, so that it can be done while no write is open.

use std::collections::{BTreeSet, HashMap};

use sha2::{Digest as _, Sha256};

use super::{
    super::{
        introducing,
        matching::{
            self, Past, Plan as Matching, Problem,
            wishes::{self, Profile},
        },
        organising,
    },
    who::{self, Who},
};
use crate::{
    bot::{Context, Result},
    clock::{Instant, Rng},
    config::{Shape, Wishes},
    people::{self, Department, Member},
    slack::ids::UserId,
};

/// Everything that a plan is worked out from.
pub(super) struct Input {
    sales: Vec<UserId>,
    marketing: Vec<UserId>,
    past: Past<UserId>,
    profiles: HashMap<UserId, Profile>,
    wishes: Wishes,
    forbidden: Vec<(UserId, UserId)>,
    pins: Vec<(UserId, UserId)>,
    shape: Shape,
    max_load: usize,
    rng: Rng,
}

impl Input {
    pub(super) async fn read(ctx: &mut Context, number: i64, hour: Instant, who: Who) -> Result<Self> {
        let people = who::present(ctx, hour, who).await?;
        let past = who::past(ctx, number).await?;
        let seed = Sha256::digest(format!("{}/{number}", ctx.install.id));
        let mut profiles = HashMap::new();
        for member in &people {
            profiles.insert(member.id.clone(), profile(ctx, member, hour, past.rounds(&member.id))?);
        }
        let of = |side: Department| -> Vec<UserId> {
            let on = people.iter().filter(|member| member.department() == Some(side));
            on.map(|member| member.id.clone()).collect()
        };
        let [sales, marketing] = Department::BOTH.map(of);
        let forbidden = who::apart(ctx).await?;
        let mut pins = organising::pins(ctx, number).await?;
        pins.extend(introducing::leaders::leaders(ctx).await?);
        let settings = &ctx.settings().buddies;
        Ok(Self {
            sales,
            marketing,
            past,
            profiles,
            wishes: settings.wishes,
            forbidden,
            pins,
            shape: settings.shape,
            max_load: settings.max_load.try_into().unwrap_or(usize::MAX),
            rng: <Rng as rand_chacha::rand_core::SeedableRng>::from_seed(seed.into()),
        })
    }

    pub(super) fn solve(mut self) -> Matching<UserId> {
        let wish = |sales: &UserId, marketing: &UserId| {
            let both = self.profiles.get(sales).zip(self.profiles.get(marketing));
            both.map_or(0, |(one, other)| wishes::points(&self.wishes, one, other))
        };
        let problem = Problem {
            forbidden: self.forbidden,
            pins: self.pins,
            shape: self.shape,
            max_load: self.max_load,
            wish: Some(&wish),
            ..Problem::new(&self.sales, &self.marketing, &self.past)
        };
        matching::plan(&problem, &mut self.rng)
    }
}

/// What wishes look at of somebody who was in so many rounds.
fn profile(ctx: &Context, member: &Member, hour: Instant, rounds: usize) -> Result<Profile> {
    let hours = people::hours_of(ctx.settings(), member)?;
    let today = hour.in_zone(hours.zone()).date();
    Ok(Profile { hours: hours.in_utc(today), place: member.zone.clone(), tags: BTreeSet::new(), rounds })
}

/// Who would meet whom in round `number`, if it began now. The same whenever it is asked, as long as nothing changes:
/// the preview is what comes.
pub(in crate::features::buddies) async fn plan(ctx: &mut Context, number: i64) -> Result<Matching<UserId>> {
    let now = ctx.now;
    Ok(Input::read(ctx, number, now, Who::All).await?.solve())
}
