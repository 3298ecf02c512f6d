//! What stands behind a wall -> its sealed bytes, and what the page says of them.
//!
//! The gate opens the text and gives it to [`opened`], which renders it as free text is: by the same components, with the same view of the
//! piece, in the theme's template `opened.html`. Invariant: what `opened` returns goes back into the gate and nowhere else.

use std::collections::BTreeMap;

use super::{Made, Making};
use crate::access::{self, FilePlace, Opened, Rendered, Sealer, Shelf};
use crate::artifact::{Artifact, MediaType};
use crate::config::Delivery;
use crate::diag::Noted;
use crate::id::{PieceId, Route};
use crate::plan::SEALED;
use crate::render::html;
use crate::render::sealed::{Whereabouts, readdress};
use crate::theme::page_style;
use crate::view::piece::Content;
use crate::view::{self, Html, SealedRef};

/// The theme's template of what stands behind a wall.
const TEMPLATE: &str = "opened.html";

/// What a page says of its sealed part, and the files of that.
type Behind = (Option<SealedRef>, Vec<(Route, Artifact)>);

impl Making {
    /// Seals what stands behind the wall of a piece.
    ///
    /// Of a site that a server guards this is nothing: the guarded tree has it, with what is found in it.
    pub(super) fn sealed(&self, id: PieceId) -> Noted<Behind> {
        let site = self.plan.site();
        if site.config.access.delivery() == Delivery::Edge {
            return Noted::clean((None, Vec::new()));
        }
        let sealer = Sealer {
            site,
            withheld: &self.plan.withheld,
            keyring: self.services.keyring.as_deref(),
            cache: &*self.services.cache,
            context: self,
            render: opened,
        };
        access::seal(site.piece(id), &sealer).map(|sealed| match sealed {
            None => (None, Vec::new()),
            Some(sealed) => {
                let said = SealedRef {
                    cid: sealed.cid.clone(),
                    page: sealed.page.clone(),
                    entitlements: sealed.declared.join(" "),
                    base: site.config.base_path().to_owned(),
                };
                (Some(said), sealed.artifacts().into())
            }
        })
    }

    /// Seals a file that only paid text names.
    pub(super) fn sealed_file(&self, number: usize) -> Made {
        let is_sealed = self.plan.site().config.access.delivery() == Delivery::Sealed;
        let Some(keyring) = self.services.keyring.as_deref().filter(|_| is_sealed) else { return Noted::clean(Vec::new()) };
        let shelf = Shelf { site: self.plan.site(), withheld: &self.plan.withheld, world: &*self.services.world, keyring };
        access::seal_file(number, &shelf).map(|made| made.into_iter().collect())
    }

    /// The files that members' browsers look themselves up in.
    pub(super) fn members(&self) -> Made {
        let files = self.services.keyring.iter().flat_map(|keyring| keyring.member_files());
        let artifacts =
            files.map(|file| (Route::new(format!("{SEALED}{}", file.path)), Artifact::bytes(MediaType::JSON, file.bytes)));
        Noted::clean(artifacts.collect())
    }
}

/// Renders what stands behind a wall, for those who paid.
fn opened(opened: &Opened<'_>, making: &Making) -> Noted<Rendered> {
    let Opened { piece, shown, files } = opened;
    let css = page_style::sheet(&shown.rest.iter().flat_map(|rest| rest.styles.iter().map(|style| &**style)).collect());
    let mut diags = Vec::new();
    let withheld = files.keys().copied().collect();
    let rest = shown.rest.map(|rest| making.rendering(piece, &withheld, &|cx| html::behind(shown.teaser, rest, cx)));
    let rest = rest.map(|rest| Html::new(rest.take(&mut diags)));
    let content = Content { rest, ..Content::default() };
    let view = view::piece::page_of(making.cx(), piece.id, shown, content);
    let html = making.theme().engine().page(TEMPLATE, &view).take(&mut diags);
    let site = making.plan.site();
    let addresses: BTreeMap<String, Whereabouts> = files
        .iter()
        .map(|(&id, place)| {
            let media = site.medium(id);
            let place = match place {
                FilePlace::Sealed(id) => Whereabouts::Sealed { id: id.clone(), name: media.path.file_name().to_owned() },
                FilePlace::Unlisted(route) => Whereabouts::Unlisted(site.href(route)),
            };
            (site.href(&media.route), place)
        })
        .collect();
    Noted::new(Rendered { html: readdress(&html, &addresses), css }, diags)
}
