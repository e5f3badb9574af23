//! Who meets at once.

use crate::config::{AT_ONCE, Shape};

/// Two to four people who meet at once; one side is a single person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<Id> {
    /// The salespeople.
    pub sales: Vec<Id>,
    /// The marketers.
    pub marketing: Vec<Id>,
}

impl<Id> Group<Id> {
    /// Who meets whom in it: salespeople and marketers.
    pub fn edges(&self) -> impl Iterator<Item = (&Id, &Id)> {
        self.sales.iter().flat_map(|sales| self.marketing.iter().map(move |marketing| (sales, marketing)))
    }
}

/// The groups in which `one` meets these partners: as few as possible, in sizes that differ by one at most.
pub(super) fn of<Id: Clone>(
    one: &Id,
    partners: &[&Id],
    one_sells: bool,
    shape: Shape,
) -> impl Iterator<Item = Group<Id>> {
    let at_once = if shape == Shape::Groups { AT_ONCE } else { 1 };
    let parts = partners.len().div_ceil(at_once);
    (0..parts).map(move |part| {
        let chunk = &partners[part * partners.len() / parts..(part + 1) * partners.len() / parts];
        let one = vec![one.clone()];
        let partners = chunk.iter().map(|partner| (*partner).clone()).collect();
        let (sales, marketing) = if one_sells { (one, partners) } else { (partners, one) };
        Group { sales, marketing }
    })
}
