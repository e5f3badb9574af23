//! What organisers read while they set Duet up.

use super::{
    super::{mend::trouble, shapes},
    state::{Channel, Setup, Side, Source, Stage},
};
use crate::{
    config::{Enrol, Shape},
    people::{Department, Kind, Member},
    slack::{
        body::{Body, Button},
        ids::ChannelId,
        text::{Words, list, words},
    },
};

/// How many names of a list are shown.
const NAMED: usize = 60;

pub(super) fn opened() -> Body {
    Body::new("The set-up is at the end of our chat. It follows whatever is changed.")
}

/// The set-up as it stands.
pub(super) fn setup(setup: &Setup) -> Body {
    let title = match setup.stage {
        Stage::Before => words!(
            "*Duet is here. Nothing is sent to anyone until you say so.*\nFour things, about five minutes:"
        ),
        Stage::Pilot(people) => {
            words!("*Duet has begun with {} people.*\nWhat you change here counts from now on.", people)
        }
        Stage::Running => words!("*Duet is running.*\nWhat you change here counts from now on."),
    };
    let see = Button::new("launch.see", "See the lists");
    let choose = Button::new("launch.lists", "Choose the lists");
    let choose_lists = (!setup.sides.iter().all(|side| side.is_fixed)).then_some(choose);
    let mut body = Body::new(title).say(lists(setup)).buttons(choose_lists.into_iter().chain([see]));
    let channels = setup.channels.iter().map(channel);
    let channels = channels.reduce(|all, line| words!("{}\n{}", all, line)).unwrap_or_default();
    body = body
        .say(words!("2. *Where I tell what came of it.*\n{}", channels))
        .buttons(
            (!setup.channels.iter().all(|channel| channel.is_fixed))
                .then(|| Button::new("launch.channels", "Choose the channel")),
        )
        .say(leaders(setup))
        .buttons([Button::new("launch.leaders", "Add the leaders")])
        .say(when(setup));
    let mut buttons: Vec<Button> = Vec::new();
    if !setup.shape_is_fixed && setup.offers.len() > 1 {
        buttons.extend(setup.offers.iter().map(|offer| {
            let (choice, label) = match offer.shape {
                Shape::Groups => ("groups", "In groups"),
                Shape::Turns => ("turns", "Two by two, in turn"),
                Shape::Pairs => ("pairs", "Two by two, all"),
            };
            Button::new(format!("launch.shape:{choice}"), label)
        }));
    }
    buttons.push(Button::new("launch.rhythm", "Change when and who"));
    body = body.buttons(buttons);
    let rehearse = Button::new("launch.rehearse", "Show me everything first");
    match setup.stage {
        Stage::Before => body
            .say(
                "*Shall I show you everything first?* You alone get one of each message, with made-up names. After that, \
                 the launch asks you once more.",
            )
            .buttons([rehearse, Button::new("launch.ready", "On to the launch").primary()]),
        Stage::Pilot(_) => {
            body.buttons([rehearse, Button::new("launch.ready", "Say hello to the others").primary()])
        }
        Stage::Running => body.buttons([rehearse]),
    }
    .small(words!("`{} setup` brings this back to the end of our chat.", setup.duet))
}

fn lists(setup: &Setup) -> Words {
    let [sales, marketing] = &setup.sides;
    let mut words = words!("1. *Who is in sales, who in marketing.*\n{}\n{}", side(sales), side(marketing));
    if !setup.both.is_empty() {
        let left_out =
            words!("In both, and so left out until somebody says which: {}.", names(&setup.both, 10));
        words = words!("{}\n{}", words, left_out);
    }
    match setup.guests {
        0 => {}
        1 => words = words!("{}\nOne is a guest or from another company, and left out.", words),
        many => words = words!("{}\n{} are guests or from another company, and left out.", words, many),
    }
    words
}

/// One side: how many, from where, what is in the way.
fn side(side: &Side) -> Words {
    let fixed = Words::from(if side.is_fixed { ", set in the configuration" } else { "" });
    let title = Words::from(side.department.title());
    let known = match &side.source {
        Source::Nothing if side.people == 0 => words!("• {}: nobody yet{}.", title, fixed),
        _ if !side.is_read => words!("• {}: I'm reading the list{}.", title, fixed),
        source => words!("• {}: {} from {}{}.", title, people(side.people), from(source), fixed),
    };
    if side.trouble.is_empty() {
        return known;
    }
    words!("{} {}", known, trouble::of_list(side))
}

fn people(number: usize) -> Words {
    words!("{} {}", number, Words::from(if number == 1 { "person" } else { "people" }))
}

/// Where a list comes from.
pub(in super::super) fn from(source: &Source) -> Words {
    match source {
        Source::Nothing => Words::from("what they said themselves"),
        Source::Group(handle) => words!("the user group @{}", handle),
        Source::Channel(channel) => words!("{}", channel),
        Source::People(_) => Words::from("a list of names"),
    }
}

fn channel(channel: &Channel) -> Words {
    let what = Words::from(channel.what);
    let fixed = Words::from(if channel.is_fixed { ", set in the configuration" } else { "" });
    match &channel.id {
        None => words!("• {}: nowhere yet.", what),
        Some(id) if channel.trouble.is_empty() => words!("• {}: {}{}.", what, id, fixed),
        Some(id) => words!("• {}: {}{}. {}", what, id, fixed, trouble::of_channel(&channel.trouble)),
    }
}

fn leaders(setup: &Setup) -> Words {
    let line = |side: &Side| {
        let title = Words::from(side.department.title());
        let leader = match &side.leader {
            Some(leader) => words!("• {}: {}", title, leader),
            None => words!("• {}: nobody named", title),
        };
        if side.aim.is_empty() { words!("{}.", leader) } else { words!("{}, after {}.", leader, side.aim) }
    };
    let [sales, marketing] = setup.sides.each_ref().map(line);
    words!("3. *The two leaders, and what each side is after.*\n{}\n{}", sales, marketing)
}

fn when(setup: &Setup) -> Words {
    let fixed = |is_fixed: bool| Words::from(if is_fixed { " (set in the configuration)" } else { "" });
    let silence = Words::from(match setup.enrol {
        Enrol::Announce => "Who says nothing to the hello takes part.",
        Enrol::Ask => "Only who says yes to the hello takes part.",
    });
    let mut words = words!(
        "4. *When people are introduced:* {}{}. {}",
        setup.rhythm,
        fixed(setup.rhythm_is_fixed),
        silence
    );
    let [sales, marketing] = setup.sides.each_ref().map(|side| side.people);
    if setup.offers.is_empty() {
        let is_chosen = setup.sides.iter().all(|side| side.source != Source::Nothing);
        let first = if is_chosen { "that comes with the lists" } else { "choose the lists first" };
        return words!("{}\nHow they meet depends on how many they are: {}.", words, Words::from(first));
    }
    let now = Words::from(match setup.shape {
        Shape::Groups => "in groups",
        Shape::Turns => "two by two, in turn",
        Shape::Pairs => "two by two, all",
    });
    if setup.offers.len() > 1 {
        words = words!("{}\n{} and {} means one of these:", words, sales, marketing);
    } else {
        words = words!("{}\n{} and {} means:", words, sales, marketing);
    }
    for offer in &setup.offers {
        words = words!("{}\n• {}", words, offer.words);
    }
    if setup.offers.len() > 1 {
        words = words!("{}\nNow: {}{}.", words, now, fixed(setup.shape_is_fixed));
    }
    words
}

/// Up to so many names.
fn names(all: &[String], most: usize) -> Words {
    let mut shown: Vec<Words> = all.iter().take(most).map(|name| words!("{}", name)).collect();
    if all.len() > most {
        shown.push(words!("{} more", all.len() - most));
    }
    list(&shown)
}

/// Who is on which side, and who is left out, with the reason.
fn parts(members: &[Member]) -> [(Words, Vec<String>); 7] {
    let named = |test: &dyn Fn(&Member) -> bool| -> Vec<String> {
        members.iter().filter(|member| test(member)).map(|member| member.name.clone()).collect()
    };
    let on =
        |side: Department| move |member: &Member| member.is_invited() && member.department() == Some(side);
    let kept_out = |kind: Kind| move |member: &Member| member.kind == kind && !member.is_in_no_list();
    [
        (Words::from("In sales"), named(&on(Department::Sales))),
        (Words::from("In marketing"), named(&on(Department::Marketing))),
        (Words::from("In both lists, and so left out"), named(&super::state::is_unclear)),
        (
            Words::from("Taking no part"),
            named(&|member| {
                member.kind == Kind::Full && member.said == Some(false) && !member.is_in_no_list()
            }),
        ),
        (Words::from("Guests, left out"), named(&kept_out(Kind::Guest))),
        (Words::from("From another company, left out"), named(&kept_out(Kind::External))),
        (
            Words::from("Not here yet, or no longer"),
            named(&|member| matches!(member.kind, Kind::Gone | Kind::Unknown) && !member.is_in_no_list()),
        ),
    ]
}

pub(super) fn see_lists(members: &[Member]) -> Body {
    let parts = parts(members);
    let (sales, marketing) = (parts[0].1.len(), parts[1].1.len());
    let mut body = Body::new(words!("*{} in sales, {} in marketing.*", sales, marketing));
    for (title, members) in parts.into_iter().filter(|(_, members)| !members.is_empty()) {
        body = body.say(words!("*{} ({}):* {}.", title, members.len(), names(&members, NAMED)));
    }
    body
}

pub(super) fn samples() -> Vec<(&'static str, Body)> {
    let side = |department, source, people| Side { people, ..Side::of(department, source) };
    let channel = |what, id: Option<&str>, trouble: &str| Channel {
        what,
        id: id.map(ChannelId::from),
        is_fixed: false,
        trouble: trouble.to_owned(),
    };
    let empty = Setup {
        stage: Stage::Before,
        sides: [side(Department::Sales, Source::Nothing, 0), side(Department::Marketing, Source::Nothing, 0)],
        both: Vec::new(),
        guests: 0,
        channels: vec![channel("What came of the introductions", None, "")],
        rhythm: "every two weeks, next on Tuesday 1 December at 10:00".to_owned(),
        rhythm_is_fixed: false,
        offers: Vec::new(),
        shape: Shape::Groups,
        shape_is_fixed: false,
        enrol: Enrol::Announce,
        duet: "/duet".to_owned(),
    };
    let mut sales = side(Department::Sales, Source::Group("sales".to_owned()), 38);
    sales.leader = Some("U8".into());
    "20 new hospital accounts by June".clone_into(&mut sales.aim);
    let mut marketing = side(Department::Marketing, Source::Channel("C1".into()), 12);
    "channel_not_found".clone_into(&mut marketing.trouble);
    let mut half = Setup {
        sides: [sales.clone(), marketing.clone()],
        both: vec!["Greta Holm".to_owned()],
        guests: 2,
        channels: vec![channel("What came of the introductions", Some("C2"), "outside")],
        offers: shapes::offers([38, 12], Some(2)),
        ..empty.clone()
    };
    let before = setup(&half);
    let mut unread = half.clone();
    unread.offers = Vec::new();
    unread.both = Vec::new();
    unread.guests = 0;
    for side in &mut unread.sides {
        (side.is_read, side.is_fixed, side.people, side.trouble) = (false, true, 0, String::new());
    }
    marketing.trouble = String::new();
    marketing.is_fixed = true;
    half.sides = [sales, marketing];
    half.stage = Stage::Running;
    half.rhythm_is_fixed = true;
    half.shape_is_fixed = true;
    half.enrol = Enrol::Ask;
    let pilot = Setup { stage: Stage::Pilot(10), ..half.clone() };
    let mut guest = Member::made_up("U3", "Gail Freeman", "Europe/London");
    guest.kind = Kind::Guest;
    guest.listed = vec![Department::Sales];
    let mut ana = Member::made_up("U1", "Ana Ruiz", "Europe/Madrid");
    ana.listed = vec![Department::Sales];
    let mut mia = Member::made_up("U2", "Mia Lindqvist", "Europe/Stockholm");
    mia.listed = vec![Department::Marketing];
    let mut greta = Member::made_up("U4", "Greta Holm", "Europe/Berlin");
    greta.listed = Department::BOTH.to_vec();
    vec![
        ("launch.setup", setup(&empty)),
        ("launch.setup, half done", before),
        ("launch.setup, the lists are being read", setup(&unread)),
        ("launch.setup, some have begun", setup(&pilot)),
        ("launch.setup, running", setup(&half)),
        ("launch.setup, opened", opened()),
        ("launch.lists", see_lists(&[ana, mia, guest, greta])),
    ]
}
