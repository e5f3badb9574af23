//! What Slack makes of what somebody types: escaped, and with ids in the place of names.

use crate::sandbox::{Kind, Workspace};

/// A command and what follows it, if this is one.
pub(super) fn command(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (name.starts_with('/') && name.len() > 1).then(|| (name, rest.trim()))
}

/// Escapes `&`, `<` and `>`, and turns `@Ana Beltrán`, `@sales` and `#wins` into what the app gets.
pub(super) fn as_slack_sends_it(text: &str, workspace: &Workspace) -> String {
    let escaped = escape(text);
    let mut names: Vec<(String, String)> = Vec::new();
    for user in workspace.users.iter().filter(|user| !user.deleted) {
        names.push((format!("@{}", escape(&user.real_name)), format!("<@{}>", user.id)));
    }
    for group in &workspace.usergroups {
        names.push((format!("@{}", group.handle), format!("<!subteam^{}|@{}>", group.id, group.handle)));
    }
    for channel in workspace.channels.iter().filter(|channel| channel.kind == Kind::Public) {
        names.push((format!("#{}", channel.name), format!("<#{}|{}>", channel.id, channel.name)));
    }
    // "@Ana Beltrán" before "@Ana".
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let (mut sent, mut rest) = (String::new(), escaped.as_str());
    while let Some(letter) = rest.chars().next() {
        let is_whole = |name: &str| !rest[name.len()..].starts_with(char::is_alphanumeric);
        let begins = !sent.ends_with(char::is_alphanumeric);
        let found =
            names.iter().find(|(name, _)| begins && rest.starts_with(name.as_str()) && is_whole(name));
        if let Some((name, id)) = found {
            sent.push_str(id);
            rest = &rest[name.len()..];
        } else {
            sent.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    sent
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_ids_and_markup_becomes_words() {
        let company = Workspace::company();
        let sent = |text: &str| as_slack_sends_it(text, &company);
        assert_eq!(sent("meet @Ana Beltrán, please"), "meet <@U0S01>, please");
        assert_eq!(sent("@sales in #wins"), "<!subteam^S0SALES|@sales> in <#C0WINS|wins>");
        assert_eq!(sent("<!channel> & <@U0S01>"), "&lt;!channel&gt; &amp; &lt;@U0S01&gt;");
        assert_eq!(sent("mail ana@sales.example, #winsome"), "mail ana@sales.example, #winsome");
    }

    #[test]
    fn a_command_begins_with_its_name() {
        assert_eq!(command("  /buddy  pause until 2 March "), Some(("/buddy", "pause until 2 March")));
        assert_eq!(command("/buddy"), Some(("/buddy", "")));
        assert_eq!(command("/"), None);
        assert_eq!(command("either/or"), None);
    }
}
