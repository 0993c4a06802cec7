//! What a person decides about content, and what it takes.

mod written;

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    id::{NodeId, ReviewId, UserId},
    ports::{Kind, PortType},
    time::Timestamp,
    value,
    word::UnknownWord,
};

/// A decision.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "decision", rename_all = "snake_case", deny_unknown_fields)]
pub enum Decision {
    /// It is good.
    Approve(Approval),
    /// It is to be made again, with this in mind.
    Changes {
        /// What is to change; it goes into the next prompt.
        reason: String,
    },
    /// It is not wanted.
    Reject {
        /// Why.
        reason: String,
    },
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
    /// Words for colleagues.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Which [`edition`] of the items was read; none approves whichever there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<usize>,
}

/// Bytes of a long text, or of an item under review, with which a page begins.
pub const BEGINNING: usize = 200_000;
/// What a part of data costs beside its words, in bytes.
const EACH: usize = 8;

/// Leaves the beginning of a very long item; whether it was any longer. Of data remain its first parts.
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

/// Leaves of a text what is `left` of the bytes a page begins with; whether it was any longer.
pub(crate) fn begin_text(text: &mut String, left: &mut usize) -> bool {
    let cut = text.len() > *left;
    text.truncate(text.floor_char_boundary(*left));
    *left = if cut { 0 } else { left.saturating_sub(text.len() + EACH) };
    cut
}

/// The same of a list, part by part.
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

/// Who decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reviewer {
    /// The person; none when the time to decide ran out and it was approved by itself.
    pub user: Option<UserId>,
    /// What the person is called.
    pub name: String,
}

/// That one of several who have to has approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Approved {
    /// Who has.
    #[serde(flatten)]
    pub by: Reviewer,
    /// When; none for what was approved before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Words for colleagues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Whether this approval left out or changed some of what is decided about.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub changed: bool,
}

/// One of several approvals, as the log tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalGiven {
    /// The node that waits.
    pub node: NodeId,
    /// The decision.
    pub review: ReviewId,
    /// Who approved.
    pub by: Reviewer,
    /// Words for colleagues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Whether it left out or changed some of what is decided about.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub changed: bool,
}

/// Which edition of its items a review is at: 0 as they came, n when the n-th approval was the last
/// to change them.
pub fn edition(approvals: &[Approved]) -> usize {
    approvals.iter().rposition(|approved| approved.changed).map_or(0, |place| place + 1)
}

/// Who made the present edition of a review's items; none where they are as they came.
pub fn editor(approvals: &[Approved]) -> Option<&Reviewer> {
    Some(&approvals.get(edition(approvals).checked_sub(1)?)?.by)
}

/// How a review ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Enough people approved, or the time to decide ran out.
    Approved,
    /// It is made again.
    Changes,
    /// It is not wanted.
    Rejected,
    /// The execution went on without it: the node was skipped or the execution stopped.
    Cancelled,
}

/// An open review of a node.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewState {
    /// Which.
    pub id: ReviewId,
    /// What is decided about.
    pub items: Vec<Value>,
    /// What the reviewers are asked.
    pub instructions: String,
    /// How many people must approve.
    pub needed: u32,
    /// Who has approved so far.
    pub approvals: Vec<Approved>,
    /// When it is approved by itself.
    pub until: Option<Timestamp>,
}

impl Verdict {
    /// A word for people, as the beginning of a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Approved => "Approved",
            Self::Changes => "Changes asked for",
            Self::Rejected => "Rejected",
            Self::Cancelled => "Cancelled",
        }
    }

    /// The word in the database, the API and events; also the port by which the path goes on.
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
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let all = [Self::Approved, Self::Changes, Self::Rejected, Self::Cancelled];
        all.into_iter()
            .find(|verdict| verdict.as_str() == word)
            .ok_or_else(|| UnknownWord::new("verdict", word))
    }
}

impl Approval {
    /// The items that are approved out of `items`.
    ///
    /// # Errors
    /// Which place does not exist, that nothing is kept or that a text was emptied, in words.
    pub fn of(&self, items: &[Value]) -> Result<Vec<Value>, String> {
        let edited = self.items.as_deref().unwrap_or(items);
        if edited.len() != items.len() {
            let (asked, given) = (items.len(), edited.len());
            return Err(format!("There are {asked} items, but {given} were sent."));
        }
        if let Some(keep) = &self.keep {
            check_kept(keep, edited.len())?;
        }
        let keep = self.places(edited.len());
        let text = |place: &usize| Some((*place, edited.get(*place)?.as_str()?));
        let texts: Vec<(usize, &str)> = keep.iter().filter_map(text).collect();
        check_texts(items, &texts)?;
        check_kinds(items, edited, &keep)?;
        value::recordable(edited).map_err(|why| format!("What was sent: {why}."))?;
        Ok(keep.iter().filter_map(|place| edited.get(*place)).cloned().collect())
    }

    /// The places of what is kept of so many items, in the order in which it goes on.
    pub fn places(&self, items: usize) -> Vec<usize> {
        self.keep.clone().unwrap_or_else(|| (0..items).collect())
    }
}

/// Whether these texts, each with its place among the items, still say something where they did.
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
        Some(_) if items.len() == 1 => Err("The text is empty: write it, or reject.".to_owned()),
        Some((place, _)) => Err(format!("Item {} is empty: write it, or leave it out.", place + 1)),
    }
}

/// What follows relies on what came: a text stays a text, a picture a picture.
fn check_kinds(items: &[Value], edited: &[Value], kept: &[usize]) -> Result<(), String> {
    let kept =
        kept.iter().filter_map(|place| Some((place, items.get(*place)?, edited.get(*place)?)));
    let misfit = |(place, came, now): (&usize, &Value, &Value)| {
        let why = PortType::One(Kind::of(came)).misfit(now)?;
        Some(format!("Item {} {why}.", place + 1))
    };
    kept.filter(|(_, came, now)| came != now).find_map(misfit).map_or(Ok(()), Err)
}

/// Whether these places may be what is kept of so many items: at least one, each of them once.
///
/// # Errors
/// What is wrong with them, in words.
pub fn check_kept(keep: &[usize], items: usize) -> Result<(), String> {
    if keep.is_empty() {
        return Err("Nothing is kept: keep at least one item, or reject.".to_owned());
    }
    for (at, place) in keep.iter().enumerate() {
        if *place >= items {
            return Err(format!("There is no item {place}: of {items}, the first is 0."));
        }
        if keep.iter().take(at).any(|before| before == place) {
            return Err(format!("Item {place} is kept twice; the first is 0."));
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
        assert!(refused(&[]).is_some_and(|words| words.starts_with("Nothing is kept")));
        assert_eq!(refused(&[3]).as_deref(), Some("There is no item 3: of 3, the first is 0."));
        assert_eq!(refused(&[1, 1]).as_deref(), Some("Item 1 is kept twice; the first is 0."));
    }

    #[test]
    fn what_is_edited_stays_of_the_kind_it_came_as() {
        let id = "018f0000-0000-7000-8000-000000000000";
        let image = json!({"image_id": id, "width": 1, "height": 1, "media_type": "image/png"});
        let items = [json!("A"), image, json!({"price": 1}), json!(null)];
        let refused = |place: usize, now: Value| {
            let mut edited = items.to_vec();
            edited[place] = now;
            Approval { items: Some(edited), ..Approval::default() }.of(&items).err()
        };

        assert_eq!(
            refused(0, json!(5)).as_deref(),
            Some("Item 1 must be a text, but is a number.")
        );
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
            Approval { items: items_now, keep, ..Approval::default() }.of(&items)
        };
        let words = "Item 2 is empty: write it, or leave it out.".to_owned();

        assert_eq!(approved(None), Err(words.clone()));
        assert_eq!(approved(Some(vec![1])), Err(words));
        assert_eq!(approved(Some(vec![0, 2])), Ok(vec![json!("A"), json!("")]));
        assert_eq!(Approval::default().of(&items).as_deref(), Ok(&items[..]));
        let alone = Approval { items: Some(vec![json!("")]), ..Approval::default() };
        assert!(alone.of(&items[..1]).is_err_and(|words| words.starts_with("The text is empty")));
    }
}
