//! A decision on its way: which items are kept, how texts were changed, what is said.

use leptos::prelude::*;
use model::{
    id::ReviewId,
    review::{Approval, check_kept},
};
use serde_json::Value;

/// What a person has made of a review so far.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    /// Which review.
    pub(super) review: ReviewId,
    edition: StoredValue<usize>,
    items: StoredValue<Vec<Value>>,
    texts: StoredValue<Vec<Option<RwSignal<String>>>>,
    /// The places of items of which only the beginning is here.
    cut: RwSignal<Vec<usize>>,
    /// Which items are kept, by place.
    pub(super) kept: RwSignal<Vec<bool>>,
    /// A comment, or the reason.
    pub(super) words: RwSignal<String>,
    /// What is missing.
    pub(super) wrong: RwSignal<Option<String>>,
}

impl Draft {
    /// Everything kept as it came, nothing said; of the items in the places `cut` only the beginning
    /// is here.
    pub(super) fn new(
        (review, edition): (ReviewId, usize),
        items: &[Value],
        cut: &[usize],
    ) -> Self {
        Self {
            review,
            edition: StoredValue::new(edition),
            texts: StoredValue::new(texts_of(items)),
            items: StoredValue::new(items.to_vec()),
            cut: RwSignal::new(cut.to_vec()),
            kept: RwSignal::new(vec![true; items.len()]),
            words: RwSignal::new(String::new()),
            wrong: RwSignal::new(None),
        }
    }

    /// The same with what has been said before.
    pub(super) fn saying(self, words: RwSignal<String>) -> Self {
        Self { words, ..self }
    }

    /// Begins anew with the items if they are of another edition; what has been said stays.
    pub(super) fn renew(self, edition: usize, items: &[Value], cut: &[usize]) {
        if self.edition.get_value() == edition {
            return;
        }
        self.edition.set_value(edition);
        self.texts.set_value(texts_of(items));
        self.items.set_value(items.to_vec());
        self.cut.set(cut.to_vec());
        self.kept.set(vec![true; items.len()]);
    }

    /// Whether only the beginning of an item is here.
    pub(super) fn is_cut(self, place: usize) -> bool {
        self.cut.read().contains(&place)
    }

    /// The places of items that are not here whole.
    pub(super) fn unread(self) -> Vec<usize> {
        self.cut.get_untracked()
    }

    /// Takes all of an item in, of which only the beginning was here.
    pub(super) fn complete(self, place: usize, whole: Value) {
        let text = self.texts.try_with_value(|texts| texts.get(place).copied().flatten());
        if let (Some(text), Some(words)) = (text.flatten(), whole.as_str()) {
            text.try_set(words.to_owned());
        }
        self.items.try_update_value(|items| {
            if let Some(item) = items.get_mut(place) {
                *item = whole;
            }
        });
        self.cut.try_update(|cut| cut.retain(|other| *other != place));
    }

    /// An item as it came, as far as it is here.
    pub(super) fn item(self, place: usize) -> Value {
        self.items.with_value(|items| items.get(place).cloned()).unwrap_or_default()
    }

    /// The text of an item as it is edited; none for what is no text, or not here whole.
    pub(super) fn text(self, place: usize) -> Option<RwSignal<String>> {
        if self.is_cut(place) {
            return None;
        }
        self.texts.with_value(|texts| texts.get(place).copied().flatten())
    }

    /// Why what is kept may not be approved, in words.
    pub(super) fn unfit(self) -> Option<String> {
        self.kept.with(|kept| match kept.len() {
            0 => None,
            items => check_kept(&places(kept), items).err(),
        })
    }

    /// What is approved as things stand.
    pub(super) fn approval(self) -> Approval {
        let texts = self.texts.get_value().into_iter();
        let texts: Vec<_> = texts.map(|text| text.map(|text| text.get_untracked())).collect();
        let (kept, words) = (self.kept.get_untracked(), self.words.get_untracked());
        let approval = self.items.with_value(|items| approval(items, &texts, &kept, &words));
        Approval { edition: Some(self.edition.get_value()), ..approval }
    }
}

/// The texts among items, to be edited.
fn texts_of(items: &[Value]) -> Vec<Option<RwSignal<String>>> {
    let text = |item: &Value| item.as_str().map(|text| RwSignal::new(text.to_owned()));
    items.iter().map(text).collect()
}

/// The places of what is kept.
fn places(kept: &[bool]) -> Vec<usize> {
    kept.iter().enumerate().filter_map(|(at, kept)| kept.then_some(at)).collect()
}

/// Says only what differs from approving everything as it came.
fn approval(items: &[Value], texts: &[Option<String>], kept: &[bool], words: &str) -> Approval {
    let edited = |(item, text): (&Value, &Option<String>)| match text {
        Some(text) => Value::String(text.clone()),
        None => item.clone(),
    };
    let edited: Vec<Value> = items.iter().zip(texts).map(edited).collect();
    let keep = places(kept);
    let words = words.trim();
    Approval {
        items: (edited != items).then_some(edited),
        keep: (keep.len() < items.len()).then_some(keep),
        comment: (!words.is_empty()).then(|| words.to_owned()),
        edition: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_here_as_a_beginning_is_edited_only_once_all_of_it_is_here() {
        Owner::new().with(|| {
            let draft =
                Draft::new((ReviewId(uuid::Uuid::nil()), 0), &[json!("Long"), json!("B")], &[0]);
            assert!(draft.is_cut(0) && draft.text(0).is_none() && draft.text(1).is_some());
            let as_it_came = Approval { edition: Some(0), ..Approval::default() };
            assert_eq!((draft.unread(), draft.approval()), (vec![0], as_it_came.clone()));

            draft.complete(0, json!("Long and whole"));

            assert_eq!(
                draft.text(0).map(|text| text.get_untracked()).as_deref(),
                Some("Long and whole")
            );
            assert_eq!((draft.unread(), draft.approval()), (vec![], as_it_came));
        });
    }

    #[test]
    fn another_edition_begins_anew_and_keeps_what_was_said() {
        Owner::new().with(|| {
            let draft =
                Draft::new((ReviewId(uuid::Uuid::nil()), 0), &[json!("A"), json!("B")], &[]);
            draft.kept.set(vec![false, true]);
            draft.words.set("Shorter".to_owned());

            draft.renew(1, &[json!("C")], &[]);

            let comment = Some("Shorter".to_owned());
            let sent = Approval { comment, edition: Some(1), ..Approval::default() };
            assert_eq!((draft.approval(), draft.kept.get_untracked()), (sent, vec![true]));
        });
    }

    #[test]
    fn what_was_left_alone_is_not_sent() {
        let items = [json!("A"), json!({"image_id": 1})];
        let same = [Some("A".to_owned()), None];
        let edited = [Some("B".to_owned()), None];

        assert_eq!(approval(&items, &same, &[true, true], " "), Approval::default());
        assert_eq!(
            approval(&items, &edited, &[false, true], "Good "),
            Approval {
                items: Some(vec![json!("B"), json!({"image_id": 1})]),
                keep: Some(vec![1]),
                comment: Some("Good".to_owned()),
                edition: None,
            }
        );
    }
}
