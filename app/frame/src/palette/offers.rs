//! Offers: the groups of choices that the frame and its pages add to the palette.

use leptos::prelude::*;
use ui::combobox::{Choice, ChoiceGroup};

/// Stands between the name of an offer and the key of one of its choices.
const OF: char = ':';

/// The choices that one part of the app adds.
#[derive(Clone, Copy)]
pub struct Offer {
    /// The name of the offer; the same for all pages of a kind, and for nothing else.
    pub id: &'static str,
    /// Gives the present choices; called each time the palette opens.
    pub list: Callback<(), Vec<ChoiceGroup>>,
    /// Called with the key of the choice that was made.
    pub choose: Callback<String>,
}

/// The handle of the palette; pages below the frame get it with [`use_palette`].
#[derive(Clone, Copy)]
pub struct Palette {
    pub(super) open: RwSignal<bool>,
    /// The present offers, the latest last.
    offers: RwSignal<Vec<Offer>>,
}

/// Makes the palette available to the pages below.
pub fn provide_palette() -> Palette {
    let palette = Palette { open: RwSignal::new(false), offers: RwSignal::new(vec![]) };
    provide_context(palette);
    palette
}

/// The palette; none outside a workspace's frame.
pub fn use_palette() -> Option<Palette> {
    use_context()
}

impl Palette {
    /// Adds an offer until the component that calls this is removed.
    pub fn offer(self, offer: Offer) {
        Effect::new(move || {
            self.offers.update(|offers| offers.push(offer));
            // A page may be removed after the next of its kind has added its offer: compare
            // callbacks.
            on_cleanup(move || {
                let other = |one: &Offer| !one.choose.matches(&offer.choose);
                self.offers.try_update(|offers| offers.retain(other));
            });
        });
    }

    /// All choices, those of the page before those of every page. Runs again when offers change.
    pub(super) fn all_groups(self) -> Vec<ChoiceGroup> {
        let offers = self.offers.get().into_iter().rev();
        let groups = offers.flat_map(|offer| {
            let with_offer = move |choice: Choice| {
                let key = format!("{}{OF}{}", offer.id, choice.key);
                Choice { key, ..choice }
            };
            let groups = untrack(|| offer.list.try_run(())).unwrap_or_default().into_iter();
            groups.map(move |group| ChoiceGroup {
                choices: group.choices.into_iter().map(with_offer).collect(),
                ..group
            })
        });
        merge_groups(groups)
    }

    /// Runs the choice with this key; nothing happens where its offer is gone.
    pub(super) fn choose(self, key: &str) {
        let Some((id, key)) = key.split_once(OF) else { return };
        let offers = self.offers.get_untracked();
        if let Some(offer) = offers.iter().rfind(|offer| offer.id == id) {
            offer.choose.try_run(key.to_owned());
        }
    }
}

/// Merges the groups that have the same heading.
pub(super) fn merge_groups(groups: impl IntoIterator<Item = ChoiceGroup>) -> Vec<ChoiceGroup> {
    let mut all: Vec<ChoiceGroup> = vec![];
    for group in groups {
        match all.iter_mut().find(|known| known.title == group.title) {
            Some(known) => known.choices.extend(group.choices),
            None => all.push(group),
        }
    }
    all
}
