//! What was chosen lately: kept in the browser, for one person in one workspace.

use model::id::{UserId, WorkspaceId};
use serde::{Deserialize, Serialize};

use super::found::GO;
use crate::{
    client::storage,
    ui::{
        choices::{Choice, ChoiceGroup},
        icon::Icon,
    },
};

/// How many are kept; on some pages not all of them can be chosen.
const KEPT: usize = 20;
/// How many are listed.
const LISTED: usize = 5;

/// A choice as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    key: String,
    icon: String,
    name: String,
}

/// Where a person's are kept.
pub(super) fn place(workspace: WorkspaceId, person: UserId) -> String {
    format!("atelier-palette-{workspace}-{person}")
}

/// What is kept there, the latest first.
pub(super) fn recall(place: &str) -> Vec<Kept> {
    let kept = storage::recall(place);
    kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default()
}

/// Keeps a choice there too.
pub(super) fn remember(place: &str, choice: &Choice) {
    if let Ok(kept) = serde_json::to_string(&after(recall(place), choice)) {
        storage::keep(place, &kept);
    }
}

fn after(mut kept: Vec<Kept>, choice: &Choice) -> Vec<Kept> {
    kept.retain(|known| known.key != choice.key);
    let icon = choice.icon.slug().to_owned();
    kept.insert(0, Kept { key: choice.key.clone(), icon, name: choice.name.clone() });
    kept.truncate(KEPT);
    kept
}

/// Those that can be chosen here: what is offered now, and what has an address.
pub(super) fn listed(kept: &[Kept], stock: &[ChoiceGroup]) -> Vec<Choice> {
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
        let kept = [&tidy, &home, &ads, &home].into_iter().fold(vec![], after);
        let offered = Choice { aside: "Ctrl H".to_owned(), ..home };
        let stock = [ChoiceGroup { title: "Pages", choices: vec![offered.clone()] }];

        assert_eq!(listed(&kept, &stock), [offered, ads.clone()]);
        assert_eq!(listed(&kept, &[]), [ads]);
    }

    #[test]
    fn not_all_is_kept() {
        let choices = (0..30).map(|key| Choice::new(key.to_string(), Icon::House, "A"));
        let kept = choices.fold(vec![], |kept, choice| after(kept, &choice));

        assert_eq!((kept.len(), kept[0].key.as_str()), (KEPT, "29"));
    }
}
