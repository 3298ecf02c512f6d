//! A plan, and what changed since -> the plan as it is: addresses that stand where they stood are not gathered again.
//!
//! An edit of a text leaves all addresses as they are, unless it names other files or brings styles of its own; an edit of the theme moves
//! at most its assets. Invariant: the result is what [`plan`](super::plan) would give.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Plan, Recipe, plan};
use crate::access;
use crate::diag::Noted;
use crate::enrich::Enriched;
use crate::id::Route;
use crate::model::{Changed, Resolved, Site};
use crate::theme::{Asset, Theme};
use crate::view::ViewContext;

/// [`plan`], after another one: `before` is the plan of the site that was resolved before this one.
pub fn again(resolved: &Resolved, enriched: Arc<Enriched>, theme: Arc<Theme>, before: Option<&Noted<Arc<Plan>>>) -> Noted<Plan> {
    let site = resolved.site.clone();
    let kept = before.and_then(|before| {
        let holds = holds(before.value.site(), resolved);
        holds.then_some(())?;
        Some((addresses(before, &theme)?, before))
    });
    let Some((recipes, before)) = kept else { return plan(site, enriched, theme) };
    let withheld = before.value.withheld.clone();
    let context = ViewContext::with_levels(site.clone(), theme.clone(), enriched.levels.iter().collect());
    // The address of what readers' devices know changes with a title.
    let moved =
        |lang| context.catalogue(lang).map(|file| &file.route) != before.value.context.catalogue(lang).map(|file| &file.route);
    // So does that of a card.
    let same_cards = context.social_cards() == before.value.context.social_cards();
    if !same_cards || site.languages.iter().any(|language| moved(&language.tag)) {
        return plan(site, enriched, theme);
    }
    Noted::new(Plan { context, enriched, recipes, withheld }, before.diags.clone())
}

/// Whether everything of a site stands where it stood.
fn holds(before: &Site, resolved: &Resolved) -> bool {
    let Changed::Pieces(changed) = &resolved.changed else { return false };
    changed.iter().all(|&id| {
        let (before, now) = (before.piece(id), resolved.site.piece(id));
        access::names_same_files(before, now) && access::styles(before) == access::styles(now)
    })
}

type Recipes = Arc<Vec<(Route, Recipe)>>;

/// The addresses of a plan with the assets of this theme; `None` if they may meet something else.
fn addresses(before: &Noted<Arc<Plan>>, theme: &Theme) -> Option<Recipes> {
    let plan = &before.value;
    let addresses = |theme: &Theme| theme.assets().iter().map(|asset| asset.route.clone()).collect::<Vec<_>>();
    if addresses(plan.context.theme()) == addresses(theme) {
        return Some(plan.recipes.clone());
    }
    if !before.diags.is_empty() {
        return None;
    }
    let mut recipes: Vec<(Route, Recipe)> =
        plan.recipes.iter().filter(|(_, recipe)| !matches!(recipe, Recipe::Asset(_))).cloned().collect();
    let folders: BTreeSet<&str> = plan.context.theme().assets().iter().map(folder).collect();
    for (number, asset) in theme.assets().iter().enumerate() {
        let at = recipes.binary_search_by(|(route, _)| route.cmp(&asset.route)).err()?;
        // What follows an address in order is what stands below it, if anything does; above it nothing does where another asset stood.
        let is_above = recipes.get(at).is_some_and(|(next, _)| next.as_str().starts_with(asset.route.as_str()));
        if is_above || !folders.contains(folder(asset)) {
            return None;
        }
        recipes.insert(at, (asset.route.clone(), Recipe::Asset(number)));
    }
    Some(Arc::new(recipes))
}

/// The folder that an asset is published in.
fn folder(asset: &Asset) -> &str {
    asset.route.as_str().rsplit_once('/').map_or("", |(folder, _)| folder)
}
