//! Items -> the ways between them that the author made: links, what is linked together, folders.
//!
//! How near two items lie in the folders depends on little more than the folders they lie in, and of these there are few: an item's **place** is its folder and the
//! length of its path. Only an item that others lie below has a place of its own.

use std::collections::HashMap;

/// The ways between items.
#[derive(Default)]
pub(super) struct Paths {
    /// Whom each links to, in order and once.
    out: Vec<Box<[u32]>>,
    /// Who links to each.
    back: Vec<Vec<u32>>,
    /// The tree of all folders, each node behind the one above it; the first is the root.
    folders: Vec<Node>,
    places: Vec<Place>,
    /// How many items are in each place.
    members: Vec<u32>,
    /// The place of each item.
    by_item: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Node {
    above: u32,
    depth: u32,
}

/// A folder, and how long the paths of the items there are.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    folder: u32,
    length: u32,
}

impl Paths {
    /// The ways between items, each with its path and whom it links to.
    pub(super) fn of(items: Vec<(String, Vec<usize>)>) -> Self {
        let count = items.len();
        let mut back: Vec<Vec<u32>> = vec![Vec::new(); count];
        let mut out = Vec::with_capacity(count);
        let mut paths = Vec::with_capacity(count);
        for (from, (path, links)) in items.into_iter().enumerate() {
            let mut links: Vec<u32> = links.into_iter().filter(|&to| to != from && to < count).map(|to| to as u32).collect();
            links.sort_unstable();
            links.dedup();
            links.iter().for_each(|&to| back[to as usize].push(from as u32));
            out.push(links.into());
            paths.push(path);
        }
        Self { out, back, ..Self::placed(&paths) }
    }

    /// The folders of paths.
    fn placed(paths: &[String]) -> Self {
        let mut folders = vec![Node { above: 0, depth: 0 }];
        let mut numbers: HashMap<(u32, &str), u32> = HashMap::new();
        for path in paths {
            let mut at = 0;
            for name in names(&path[..path.rfind('/').unwrap_or(0)]) {
                at = *numbers.entry((at, name)).or_insert_with(|| {
                    folders.push(Node { above: at, depth: folders[at as usize].depth + 1 });
                    folders.len() as u32 - 1
                });
            }
        }
        let mut places = Vec::new();
        let mut members = Vec::new();
        let mut by_place: HashMap<Place, u32> = HashMap::new();
        let mut by_item = Vec::with_capacity(paths.len());
        for path in paths {
            // A path that is a folder itself has that for its place, else the last of its folders.
            let (Ok(folder) | Err(folder)) = names(path).try_fold(0, |at, name| numbers.get(&(at, name)).copied().ok_or(at));
            let place = Place { folder, length: names(path).count() as u32 };
            let number = *by_place.entry(place).or_insert_with(|| {
                places.push(place);
                members.push(0);
                places.len() as u32 - 1
            });
            members[number as usize] += 1;
            by_item.push(number);
        }
        Self { folders, places, members, by_item, ..Self::default() }
    }

    /// Whom an item links to, in order.
    pub(super) fn out(&self, item: usize) -> &[u32] {
        &self.out[item]
    }

    /// Who links to an item.
    pub(super) fn back(&self, item: usize) -> &[u32] {
        &self.back[item]
    }

    /// Adds to each item how much it is linked to together with this one: for each that links to both, 1 / ln(2 + its links), since one that
    /// links to everything says little.
    pub(super) fn add_together(&self, item: usize, together: &mut [f32]) {
        for &from in &self.back[item] {
            let links = &self.out[from as usize];
            let weight = 1.0 / (2.0 + links.len() as f32).ln();
            links.iter().filter(|&&to| to as usize != item).for_each(|&to| together[to as usize] += weight);
        }
    }

    /// The place of an item.
    pub(super) fn place(&self, item: usize) -> usize {
        self.by_item[item] as usize
    }

    /// How many items are in each place.
    pub(super) fn members(&self) -> &[u32] {
        &self.members
    }

    /// Says for each place how much of its paths those there have in common with that of an item, from 0 to 1: twice the names from the top
    /// that are the same, by all names of both paths. The item's own place is that of its neighbours.
    pub(super) fn set_near(&self, item: usize, near: &mut Vec<f32>) {
        let own = self.places[self.place(item)];
        let mut way: Vec<u32> = Vec::new();
        let mut at = own.folder;
        while at != 0 {
            way.push(at);
            at = self.folders[at as usize].above;
        }
        let mut common = vec![0_u32; self.folders.len()];
        for (at, node) in self.folders.iter().enumerate().skip(1) {
            let is_own = way.last() == Some(&(at as u32));
            if is_own {
                way.pop();
            }
            common[at] = if is_own { node.depth } else { common[node.above as usize] };
        }
        near.clear();
        let share = |place: &Place| 2.0 * common[place.folder as usize] as f32 / (own.length + place.length).max(1) as f32;
        near.extend(self.places.iter().map(share));
    }
}

/// The names of a path.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|name| !name.is_empty())
}
