//! Decisions of people about content.

pub mod assignment;
mod written;

use std::{collections::BTreeSet, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    agent::approval::ReviewKind,
    id::{NodeId, ReviewId, UserId},
    ports::{Kind, PortType},
    text::unknown_variant::UnknownVariant,
    time::Timestamp,
    value,
};

/// The most characters of a reason or comment of a review.
pub const MOST_REASON_CHARS: usize = 4_000;

/// What a reviewer decides.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "decision", rename_all = "snake_case", deny_unknown_fields)]
pub enum Decision {
    /// The content is approved.
    Approve(Approval),
    /// The content is to be made again with changes.
    Changes {
        /// What is to change; it goes into the next prompt.
        reason: String,
    },
    /// The content is rejected.
    Reject {
        /// The reason for the rejection.
        reason: String,
    },
}

impl Decision {
    /// How the reviewer decides.
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Approve(_) => Verdict::Approved,
            Self::Changes { .. } => Verdict::Changes,
            Self::Reject { .. } => Verdict::Rejected,
        }
    }
}

/// What exactly is approved.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Approval {
    /// The items as they were changed; none means as they came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<Value>>,
    /// Which items are kept, by place from 0; none means all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep: Option<Vec<usize>>,
    /// Words for colleagues, kept with the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Which [`edition`] of the items was read; none approves the present one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<usize>,
    /// Whether the same calls of tools are not to be asked about again in this execution; for
    /// reviews of such calls only.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub always: bool,
}

/// Bytes of a long text, or of an item under review, with which a page begins.
pub const BEGINNING: usize = 200_000;
/// Bytes that each part of structured data counts in addition to its text.
const EACH: usize = 8;

/// Cuts a very long item to its beginning, structured data to its first parts; returns whether
/// anything was cut.
pub fn shorten(item: &mut Value) -> bool {
    begin(item, &mut { BEGINNING })
}

fn begin(item: &mut Value, left: &mut usize) -> bool {
    match item {
        Value::String(text) => begin_text(text, left),
        Value::Array(items) => begin_list(items, left, begin),
        Value::Object(fields) => {
            let (all, mut cut) = (fields.len(), false);
            fields.retain(|name, item| {
                let kept = *left > 0;
                if kept {
                    *left = left.saturating_sub(name.len());
                    cut |= begin(item, left);
                }
                kept
            });
            *left = left.saturating_sub(EACH);
            cut || fields.len() < all
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            *left = left.saturating_sub(EACH);
            false
        }
    }
}

/// Cuts a text to the `left` bytes that a page still has room for; returns whether anything was
/// cut.
pub(crate) fn begin_text(text: &mut String, left: &mut usize) -> bool {
    let cut = text.len() > *left;
    text.truncate(text.floor_char_boundary(*left));
    *left = if cut { 0 } else { left.saturating_sub(text.len() + EACH) };
    cut
}

/// The same for a list, part by part.
pub(crate) fn begin_list<T>(
    parts: &mut Vec<T>,
    left: &mut usize,
    begin: impl Fn(&mut T, &mut usize) -> bool,
) -> bool {
    let (mut kept, mut cut) = (0, false);
    for part in parts.iter_mut() {
        if *left == 0 {
            break;
        }
        kept += 1;
        cut |= begin(part, left);
    }
    *left = left.saturating_sub(EACH);
    cut |= kept < parts.len();
    parts.truncate(kept);
    cut
}

/// Who made a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reviewer {
    /// The person; none when the time ran out and it was approved automatically.
    pub user: Option<UserId>,
    /// The person's name.
    pub name: String,
}

/// One approval of several that a review needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Approved {
    /// The reviewer who gave this approval.
    #[serde(flatten)]
    pub by: Reviewer,
    /// When it was given; none for approvals from before times were recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Words for colleagues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Whether this approval left out or changed some of the items.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub changed: bool,
}

/// One approval of several, as an event of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalGiven {
    /// The node that waits.
    pub node: NodeId,
    /// The review that it belongs to.
    pub review: ReviewId,
    /// Who gave the approval.
    pub by: Reviewer,
    /// Words for colleagues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Whether it left out or changed some of the items.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub changed: bool,
}

/// The edition of a review's items: 0 as they came, n when the n-th approval was the last to change
/// them.
pub fn edition(approvals: &[Approved]) -> usize {
    approvals.iter().rposition(|approved| approved.changed).map_or(0, |place| place + 1)
}

/// Who made the present edition of a review's items; none where they are as they came.
pub fn editor(approvals: &[Approved]) -> Option<&Reviewer> {
    Some(&approvals.get(edition(approvals).checked_sub(1)?)?.by)
}

/// The outcome of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Enough people approved, or the time to decide ran out.
    Approved,
    /// It is made again with changes.
    Changes,
    /// It was rejected.
    Rejected,
    /// The execution went on without it: the node was skipped or the execution stopped.
    Cancelled,
}

/// An open review of a node.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewState {
    /// The review's id.
    pub id: ReviewId,
    /// What kind of thing is decided about.
    pub kind: ReviewKind,
    /// What is decided about.
    pub items: Vec<Value>,
    /// What the reviewers are asked.
    pub instructions: String,
    /// How many people must approve.
    pub needed: u32,
    /// Who has approved so far.
    pub approvals: Vec<Approved>,
    /// When it is approved automatically.
    pub until: Option<Timestamp>,
}

impl Verdict {
    /// The outcome in words, as the beginning of a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Approved => "Approved",
            Self::Changes => "Changes requested",
            Self::Rejected => "Rejected",
            Self::Cancelled => "Canceled",
        }
    }

    /// The name in the database, the API and events; also the port by which the path goes on.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Changes => "changes",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
        }
    }
}

impl FromStr for Verdict {
    type Err = UnknownVariant;

    fn from_str(word: &str) -> Result<Self, UnknownVariant> {
        let all = [Self::Approved, Self::Changes, Self::Rejected, Self::Cancelled];
        all.into_iter()
            .find(|verdict| verdict.as_str() == word)
            .ok_or_else(|| UnknownVariant::new("verdict", word))
    }
}

impl Approval {
    /// The items that go on, in their order: those kept of `items`, as they were edited.
    ///
    /// # Errors
    /// Which place does not exist, that nothing is kept or that a text was emptied, in words.
    pub fn approved_items(&self, items: &[Value]) -> Result<Vec<Value>, String> {
        let edited = self.items.as_deref().unwrap_or(items);
        if edited.len() != items.len() {
            let (asked, given) = (items.len(), edited.len());
            return Err(format!("Expected {asked} items, got {given}. Send all of them."));
        }
        if let Some(keep) = &self.keep {
            check_kept(keep, edited.len())?;
        }
        let keep = self.places(edited.len());
        let text = |place: &usize| Some((*place, edited.get(*place)?.as_str()?));
        let texts: Vec<(usize, &str)> = keep.iter().filter_map(text).collect();
        check_texts(items, &texts)?;
        check_kinds(items, edited, &keep)?;
        value::recordable(edited)
            .map_err(|why| format!("The edited items can't be used: {why}."))?;
        Ok(keep.iter().filter_map(|place| edited.get(*place)).cloned().collect())
    }

    /// The places of the kept items out of so many, in the order in which they go on.
    pub fn places(&self, items: usize) -> Vec<usize> {
        self.keep.clone().unwrap_or_else(|| (0..items).collect())
    }
}

/// Checks that texts that said something still do. `texts` are the edited texts with their places
/// among the items.
///
/// # Errors
/// Which of them is empty, and what to do about it.
pub fn check_texts<T: AsRef<str>>(items: &[Value], texts: &[(usize, T)]) -> Result<(), String> {
    let is_blank = |text: &str| text.trim().is_empty();
    let said = |place: usize| items.get(place).and_then(Value::as_str);
    let emptied = |(place, text): &&(usize, T)| {
        is_blank(text.as_ref()) && said(*place).is_some_and(|text| !is_blank(text))
    };
    match texts.iter().find(emptied) {
        None => Ok(()),
        Some(_) if items.len() == 1 => {
            Err("The text is empty. Enter a text, or reject.".to_owned())
        }
        Some((place, _)) => {
            Err(format!("Item {} is empty. Enter a text, or leave the item out.", place + 1))
        }
    }
}

/// Checks that each kept item has the kind it came with: later steps rely on it.
fn check_kinds(items: &[Value], edited: &[Value], kept: &[usize]) -> Result<(), String> {
    let kept =
        kept.iter().filter_map(|place| Some((place, items.get(*place)?, edited.get(*place)?)));
    let misfit = |(place, came, now): (&usize, &Value, &Value)| {
        let why = PortType::One(Kind::from_value(came)).misfit(now)?;
        Some(format!("Item {} {why}.", place + 1))
    };
    kept.filter(|(_, came, now)| came != now).find_map(misfit).map_or(Ok(()), Err)
}

/// Checks that these places can be kept of so many items: at least one, each once.
///
/// # Errors
/// What is wrong with them, in words.
pub fn check_kept(keep: &[usize], items: usize) -> Result<(), String> {
    if keep.is_empty() {
        return Err("Keep at least one item, or reject.".to_owned());
    }
    let mut before = BTreeSet::new();
    for place in keep {
        if *place >= items {
            return Err(format!("There is no item {place}. Number the {items} items from 0."));
        }
        if !before.insert(place) {
            return Err(format!("Item {place} is listed twice. List each item once, from 0."));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_long_texts_lists_and_data_a_page_has_the_beginning_and_all_of_the_others() {
        let long = "日".repeat(BEGINNING / 2);
        let bytes = |item: &Value| item.as_str().map_or(0, str::len);
        let mut text = json!(long);
        assert!(shorten(&mut text));
        assert!((BEGINNING - 3..=BEGINNING).contains(&bytes(&text)));
        let mut list = json!(["short", long, "after"]);
        assert!(shorten(&mut list));
        assert_eq!(list.as_array().map(Vec::len), Some(2));
        assert!(list.get(1).is_some_and(|text| bytes(text) <= BEGINNING));

        for mut whole in [json!("short"), json!(["a", "b"]), json!({"a": [1, null]}), json!([])] {
            let before = whole.clone();
            assert!(!shorten(&mut whole));
            assert_eq!(whole, before);
        }
        let rows = vec![json!({"name": "Tea", "price": 3, "tags": [[], {}, ""]}); 20_000];
        for mut data in [json!({"a": long, "b": 1}), json!({"a": 1, "rows": rows}), json!(rows)] {
            assert!(shorten(&mut data));
            assert!(data.to_string().len() < 2 * BEGINNING);
            assert!(data.get("a").or(data.get(0)).is_some());
        }
    }

    #[test]
    fn what_is_kept_is_some_of_what_there_is_and_each_once() {
        let refused = |keep: &[usize]| check_kept(keep, 3).err();

        assert_eq!([refused(&[0]), refused(&[2, 0]), refused(&[0, 1, 2])], [None, None, None]);
        assert!(refused(&[]).is_some_and(|words| words.starts_with("Keep at least one")));
        assert_eq!(
            refused(&[3]).as_deref(),
            Some("There is no item 3. Number the 3 items from 0.")
        );
        assert_eq!(
            refused(&[1, 1]).as_deref(),
            Some("Item 1 is listed twice. List each item once, from 0.")
        );
    }

    #[test]
    fn what_is_edited_stays_of_the_kind_it_came_as() {
        let id = "018f0000-0000-7000-8000-000000000000";
        let image = json!({"image_id": id, "width": 1, "height": 1, "media_type": "image/png"});
        let items = [json!("A"), image, json!({"price": 1}), json!(null)];
        let refused = |place: usize, now: Value| {
            let mut edited = items.to_vec();
            edited[place] = now;
            Approval { items: Some(edited), ..Approval::default() }.approved_items(&items).err()
        };

        assert_eq!(refused(0, json!(5)).as_deref(), Some("Item 1 must be text, but is a number."));
        assert!(
            refused(1, json!("no picture"))
                .is_some_and(|why| why.starts_with("Item 2 must be an image"))
        );
        assert_eq!(refused(0, json!("B")), None);
        assert_eq!(refused(2, json!([1])), None);
        assert_eq!(refused(3, json!("now there is one")), None);
    }

    #[test]
    fn a_text_that_was_emptied_is_not_approved_unless_it_is_left_out() {
        let items = [json!("A"), json!("B"), json!(" "), json!({"image_id": 1})];
        let edited = vec![json!("A"), json!(" \n"), json!(""), json!({"image_id": 1})];
        let approved = |keep: Option<Vec<usize>>| {
            let items_now = Some(edited.clone());
            Approval { items: items_now, keep, ..Approval::default() }.approved_items(&items)
        };
        let words = "Item 2 is empty. Enter a text, or leave the item out.".to_owned();

        assert_eq!(approved(None), Err(words.clone()));
        assert_eq!(approved(Some(vec![1])), Err(words));
        assert_eq!(approved(Some(vec![0, 2])), Ok(vec![json!("A"), json!("")]));
        assert_eq!(Approval::default().approved_items(&items).as_deref(), Ok(&items[..]));
        let alone = Approval { items: Some(vec![json!("")]), ..Approval::default() };
        assert!(
            alone
                .approved_items(&items[..1])
                .is_err_and(|words| words.starts_with("The text is empty"))
        );
    }
}
