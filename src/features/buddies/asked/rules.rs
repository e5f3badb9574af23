//! The rules of who may ask whom. They look at nothing that only the other may know: what they refuse, everyone knows.

use std::time::Duration;

use super::store::Request;
use crate::{
    clock::Instant,
    config::Enrol,
    people::{Department, Kind, Member},
    slack::ids::UserId,
};

/// So many requests of one person wait for an answer at most.
pub(super) const AT_ONCE: usize = 3;
/// Who was asked is not asked again by the same person for so long.
const AGAIN_AFTER: Duration = Duration::from_hours(24 * 60);

/// Whether somebody may ask at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asker {
    May,
    NoFullAccount,
    NoSide,
    /// Nobody is introduced yet.
    NotStarted,
    TakesNoPart,
    Paused,
    /// Quiet, or away for some time.
    Away,
}

pub(super) fn asker(me: &Member, enrol: Enrol, has_begun: bool, now: Instant) -> Asker {
    if !matches!(me.kind, Kind::Full | Kind::Unknown) {
        Asker::NoFullAccount
    } else if me.department().is_none() {
        Asker::NoSide
    } else if !has_begun {
        Asker::NotStarted
    } else if me.is_paused(now) {
        Asker::Paused
    } else if !me.takes_part(enrol, now) {
        Asker::TakesNoPart
    } else if me.is_away(now) {
        Asker::Away
    } else {
        Asker::May
    }
}

/// Why somebody is not asked, where everyone may know why. `When` is when they were asked last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal<When = Instant> {
    /// A bot, or somebody of another company.
    NoColleague,
    /// Both are on this side.
    SameSide(Department),
    /// It is not clear on which side they are.
    NoSide,
    /// They are asked already, since then.
    Asked(When),
    /// They were asked not long ago.
    AskedLately(When),
    /// Too many wait for an answer.
    TooMany,
}

impl<When> Refusal<When> {
    pub(super) fn map_date<Other>(self, map: impl FnOnce(When) -> Other) -> Refusal<Other> {
        match self {
            Self::NoColleague => Refusal::NoColleague,
            Self::SameSide(side) => Refusal::SameSide(side),
            Self::NoSide => Refusal::NoSide,
            Self::Asked(at) => Refusal::Asked(map(at)),
            Self::AskedLately(at) => Refusal::AskedLately(map(at)),
            Self::TooMany => Refusal::TooMany,
        }
    }
}

/// What about the other everyone may know. Whoever was forgotten, left, pauses, or is a guest or deactivated, is asked
/// like anybody else, as far as the asker can see.
pub(super) fn refusal(me: &Member, them: &Member) -> Option<Refusal<jiff::civil::Date>> {
    match (them.kind, me.department(), them.department()) {
        (Kind::Bot | Kind::External, ..) => Some(Refusal::NoColleague),
        (_, Some(mine), Some(theirs)) if mine == theirs => Some(Refusal::SameSide(mine)),
        (Kind::Full, _, None) if !them.is_forgotten => Some(Refusal::NoSide),
        _ => None,
    }
}

/// Whether the asker has asked enough, this one or others; of what came of it, nothing is looked at but a yes.
pub(super) fn too_many(mine: &[Request], other: &UserId, now: Instant) -> Option<Refusal> {
    let last = mine.iter().find(|it| it.asked == *other && it.group_id.is_empty());
    match last {
        Some(last) if last.is_open(now) => Some(Refusal::Asked(last.asked_at)),
        Some(last) if last.asked_at.plus(AGAIN_AFTER) > now => Some(Refusal::AskedLately(last.asked_at)),
        _ if mine.iter().filter(|it| it.is_open(now)).count() >= AT_ONCE => Some(Refusal::TooMany),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant(1_800_000_000_000);
    const DAY: i64 = 86_400_000;

    fn member(change: impl FnOnce(&mut Member)) -> Member {
        let mut member = Member::made_up("U1", "Ana Ruiz", "Europe/Madrid");
        member.listed = vec![Department::Sales];
        change(&mut member);
        member
    }

    #[test]
    fn who_may_ask() {
        let of = |member: &Member| asker(member, Enrol::Announce, true, NOW);
        for (member, may) in [
            (member(|_| ()), Asker::May),
            (member(|it| it.kind = Kind::Guest), Asker::NoFullAccount),
            (member(|it| it.listed = Department::BOTH.to_vec()), Asker::NoSide),
            (member(|it| it.said = Some(false)), Asker::TakesNoPart),
            (member(|it| it.paused_until = NOW.plus(WEEK)), Asker::Paused),
            (member(|it| it.quiet_until = NOW.plus(WEEK)), Asker::Away),
        ] {
            assert_eq!(of(&member), may, "{member:?}");
        }
        assert_eq!(asker(&member(|_| ()), Enrol::Announce, false, NOW), Asker::NotStarted);
        assert_eq!(asker(&member(|_| ()), Enrol::Ask, true, NOW), Asker::TakesNoPart);
    }

    const WEEK: Duration = Duration::from_hours(168);

    #[test]
    fn only_what_everyone_knows_is_refused() {
        let me = member(|_| ());
        let them = |change: fn(&mut Member)| {
            member(|it| {
                it.listed = vec![Department::Marketing];
                change(it);
            })
        };
        for (them, refused) in [
            (them(|_| ()), None),
            (them(|it| it.kind = Kind::Bot), Some(Refusal::NoColleague)),
            (them(|it| it.kind = Kind::External), Some(Refusal::NoColleague)),
            (them(|it| it.listed = vec![Department::Sales]), Some(Refusal::SameSide(Department::Sales))),
            (them(|it| it.listed.clear()), Some(Refusal::NoSide)),
            // All of these look like somebody who says nothing.
            (them(|it| it.kind = Kind::Guest), None),
            (them(|it| it.kind = Kind::Gone), None),
            (them(|it| it.said = Some(false)), None),
            (them(|it| it.paused_until = Instant::NEVER), None),
            (them(|it| it.quiet_until = Instant::NEVER), None),
            (them(|it| it.is_forgotten = true), None),
            (
                them(|it| {
                    it.is_forgotten = true;
                    it.listed.clear();
                }),
                None,
            ),
            (
                them(|it| {
                    it.kind = Kind::Guest;
                    it.listed.clear();
                }),
                None,
            ),
        ] {
            assert_eq!(refusal(&me, &them), refused, "{them:?}");
        }
    }

    #[test]
    fn how_often_somebody_may_ask() {
        let request = |asked: &str, days_ago: i64, group: &str| Request {
            id: "1".to_owned(),
            asker: "U1".into(),
            asked: asked.into(),
            about: String::new(),
            asked_at: Instant(NOW.0 - days_ago * DAY),
            ends_at: Instant(NOW.0 + (7 - days_ago) * DAY),
            declined: false,
            group_id: group.to_owned(),
        };
        let since = |days: i64| Instant(NOW.0 - days * DAY);
        for (mine, refused) in [
            (vec![], None),
            (vec![request("U2", 1, "")], Some(Refusal::Asked(since(1)))),
            (vec![request("U2", 8, "")], Some(Refusal::AskedLately(since(8)))),
            (vec![request("U2", 61, "")], None),
            (vec![request("U2", 8, "g")], None),
            (vec![request("U3", 1, ""), request("U4", 2, ""), request("U5", 8, "")], None),
            (vec![request("U3", 1, ""), request("U4", 2, ""), request("U5", 6, "")], Some(Refusal::TooMany)),
            (vec![request("U3", 1, ""), request("U4", 2, "g"), request("U5", 6, "")], None),
        ] {
            assert_eq!(too_many(&mine, &"U2".into(), NOW), refused, "{mine:?}");
        }
    }
}
