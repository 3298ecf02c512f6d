//! Items -> the ways between them that the author made: links, what is linked together, folders.

use std::collections::HashMap;

use super::Item;

/// The ways between items.
pub(super) struct Paths {
    /// Whom each links to, in order and once.
    out: Vec<Vec<u32>>,
    /// Who links to each.
    back: Vec<Vec<u32>>,
    /// The tree of all paths, each node behind the one above it; the first is the root.
    nodes: Vec<Node>,
    /// The node of each item.
    places: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Node {
    above: u32,
    depth: u32,
}

impl Paths {
    pub(super) fn of(items: &[Item]) -> Self {
        let mut out: Vec<Vec<u32>> = Vec::with_capacity(items.len());
        let mut back: Vec<Vec<u32>> = vec![Vec::new(); items.len()];
        for (from, item) in items.iter().enumerate() {
            let mut links: Vec<u32> =
                item.links.iter().filter(|&&to| to != from && to < items.len()).map(|&to| to as u32).collect();
            links.sort_unstable();
            links.dedup();
            links.iter().for_each(|&to| back[to as usize].push(from as u32));
            out.push(links);
        }
        let (nodes, places) = tree(items);
        Self { out, back, nodes, places }
    }

    /// Whom an item links to.
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

    /// Sets for each item how much of its path it has in common with this one, from 0 to 1: twice the names from the top that are the same, by all
    /// names of both paths.
    pub(super) fn set_near(&self, item: usize, near: &mut [f32]) {
        let mut own: Vec<u32> = Vec::new();
        let mut at = self.places[item];
        while at != 0 {
            own.push(at);
            at = self.nodes[at as usize].above;
        }
        let mut common = vec![0_u32; self.nodes.len()];
        for (at, node) in self.nodes.iter().enumerate().skip(1) {
            let is_own = own.last() == Some(&(at as u32));
            if is_own {
                own.pop();
            }
            common[at] = if is_own { node.depth } else { common[node.above as usize] };
        }
        let length = |item: usize| self.nodes[self.places[item] as usize].depth;
        for (other, near) in near.iter_mut().enumerate() {
            *near = 2.0 * common[self.places[other] as usize] as f32 / (length(item) + length(other)).max(1) as f32;
        }
    }
}

/// The tree of all paths, and the node of each item.
fn tree(items: &[Item]) -> (Vec<Node>, Vec<u32>) {
    let mut nodes = vec![Node { above: 0, depth: 0 }];
    let mut numbers: HashMap<(u32, &str), u32> = HashMap::new();
    let mut places = Vec::with_capacity(items.len());
    for item in items {
        let mut at = 0;
        for name in item.path.split('/') {
            at = *numbers.entry((at, name)).or_insert_with(|| {
                nodes.push(Node { above: at, depth: nodes[at as usize].depth + 1 });
                nodes.len() as u32 - 1
            });
        }
        places.push(at);
    }
    (nodes, places)
}
