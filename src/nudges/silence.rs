//! Who never answers is asked no more: five questions of a kind without a word in a row silence that kind. It is
//! said once, with a way back.

use std::time::Duration;

use super::store::{self, Asked};
use crate::{
    bot::{Context, Press, Reply, Result},
    clock::Instant,
    slack::{
        body::{Body, Button},
        ids::UserId,
        text::words,
    },
};

/// So many without a word.
const IN_A_ROW: usize = 5;
/// Before that, nobody is late with an answer.
const PATIENCE: Duration = Duration::from_hours(24);

/// Whether questions of a kind may still be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Voice {
    /// They may.
    Asks,
    /// The last ones went unanswered: time to say goodbye.
    SaysGoodbye,
    /// It has said goodbye.
    Silent,
}

pub(super) async fn voice(ctx: &mut Context, person: &UserId, kind: &str) -> Result<Voice> {
    let silence = store::silence(&mut ctx.tx, &ctx.install.id, person, kind).await?;
    if silence.as_ref().is_some_and(|silence| silence.silent) {
        return Ok(Voice::Silent);
    }
    let since = silence.map_or(Instant(0), |silence| silence.since);
    let asked = store::asked(&mut ctx.tx, &ctx.install.id, person, kind, since).await?;
    Ok(if went_unanswered(&asked, ctx.now) { Voice::SaysGoodbye } else { Voice::Asks })
}

/// Whether the last five went unanswered, of those to which there was time to answer; the latest comes first.
fn went_unanswered(asked: &[Asked], now: Instant) -> bool {
    let mut late = asked.iter().filter(|it| it.state != "asked" || it.settled_at.plus(PATIENCE) <= now);
    let last: Vec<&Asked> = late.by_ref().take(IN_A_ROW).collect();
    last.len() == IN_A_ROW && last.iter().all(|it| it.state != "answered")
}

/// What is said once.
pub(super) fn goodbye(kind: &str, about: &'static str, duet: &str) -> Body {
    Body::new(words!("*Five questions without a word, so I'll stop {}.*", about))
        .say("Nobody is told, and nothing else changes. If it was only the moment:")
        .buttons([
            Button::new("nudges.again", "Start again").value(kind).primary(),
            Button::new("nudges.leave", "Leave it").value(kind),
        ])
        .small(words!("`{}` shows how we stand, `{} quiet` lets me start nothing at all.", duet, duet))
}

fn again(about: &str) -> Body {
    Body::new(words!("*I'm back to {}.* The next one comes when it is due.", about))
}

fn left(duet: &str) -> Body {
    Body::new(words!("*I leave it.* `{}` has the way back, whenever you like.", duet))
}

/// "Start again".
pub(super) async fn start_again(ctx: &mut Context, press: Press) -> Result<Reply> {
    let silence = store::silence(&mut ctx.tx, &ctx.install.id, &press.who, &press.value).await?;
    let Some(silence) = silence else {
        return Ok(Reply::instead("Nothing was stopped, so there is nothing to start again."));
    };
    let (install, now) = (ctx.install.id.clone(), ctx.now);
    store::set_silence(&mut ctx.tx, &install, &press.who, &press.value, &silence.about, false, now).await?;
    ctx.refresh_home(&press.who).await?;
    Ok(Reply::Instead(again(&silence.about)))
}

/// "Leave it".
pub(super) async fn leave(ctx: &mut Context, _: Press) -> Result<Reply> {
    Ok(Reply::Instead(left(&ctx.settings().commands.duet)))
}

/// Every message of this floor.
pub(super) fn samples() -> Vec<(&'static str, Body)> {
    vec![
        ("me.goodbye", goodbye("buddies.met", "asking whether you met", "/duet")),
        ("me.goodbye, started again", again("asking whether you met")),
        ("me.goodbye, left", left("/duet")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_in_a_row_and_no_hurry() {
        let hour = 3_600_000;
        let now = Instant(1000 * hour);
        let asked = |states: &[(&str, i64)]| -> bool {
            let rows: Vec<Asked> = states
                .iter()
                .map(|(state, ago)| Asked {
                    state: (*state).to_owned(),
                    settled_at: Instant(now.0 - ago * hour),
                })
                .collect();
            went_unanswered(&rows, now)
        };
        let closed = ("closed", 300);
        assert!(!asked(&[]));
        assert!(!asked(&[closed; 4]));
        assert!(asked(&[closed; 5]));
        assert!(asked(&[("asked", 30), closed, closed, closed, closed]));
        assert!(!asked(&[("asked", 3), closed, closed, closed, closed]), "there is still time to answer");
        assert!(asked(&[("asked", 3), closed, closed, closed, closed, closed]));
        assert!(!asked(&[closed, closed, ("answered", 310), closed, closed, closed, closed, closed]));
        assert!(asked(&[closed, closed, closed, closed, closed, ("answered", 500)]));
    }
}
