//! A made-up company: 40 people in sales, 12 in marketing, and those whom a workspace also has.

use super::workspace::{User, Workspace};

/// Names and zones of the sellers, `U0S01` to `U0S40`.
const SALES: &str = "\
Ana Beltrán|Europe/Madrid
Björn Adler|Europe/Berlin
Chiamaka Obi|Europe/London
Dmitri Vasko|Europe/Berlin
Elif Aksoy|Europe/Istanbul
Farid Nazari|Europe/Berlin
Greta Lindqvist|Europe/Stockholm
Hugo Marchetti|Europe/Rome
Inês Carvalho|Europe/Lisbon
Jonas Weidner|Europe/Berlin
Kavita Rao|Europe/London
Liam Gallacher|Europe/London
Mireille Fontan|Europe/Paris
Nuno Teles|Europe/Lisbon
Oksana Hrytsenko|Europe/Warsaw
Pavel Dvorský|Europe/Prague
Quentin Delcourt|Europe/Paris
Rosa Iglesias|Europe/Madrid
Sanne de Wit|Europe/Amsterdam
Tomasz Zieliński|Europe/Warsaw
Uma Krishnan|Europe/London
Viktor Halász|Europe/Budapest
Wanda Kowalik|Europe/Warsaw
Xavi Puig|Europe/Madrid
Yasmin Haddad|Europe/Paris
Zeno Brandt|Europe/Berlin
Alma Fjeld|Europe/Oslo
Bastian Krüger|Europe/Berlin
Clara Vidal|Europe/Madrid
Desmond Okafor|America/New_York
Emily Tran|America/New_York
Frank Delgado|America/Chicago
Grace Whitfield|America/New_York
Haruto Nishida|Asia/Tokyo
Ilse Baumann|Europe/Zurich
Jamal Rivers|America/Los_Angeles
Kiko Aranda|Europe/Madrid
Lena Hofstätter|Europe/Vienna
Mateo Quiroga|America/Sao_Paulo
Priya Venkat|Asia/Kolkata";

/// Names and zones of the marketers, `U0M01` to `U0M12`.
const MARKETING: &str = "\
Mia Lorenzen|Europe/Berlin
Noor Rahimi|Europe/London
Oskar Nyberg|Europe/Stockholm
Paula Santangelo|Europe/Madrid
Rafael Monteiro|Europe/Lisbon
Sofie Claes|Europe/Brussels
Tariq Mansour|Europe/Berlin
Ulrike Seidel|Europe/Berlin
Valentina Ricci|Europe/Rome
Will Ashdown|Europe/London
Yuki Hamada|Asia/Tokyo
Zoe Hartmann|America/New_York";

impl Workspace {
    /// The demo's company. `U0ORG` (Sam) organises; the bot is in #wins, #buddies and #leads.
    #[must_use]
    pub fn company() -> Self {
        let mut company = Self::empty();
        let sam = company.add_person("U0ORG", "Sam Okonkwo", "Europe/Berlin", "sam@haldenpike.example");
        sam.is_admin = true;
        "Revenue Operations".clone_into(&mut sam.title);
        let sales = add_department(&mut company, "S", "Account Executive", SALES);
        let marketing = add_department(&mut company, "M", "Marketing Manager", MARKETING);
        add_bystanders(&mut company);

        let own = |user: &&User| !user.deleted && !user.is_restricted && user.team_id == company.team_id;
        let members = company.users.iter().filter(own).map(|user| user.id.clone());
        let mut everyone: Vec<String> = members.filter(|id| id != "USLACKBOT").collect();
        let without_bot: Vec<String> =
            everyone.iter().filter(|id| **id != company.bot_user).cloned().collect();
        company.add_channel("C0GENERAL", "general", &without_bot);
        company.add_channel("C0BUDDIES", "buddies", &everyone);
        company.add_channel("C0LEADS", "leads", &everyone);
        // The guest and the partner share one channel with everyone.
        everyone.extend(["U0GUEST".to_owned(), "U0EXTERNAL".to_owned()]);
        company.add_channel("C0WINS", "wins", &everyone);
        company.add_usergroup("S0SALES", "sales", "Sales", &sales);
        company.add_usergroup("S0MARKETING", "marketing", "Marketing", &marketing);
        company
    }
}

/// Adds the people of `list` and returns their ids.
fn add_department(company: &mut Workspace, letter: &str, title: &str, list: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for (index, line) in list.lines().enumerate() {
        let (name, zone) = line.split_once('|').unwrap_or((line, ""));
        let id = format!("U0{letter}{:02}", index + 1);
        let email = format!("{}@haldenpike.example", mailbox(name));
        title.clone_into(&mut company.add_person(&id, name, zone, &email).title);
        ids.push(id);
    }
    ids
}

/// `Inês Carvalho` is `ines.carvalho`.
fn mailbox(name: &str) -> String {
    let plain = |letter: char| match letter {
        'á' | 'ã' | 'ä' => 'a',
        'é' | 'ê' | 'è' => 'e',
        'í' => 'i',
        'ń' => 'n',
        'ö' | 'ó' => 'o',
        'ü' => 'u',
        'ý' => 'y',
        ' ' => '.',
        other => other,
    };
    name.to_lowercase().chars().map(plain).collect()
}

/// A guest, somebody who left, another bot, and somebody from another company: never to be enrolled.
fn add_bystanders(company: &mut Workspace) {
    let guest = company.add_person("U0GUEST", "Gail Freeman", "Europe/London", "gail@freelance.example");
    guest.is_restricted = true;
    let left = company.add_person("U0LEFT", "Leo Farewell", "Europe/Berlin", "leo@haldenpike.example");
    left.deleted = true;
    let bot = company.add_person("U0OTHERBOT", "Standup Bot", "", "");
    bot.is_bot = true;
    let outside: &mut User =
        company.add_person("U0EXTERNAL", "Erin Outwater", "America/New_York", "erin@partner.example");
    "T0PARTNER".clone_into(&mut outside.team_id);
}
