//! The choices made recently, kept in the browser for one person in one workspace.

use model::id::{UserId, WorkspaceId};
use serde::{Deserialize, Serialize};
use ui::{
    combobox::{Choice, ChoiceGroup},
    icon::Icon,
};
use web::client::storage;

use super::found::GO;

/// How many choices are kept: more than are listed, because some pages cannot offer all of them.
const KEPT: usize = 20;
/// How many choices are listed.
const LISTED: usize = 5;

/// A choice as the browser keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    key: String,
    icon: String,
    name: String,
}

/// The key of a person's choices in the browser's storage.
pub(super) fn storage_key(workspace: WorkspaceId, person: UserId) -> String {
    format!("atelier-palette-{workspace}-{person}")
}

/// The kept choices, the latest first; empty where none can be read.
pub(super) fn recall(place: &str) -> Vec<Kept> {
    let kept = storage::recall(place);
    kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default()
}

/// Keeps a choice as the latest one.
pub(super) fn remember(place: &str, choice: &Choice) {
    if let Ok(kept) = serde_json::to_string(&add_choice(recall(place), choice)) {
        storage::keep(place, &kept);
    }
}

/// The choices with `choice` first, at most [`KEPT`].
fn add_choice(mut kept: Vec<Kept>, choice: &Choice) -> Vec<Kept> {
    kept.retain(|known| known.key != choice.key);
    let icon = choice.icon.slug().to_owned();
    kept.insert(0, Kept { key: choice.key.clone(), icon, name: choice.name.clone() });
    kept.truncate(KEPT);
    kept
}

/// The kept choices that this page has: those offered now, and those that lead to an address.
pub(super) fn list_recent(kept: &[Kept], stock: &[ChoiceGroup]) -> Vec<Choice> {
    let choice = |kept: &Kept| {
        let offered = stock.iter().flat_map(|group| &group.choices).find(|one| one.key == kept.key);
        let found = || {
            let icon = Icon::find(&kept.icon).unwrap_or(Icon::Search);
            let has_address = kept.key.starts_with(GO);
            has_address.then(|| Choice::new(kept.key.clone(), icon, kept.name.clone()))
        };
        offered.cloned().or_else(found)
    };
    kept.iter().filter_map(choice).take(LISTED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_come_first_as_far_as_they_can_be_chosen_here() {
        let choice = |key: &str| Choice::new(key, Icon::House, key);
        let (tidy, home, ads) = (choice("editor:tidy"), choice("frame:/home"), choice("go:/ads"));
        let kept = [&tidy, &home, &ads, &home].into_iter().fold(vec![], add_choice);
        let offered = Choice { aside: "Ctrl H".to_owned(), ..home };
        let stock = [ChoiceGroup { title: "Pages", choices: vec![offered.clone()] }];

        assert_eq!(list_recent(&kept, &stock), [offered, ads.clone()]);
        assert_eq!(list_recent(&kept, &[]), [ads]);
    }

    #[test]
    fn not_all_is_kept() {
        let choices = (0..30).map(|key| Choice::new(key.to_string(), Icon::House, "A"));
        let kept = choices.fold(vec![], |kept, choice| add_choice(kept, &choice));

        assert_eq!((kept.len(), kept[0].key.as_str()), (KEPT, "29"));
    }
}
