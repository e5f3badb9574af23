//! What Duet does, told through the local Slack as its people live it: one file for each part of it.

/// What somebody reads, word by word; the same on each engine.
macro_rules! reads {
    ($said:expr, @$words:literal) => {{
        let said = $said;
        insta::allow_duplicates! {
            insta::assert_snapshot!(said, @$words);
        }
    }};
}
/// Makes each story a test on `SQLite` alone: where the store does not matter.
macro_rules! on_sqlite_alone {
    ($($story:ident),+ $(,)?) => {
        mod sqlite_alone {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() -> anyhow::Result<()> {
                crate::support::on_sqlite(super::$story).await
            })+
        }
    };
}
/// The same stories once more, told while Slack delivers over Socket Mode.
macro_rules! by_socket_too {
    ($($story:ident),+ $(,)?) => {
        mod by_socket {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() -> anyhow::Result<()> {
                crate::support::on_sqlite(|base| super::$story(base.by_socket())).await
            })+
        }
    };
}

mod ahead;
mod asked;
mod avoid;
mod buddies;
mod budget;
mod company;
mod dm;
mod edge;
mod first_seconds;
mod following;
mod home;
mod introducing;
mod launch;
mod me;
mod organising;
mod people;
mod planned;
mod registry;
mod rounds;
mod socket;
#[path = "../support/mod.rs"]
mod support;
mod taking_part;
