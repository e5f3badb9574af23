//! Forgetting a person: what the bot itself keeps of them. Features forget by a fact.

use super::{context::Context, error::Result, home, store};
use crate::{
    jobs,
    slack::{ids::UserId, messages},
};

impl Context {
    /// Forgets the words of messages to this person and about them, what waits to be done with what they wrote, and
    /// that they looked. `name` is what others call them.
    pub async fn forget(&mut self, person: &UserId, name: &str) -> Result<()> {
        // What their Home tab still shows of them goes with the last publication.
        self.refresh_home(person).await?;
        let install = self.install.id.clone();
        let home = home::lane(person);
        jobs::forget_lanes(&mut self.tx, install.as_str(), &format!(":{person}"), &home).await?;
        messages::forget(&mut self.tx, &install, person, name).await?;
        store::forget_person(&mut self.tx, &install, person).await?;
        Ok(())
    }
}
