//! What Duet knows about somebody, and forgetting it.

use std::sync::Arc;

use super::messages;
use crate::{
    bot::{Bot, Context, EVERYTHING, Press, Reply, Result},
    facts::{MemberForgotten, MemberGone},
    people,
    slack::{
        body::Body,
        messages::{Destination, Message},
        text::{Words, parts, words},
    },
};

/// So many characters of a message are used at most: Slack refuses an edit above 4,000 (SLACK.md 1.8).
const PIECE: usize = 2800;

/// "What Duet knows about me".
pub(super) async fn known(ctx: &mut Context, _: Press) -> Result<Reply> {
    let bot = Arc::clone(ctx.bot());
    let known: Vec<_> = bot.keeps().collect();
    let contact = ctx.settings().privacy.contact.clone();
    Ok(Reply::Text(messages::known(&known, &contact)))
}

/// "Send me all of it": in pieces that fit.
pub(super) async fn send_all(ctx: &mut Context, press: Press) -> Result<Reply> {
    let lines = Bot::everything_known(ctx, &press.who).await?;
    // Whoever clicks twice gets the same once.
    let minute = ctx.now.seconds() / 60;
    let pieces = pieces(&lines);
    let count = pieces.len();
    for (number, piece) in pieces.into_iter().enumerate() {
        let key = format!("{EVERYTHING}{}:{minute}:{number}", press.who);
        let body = Some(messages::everything(&piece, number + 1, count));
        ctx.want(Message { key, destination: Destination::Dm(press.who.clone()), body }).await?;
    }
    Ok(Reply::Text(messages::sent_all(count)))
}

/// Lines, put together to pieces of which each fits into a message.
fn pieces(lines: &[Words]) -> Vec<Words> {
    let mut pieces: Vec<Words> = Vec::new();
    for line in lines.iter().flat_map(|line| parts(line, PIECE)) {
        match pieces.last_mut() {
            Some(piece) if piece.as_str().chars().count() + line.as_str().chars().count() < PIECE => {
                let both = words!("{}\n{}", *piece, line);
                *piece = both;
            }
            _ => pieces.push(line),
        }
    }
    pieces
}

/// "Forget me", confirmed.
pub(super) async fn forget(ctx: &mut Context, press: Press) -> Result<Reply> {
    let member = people::member_or_ask(ctx, &press.who).await?;
    if !member.is_forgotten {
        ctx.forget(&press.who, &member.name).await?;
        people::forget(ctx, &press.who).await?;
        ctx.emit(&MemberForgotten { person: press.who.clone() }).await?;
        ctx.emit(&MemberGone { person: press.who.clone() }).await?;
        tracing::info!(install = %ctx.install.id, "Somebody was forgotten, as they asked");
    }
    let body: Body = messages::forgotten(&ctx.settings().commands);
    Ok(Reply::Instead(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_fits_and_nothing_is_lost() {
        let lines: Vec<Words> = (0..500_usize).map(|number| words!("line {}", number)).collect();
        let all = pieces(&lines);
        assert!(all.len() > 1 && all.iter().all(|piece| piece.as_str().chars().count() <= PIECE));
        let again: Vec<&str> = all.iter().flat_map(|piece| piece.as_str().lines()).collect();
        assert_eq!(again, lines.iter().map(Words::as_str).collect::<Vec<_>>());
        assert!(pieces(&[]).is_empty());
        // What Duet wrote may be longer than fits.
        let long = "and so on ".repeat(700);
        let all = pieces(&[words!("{}", long.as_str())]);
        assert!(all.len() > 1 && all.iter().all(|piece| piece.as_str().chars().count() <= PIECE));
        assert_eq!(all.iter().map(Words::as_str).collect::<String>(), long);
    }
}
