//! A decision on its way: which items are kept, how texts were changed, what is said.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::{
    agent::approval::ReviewKind,
    id::ReviewId,
    pages::ReviewCard,
    problem::Problem,
    review::{Approval, check_kept, check_texts, edition},
};
use serde_json::Value;

use super::data_edit::{DataDraft, data_of, with_data};

/// Drafts of the reviews of a page: what has been begun stays, whichever of them is shown.
#[derive(Clone, Copy)]
pub struct Drafts {
    begun: StoredValue<BTreeMap<ReviewId, Draft>>,
    /// What they live with; a panel lives as long as it is shown.
    owner: StoredValue<Owner>,
}

impl Default for Drafts {
    fn default() -> Self {
        Self { begun: StoredValue::default(), owner: StoredValue::new(Owner::new()) }
    }
}

impl Drafts {
    /// The draft of a review; where there is none, the one that `begin` makes is kept.
    pub(super) fn get_or_insert_with(
        self,
        review: ReviewId,
        begin: impl FnOnce() -> Draft,
    ) -> Draft {
        if let Some(known) = self.begun.with_value(|begun| begun.get(&review).copied()) {
            return known;
        }
        let draft = self.owner.get_value().with(begin);
        self.begun.update_value(|begun| {
            begun.insert(review, draft);
        });
        draft
    }
}

/// What a person has made of a review so far.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    /// The review that the draft decides about.
    pub(super) review: ReviewId,
    pub(super) kind: ReviewKind,
    /// The edition of the items that it began with.
    pub(super) first: usize,
    edition: StoredValue<usize>,
    items: StoredValue<Vec<Value>>,
    /// Not of the panel that is shown when other items come: it may go before the draft does.
    texts: StoredValue<Vec<Option<ArcRwSignal<String>>>>,
    /// The data of items that are edited as data: arguments of calls, a result.
    data: StoredValue<Vec<Option<DataDraft>>>,
    /// The places of items of which only the beginning is here.
    cut: RwSignal<Vec<usize>>,
    /// Which items are kept, by place.
    pub(super) kept: RwSignal<Vec<bool>>,
    /// A comment, or the reason.
    pub(super) words: RwSignal<String>,
    /// What is missing before it can be sent, shown at the field of the comment.
    pub(super) wrong: RwSignal<Option<String>>,
    /// Whether the tools of the calls are not asked about again in the execution.
    pub(super) always: RwSignal<bool>,
    /// Whether it was sent, and counts.
    pub(super) sent: RwSignal<bool>,
}

impl Draft {
    /// Everything kept as it came, nothing said; of the items in the places `cut` only the beginning
    /// is here.
    pub(super) fn new(review: ReviewId, edition: usize, items: &[Value], cut: &[usize]) -> Self {
        Self {
            review,
            kind: ReviewKind::Content,
            first: edition,
            edition: StoredValue::new(edition),
            texts: StoredValue::new(texts_of(items)),
            data: StoredValue::new(vec![]),
            items: StoredValue::new(items.to_vec()),
            cut: RwSignal::new(cut.to_vec()),
            kept: RwSignal::new(vec![true; items.len()]),
            words: RwSignal::new(String::new()),
            wrong: RwSignal::new(None),
            always: RwSignal::new(false),
            sent: RwSignal::new(false),
        }
    }

    pub(super) fn with_kind(self, kind: ReviewKind) -> Self {
        let cut = self.cut.get_untracked();
        self.data.set_value(self.items.with_value(|items| data_of(kind, items, &cut)));
        Self { kind, ..self }
    }

    /// Everything of a review kept as it came, nothing said.
    pub(super) fn from_card(card: &ReviewCard) -> Self {
        Self::new(card.id, edition(&card.approvals), &card.items, &card.cut).with_kind(card.kind)
    }

    /// The same with a comment that outlives the draft.
    pub(super) fn with_words(self, words: RwSignal<String>) -> Self {
        Self { words, ..self }
    }

    /// Begins anew with the items if they are of another edition; what has been said stays.
    pub(super) fn renew(self, edition: usize, items: &[Value], cut: &[usize]) {
        if self.edition.get_value() == edition {
            return;
        }
        self.edition.set_value(edition);
        self.texts.set_value(texts_of(items));
        self.data.set_value(data_of(self.kind, items, cut));
        self.items.set_value(items.to_vec());
        self.cut.set(cut.to_vec());
        self.kept.set(vec![true; items.len()]);
    }

    /// Whether only the beginning of an item is here.
    pub(super) fn is_cut(self, place: usize) -> bool {
        self.cut.read().contains(&place)
    }

    /// The places of items that are not here whole.
    pub(super) fn unread_places(self) -> Vec<usize> {
        self.cut.get_untracked()
    }

    /// Takes all of an item in, of which only the beginning was here.
    pub(super) fn complete(self, place: usize, whole: Value) {
        let text = self.texts.try_with_value(|texts| texts.get(place).cloned().flatten());
        if let (Some(text), Some(words)) = (text.flatten(), whole.as_str()) {
            text.try_set(words.to_owned());
        }
        self.data.try_update_value(|data| {
            if let Some(edited) = data.get_mut(place) {
                *edited = data_of(self.kind, std::slice::from_ref(&whole), &[]).pop().flatten();
            }
        });
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
        self.texts.with_value(|texts| texts.get(place).cloned().flatten()).map(RwSignal::from)
    }

    /// The data of an item as it is edited; none for what is no data, or not here whole.
    pub(super) fn data(self, place: usize) -> Option<DataDraft> {
        self.data.with_value(|data| data.get(place).cloned().flatten())
    }

    /// Why what is kept may not be approved, in words.
    pub(super) fn why_unfit(self) -> Option<String> {
        let kept = self.kept.get();
        if kept.is_empty() {
            return None;
        }
        let keep = places(&kept);
        if self.kind == ReviewKind::ToolCalls && keep.is_empty() {
            return Some("Choose at least one call to run, or decline.".to_owned());
        }
        let checked = check_kept(&keep, kept.len()).and_then(|()| self.check_kept_texts(&keep));
        checked.and_then(|()| self.check_kept_data(&keep)).err()
    }

    /// Refuses data that cannot be read, of that which is kept.
    fn check_kept_data(self, keep: &[usize]) -> Result<(), String> {
        let several = self.kept.with(|kept| kept.len() > 1);
        let fault = |place: &usize| {
            let fault = self.data(*place)?.fault()?;
            Some(if several { format!("Item {}: {fault}", place + 1) } else { fault })
        };
        // All of them are followed.
        let faults: Vec<String> = keep.iter().filter_map(fault).collect();
        faults.into_iter().next().map_or(Ok(()), Err)
    }

    /// Refuses texts that were emptied, of those that are kept.
    fn check_kept_texts(self, keep: &[usize]) -> Result<(), String> {
        let texts = self.texts.get_value();
        let now = |place: &usize| Some((*place, texts.get(*place)?.as_ref()?.get()));
        let now: Vec<(usize, String)> = keep.iter().filter_map(now).collect();
        self.items.with_value(|items| check_texts(items, &now))
    }

    /// The texts that the person changed, one below the other; none where none was.
    pub(super) fn edited_texts(self) -> Option<String> {
        let texts = self.texts.get_value();
        let now = texts.iter().map(|text| Some(text.as_ref()?.get_untracked()));
        let changed = self.items.with_value(|items| {
            let changed = |(item, now): (&Value, Option<String>)| {
                now.filter(|now| item.as_str() != Some(now.as_str()))
            };
            items.iter().zip(now).filter_map(changed).collect::<Vec<_>>()
        });
        (!changed.is_empty()).then(|| changed.join("\n\n"))
    }

    /// All that the person has written: the texts they changed, and what they say of them.
    pub(super) fn written_text(self) -> Option<String> {
        let said = self.words.get_untracked().trim().to_owned();
        let said = Some(said).filter(|said| !said.is_empty());
        let all: Vec<String> = self.edited_texts().into_iter().chain(said).collect();
        (!all.is_empty()).then(|| all.join("\n\n"))
    }

    /// Takes in which arguments of calls are refused, each at its field.
    pub(super) fn refuse(self, problem: &Problem) {
        for error in &problem.errors {
            let path = error.path.as_deref().and_then(|path| path.strip_prefix("items["));
            let Some((place, rest)) = path.and_then(|path| path.split_once("].arguments.")) else {
                continue;
            };
            let part = rest.split(['.', '[']).next().unwrap_or(rest);
            if let Some(data) = place.parse().ok().and_then(|place| self.data(place)) {
                data.refuse_part(part, &error.message);
            }
        }
    }

    /// What is approved as things stand.
    pub(super) fn approval(self) -> Approval {
        let texts = self.texts.get_value();
        let (kept, words) = (self.kept.get_untracked(), self.words.get_untracked());
        let approval = self.items.with_value(|items| {
            let edited = |(place, item): (usize, &Value)| {
                let text = texts.get(place).and_then(Option::as_ref);
                let text = text.map(|text| Value::String(text.get_untracked()));
                text.or_else(|| Some(with_data(self.kind, item, self.data(place)?.value())))
            };
            let edited: Vec<_> = items.iter().enumerate().map(edited).collect();
            approval(items, &edited, &kept, &words)
        });
        let (edition, always) = (Some(self.edition.get_value()), self.always.get_untracked());
        Approval { edition, always, ..approval }
    }
}

/// The texts among items, to be edited.
fn texts_of(items: &[Value]) -> Vec<Option<ArcRwSignal<String>>> {
    let text = |item: &Value| item.as_str().map(|text| ArcRwSignal::new(text.to_owned()));
    items.iter().map(text).collect()
}

fn places(kept: &[bool]) -> Vec<usize> {
    kept.iter().enumerate().filter_map(|(at, kept)| kept.then_some(at)).collect()
}

/// Says only what differs from approving everything as it came; what is not `edited` is as it came.
fn approval(items: &[Value], edited: &[Option<Value>], kept: &[bool], words: &str) -> Approval {
    let now = |(item, edited): (&Value, &Option<Value>)| edited.as_ref().unwrap_or(item).clone();
    let edited: Vec<Value> = items.iter().zip(edited).map(now).collect();
    let keep = places(kept);
    let words = words.trim();
    Approval {
        items: (edited != items).then_some(edited),
        keep: (keep.len() < items.len()).then_some(keep),
        comment: (!words.is_empty()).then(|| words.to_owned()),
        edition: None,
        always: false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_here_as_a_beginning_is_edited_only_once_all_of_it_is_here() {
        Owner::new().with(|| {
            let draft =
                Draft::new(ReviewId(uuid::Uuid::nil()), 0, &[json!("Long"), json!("B")], &[0]);
            assert!(draft.is_cut(0) && draft.text(0).is_none() && draft.text(1).is_some());
            let as_it_came = Approval { edition: Some(0), ..Approval::default() };
            assert_eq!((draft.unread_places(), draft.approval()), (vec![0], as_it_came.clone()));

            draft.complete(0, json!("Long and whole"));

            assert_eq!(
                draft.text(0).map(|text| text.get_untracked()).as_deref(),
                Some("Long and whole")
            );
            assert_eq!((draft.unread_places(), draft.approval()), (vec![], as_it_came));
        });
    }

    #[test]
    fn only_texts_that_were_changed_are_somebodys_own() {
        Owner::new().with(|| {
            let items = [json!("A"), json!({ "b": 1 }), json!("C")];
            let draft = Draft::new(ReviewId(uuid::Uuid::nil()), 0, &items, &[]);
            assert_eq!(draft.edited_texts(), None);

            draft.text(2).unwrap().set("D".to_owned());

            assert_eq!(draft.edited_texts().as_deref(), Some("D"));
        });
    }

    #[test]
    fn another_edition_begins_anew_and_keeps_what_was_said() {
        Owner::new().with(|| {
            let draft = Draft::new(ReviewId(uuid::Uuid::nil()), 0, &[json!("A"), json!("B")], &[]);
            draft.kept.set(vec![false, true]);
            draft.words.set("Shorter".to_owned());

            draft.renew(1, &[json!("C")], &[]);

            let comment = Some("Shorter".to_owned());
            let sent = Approval { comment, edition: Some(1), ..Approval::default() };
            assert_eq!((draft.approval(), draft.kept.get_untracked()), (sent, vec![true]));
        });
    }

    #[test]
    fn what_was_begun_is_there_again_after_the_panel_went() {
        Owner::new().with(|| {
            let (drafts, review) = (Drafts::default(), ReviewId(uuid::Uuid::nil()));
            let begin = || Draft::new(review, 0, &[json!("A")], &[]);
            let shown = || drafts.get_or_insert_with(review, begin);
            let panel = Owner::new();

            panel.with(|| {
                shown().renew(1, &[json!("B")], &[]);
                shown().words.set("Shorter".to_owned());
                shown().text(0).unwrap().set("C".to_owned());
            });
            panel.cleanup();

            assert_eq!(shown().approval().items, Some(vec![json!("C")]));
            assert_eq!((shown().words.get_untracked().as_str(), shown().first), ("Shorter", 0));
        });
    }

    #[test]
    fn a_text_that_was_emptied_is_to_be_written_or_left_out() {
        Owner::new().with(|| {
            let items = [json!("A"), json!("B")];
            let draft = Draft::new(ReviewId(uuid::Uuid::nil()), 0, &items, &[]);
            assert_eq!(draft.why_unfit(), None);

            draft.text(1).unwrap().set(" ".to_owned());
            let words = draft.why_unfit().unwrap();
            draft.kept.set(vec![true, false]);

            assert!(words.starts_with("Item 2 is empty"), "{words}");
            assert_eq!(draft.why_unfit(), None);
        });
    }

    #[test]
    fn what_was_left_alone_is_not_sent() {
        let items = [json!("A"), json!({"image_id": 1})];
        let same = [Some(json!("A")), None];
        let edited = [Some(json!("B")), None];

        assert_eq!(approval(&items, &same, &[true, true], " "), Approval::default());
        assert_eq!(
            approval(&items, &edited, &[false, true], "Good "),
            Approval {
                items: Some(vec![json!("B"), json!({"image_id": 1})]),
                keep: Some(vec![1]),
                comment: Some("Good".to_owned()),
                edition: None,
                always: false,
            }
        );
    }

    #[test]
    fn a_call_is_approved_with_its_arguments_as_they_were_edited() {
        Owner::new().with(|| {
            let call = |title: &str| {
                json!({"call_id": "c1", "tool": "github.createIssue", "title": "Create an issue",
                    "arguments": {"title": title}, "writes": true, "binding": "ab"})
            };
            let draft = Draft::new(ReviewId(uuid::Uuid::nil()), 0, &[call("Tea")], &[])
                .with_kind(ReviewKind::ToolCalls);
            assert_eq!(draft.approval().items, None);

            draft.data(0).unwrap().set_part("title", json!("Chai"));
            draft.always.set(true);

            let approval = draft.approval();
            assert_eq!((approval.items, approval.always), (Some(vec![call("Chai")]), true));
            draft.data(0).unwrap().write("[]");
            assert!(draft.why_unfit().unwrap().starts_with("Enter an object"));
            draft.kept.set(vec![false]);
            assert!(draft.why_unfit().unwrap().starts_with("Choose at least one call"));
        });
    }

    #[test]
    fn a_result_that_is_handed_over_is_edited_as_what_it_is() {
        Owner::new().with(|| {
            let draft = |item: Value, kind| {
                Draft::new(ReviewId(uuid::Uuid::nil()), 0, &[item], &[]).with_kind(kind)
            };
            assert!(draft(json!("Text"), ReviewKind::HandOver).data(0).is_none());
            assert!(draft(json!({"a": 1}), ReviewKind::Content).data(0).is_none());

            let data = draft(json!({"a": 1}), ReviewKind::HandOver);
            data.data(0).unwrap().write("{\"a\": 2}");

            assert_eq!(data.approval().items, Some(vec![json!({"a": 2})]));
        });
    }
}
