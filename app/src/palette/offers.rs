//! What the frame and its pages add to the palette.

use leptos::prelude::*;

use crate::ui::choices::{Choice, ChoiceGroup};

/// Between the name of an offer and the key of what it offers.
const OF: char = ':';

/// What a part of the app adds.
#[derive(Clone, Copy)]
pub struct Offer {
    /// Its name, which no other offer has.
    pub id: &'static str,
    /// What there is to choose now, asked each time the palette opens.
    pub list: Callback<(), Vec<ChoiceGroup>>,
    /// Called with the key of what was chosen.
    pub choose: Callback<String>,
}

/// The handle of the palette; pages below the frame get it with [`use_palette`].
#[derive(Clone, Copy)]
pub struct Palette {
    /// Whether it is open.
    pub(super) open: RwSignal<bool>,
    /// The latest last.
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
    /// Adds an offer for as long as the component that calls this is there.
    pub fn offer(self, offer: Offer) {
        Effect::new(move || {
            self.offers.update(|offers| offers.push(offer));
            // A page that goes may go after the next of its kind has come.
            on_cleanup(move || {
                let other = |one: &Offer| !one.choose.matches(&offer.choose);
                self.offers.try_update(|offers| offers.retain(other));
            });
        });
    }

    /// All there is to choose, what the page offers before what every page has; anew when a page comes
    /// or goes.
    pub(super) fn gathered(self) -> Vec<ChoiceGroup> {
        let offers = self.offers.get().into_iter().rev();
        let groups = offers.flat_map(|offer| {
            let named = move |choice: Choice| {
                let key = format!("{}{OF}{}", offer.id, choice.key);
                Choice { key, ..choice }
            };
            let groups = untrack(|| offer.list.try_run(())).unwrap_or_default().into_iter();
            groups.map(move |group| ChoiceGroup {
                choices: group.choices.into_iter().map(named).collect(),
                ..group
            })
        });
        gathered(groups)
    }

    /// Does what was chosen.
    pub(super) fn choose(self, key: &str) {
        let Some((id, key)) = key.split_once(OF) else { return };
        let offers = self.offers.get_untracked();
        if let Some(offer) = offers.iter().rfind(|offer| offer.id == id) {
            offer.choose.try_run(key.to_owned());
        }
    }
}

/// The groups, those with the same heading as one.
pub(super) fn gathered(groups: impl IntoIterator<Item = ChoiceGroup>) -> Vec<ChoiceGroup> {
    let mut all: Vec<ChoiceGroup> = vec![];
    for group in groups {
        match all.iter_mut().find(|known| known.title == group.title) {
            Some(known) => known.choices.extend(group.choices),
            None => all.push(group),
        }
    }
    all
}
