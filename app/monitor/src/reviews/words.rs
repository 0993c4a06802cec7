//! Sentences about a review, and what the decision of each kind is called. Pure.

use model::{
    agent::approval::ReviewKind,
    api::review_links::LinkedApproval,
    execution::view::DecidedView,
    id::UserId,
    pages::{DecisionRow, ReviewCard},
    review::{
        Approved, Verdict,
        assignment::{Assignment, Reviewers},
        editor,
    },
};
use ui::format;
use web::client::clock::Zone;

/// Who decides, where nobody is known by name: "any admin, except the person who launched the run".
pub fn who(assignment: &Assignment) -> String {
    but_the_author(group(assignment.reviewers).to_owned(), assignment.exclude_author)
}

/// Who decides a review: "any admin", "Ada or Ben".
pub fn who_decides(card: &ReviewCard) -> String {
    let who = match card.reviewers {
        Reviewers::People => join(&people(card), "or"),
        Reviewers::Runners | Reviewers::Editors | Reviewers::Admins => {
            group(card.reviewers).to_owned()
        }
    };
    but_the_author(who, card.exclude_author)
}

fn group(reviewers: Reviewers) -> &'static str {
    match reviewers {
        Reviewers::Runners => "anyone who can launch runs",
        Reviewers::Editors => "any editor or admin",
        Reviewers::Admins => "any admin",
        Reviewers::People => "specific people",
    }
}

fn but_the_author(who: String, exclude_author: bool) -> String {
    if exclude_author { format!("{who}, except the person who launched the run") } else { who }
}

/// The names of the people whom a review names; who has left has none here.
fn people(card: &ReviewCard) -> Vec<String> {
    let here = card.people.iter().filter_map(|person| person.name.clone());
    let gone = card.people.iter().filter(|person| person.name.is_none()).count() as u64;
    let gone =
        (gone > 0).then(|| format!("{} who left", format::pluralize(gone, "person", "people")));
    here.chain(gone).collect()
}

/// Why a review cannot be approved by those who are left, and what to do about it; none where it
/// can.
pub fn stuck(card: &ReviewCard) -> Option<String> {
    let words = card.stuck.filter(|_| card.end.is_none())?.words();
    let way_on = if card.may_reassign { "Reassign it." } else { "Ask an editor to reassign it." };
    Some(format!("{words} {way_on}"))
}

/// How far the approvals are; nothing where one is enough.
pub fn approvals(approvals: &[Approved], needed: u32) -> Option<String> {
    if needed < 2 {
        return None;
    }
    let names: Vec<&str> = approvals.iter().map(|one| one.by.name.as_str()).collect();
    let names = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
    Some(format!("{} of {needed} approved{names}", approvals.len()))
}

/// The comments of approvals, each with the name of who wrote it: "Ada: Good".
pub fn approval_comments(approvals: &[Approved]) -> Vec<String> {
    let words = |one: &Approved| Some(format!("{}: {}", one.by.name, one.comment.as_ref()?));
    approvals.iter().filter_map(words).collect()
}

/// Says who approved with changes, after which a draft begins anew; none where nobody did.
pub fn changed_by(card: &ReviewCard) -> Option<String> {
    let by = &editor(&card.approvals)?.name;
    Some(format!(
        "{by} approved with edits. You see the edited version. Your own selections and edits were \
         reset."
    ))
}

/// Shown when a step before the review has given another version since.
pub const OUTDATED: &str = "An earlier step has made a newer version since. If you approve, the \
                            run continues with the version you see here.";

/// The heading of the panel of a review; `open` where the person may decide it now.
pub fn panel_title(card: &ReviewCard, open: bool) -> String {
    if card.end.is_some() && !open {
        return "Decided".to_owned();
    }
    match card.kind.request(&card.items) {
        Some(request) => format!("The agent {request}"),
        None if open => "Needs your review".to_owned(),
        None => "Waiting for review".to_owned(),
    }
}

/// Why this person cannot decide now; nothing when they can.
pub fn why_not(card: &ReviewCard, person: UserId) -> Option<String> {
    if let Some(end) = &card.end {
        let by = by_all(end.verdict, &card.approvals, &end.by);
        return Some(format!("{}.", verdict_words(end.verdict, &by)));
    }
    if card.approval_of(person).is_some() {
        let given = u32::try_from(card.approvals.len()).unwrap_or(u32::MAX);
        return Some(format!("You approved. {}", more_needed(card.needed, given)));
    }
    if card.may_decide {
        return None;
    }
    if card.exclude_author && card.author == Some(person) {
        return Some("You launched this run, so someone else reviews it.".to_owned());
    }
    Some(match card.reviewers {
        Reviewers::Editors => "Only editors and admins can decide this.".to_owned(),
        Reviewers::Admins => "Only admins can decide this.".to_owned(),
        Reviewers::Runners => "You need the runner role to decide this. Ask an admin.".to_owned(),
        Reviewers::People => format!("Only {} can decide this.", join(&people(card), "or")),
    })
}

fn more_needed(needed: u32, given: u32) -> String {
    let more = u64::from(needed.saturating_sub(given));
    format!("{} needed.", format::pluralize(more, "more approval", "more approvals"))
}

/// In whose name a link has approved, and when, by the clock of a zone; then how many more approvals
/// the review needs.
pub fn link_approval(approved: &LinkedApproval, needed: u32, approvals: u32, zone: Zone) -> String {
    let at = approved.at.map_or(String::new(), |at| format!(" on {}", format::minute(at, zone)));
    format!("Approved by {}{at}. {}", approved.by, more_needed(needed, approvals))
}

/// The names of all whose approval it took, the last one at the end; of another verdict only the
/// name of who gave it.
fn by_all(verdict: Verdict, approvals: &[Approved], last: &str) -> String {
    let approved = approvals.iter().filter(|_| verdict == Verdict::Approved);
    let before = approved.map(|one| one.by.name.as_str()).filter(|name| *name != last);
    join_names(before.collect(), last)
}

/// The decision of a step, with everybody whose approval it took.
pub fn decision(was: &DecidedView) -> String {
    let before = was.before.iter().map(|one| one.name.as_str()).collect();
    verdict_words(was.verdict, &join_names(before, &was.by.name))
}

/// A decision with everybody whose approval it took: "Approved by Ada and Ben".
pub fn past_decision(row: &DecisionRow) -> String {
    verdict_words(row.verdict, &by_all(row.verdict, &row.approvals, &row.by.name))
}

/// "Ada, Ben or Cem"; "nobody" where there is none.
pub fn join(names: &[String], last_word: &str) -> String {
    match names {
        [] => "no one".to_owned(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} {last_word} {last}", before.join(", ")),
    }
}

/// "Ada, Ben and Cem".
fn join_names(before: Vec<&str>, last: &str) -> String {
    if before.is_empty() { last.to_owned() } else { format!("{} and {last}", before.join(", ")) }
}

/// "Approved by Ada", "Ada asked for changes".
pub fn verdict_words(verdict: Verdict, by: &str) -> String {
    match verdict {
        Verdict::Changes => format!("{by} asked for changes"),
        Verdict::Approved | Verdict::Rejected | Verdict::Cancelled => {
            format!("{} by {by}", verdict.words())
        }
    }
}

/// The words of the decision of a kind of review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KindWords {
    /// On the button that approves.
    pub(super) approve: &'static str,
    /// On the button that rejects.
    pub(super) reject: &'static str,
    /// Below the field of the comment or reason.
    pub(super) help: &'static str,
    /// Once it is approved.
    approved: &'static str,
    /// Once it is rejected.
    rejected: &'static str,
    /// The reason of a rejection without one; where one has to be given, what asks for it.
    pub(super) reason_unsaid: Result<&'static str, &'static str>,
}

impl KindWords {
    pub(super) const fn for_kind(kind: ReviewKind) -> Self {
        match kind {
            ReviewKind::Content => Self {
                approve: "Approve",
                reject: "Reject",
                help: "Required to ask for changes or reject.",
                approved: Verdict::Approved.words(),
                rejected: Verdict::Rejected.words(),
                reason_unsaid: Err(
                    "Say what to change, or why you reject it. It stays in the history.",
                ),
            },
            ReviewKind::ToolCalls => Self {
                approve: "Approve and run",
                reject: "Decline",
                help: "Required to decline. The agent reads it and continues without the call.",
                approved: "Approved",
                rejected: "Declined",
                reason_unsaid: Err(
                    "Enter a reason. The agent reads it and continues without the call.",
                ),
            },
            ReviewKind::Limit => Self {
                approve: "Let it continue",
                reject: "Stop here",
                help: "Optional. Stays in the history.",
                approved: "Continued",
                rejected: "Stopped",
                reason_unsaid: Ok("Stop here."),
            },
            ReviewKind::HandOver => Self {
                approve: "Use this result",
                reject: "Stop here",
                help: "Optional. Stays in the history.",
                approved: "Result used",
                rejected: "Stopped",
                reason_unsaid: Ok("Stop here."),
            },
        }
    }

    /// Once it is decided so.
    pub(super) const fn decided(self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Approved => self.approved,
            Verdict::Rejected => self.rejected,
            Verdict::Changes | Verdict::Cancelled => verdict.words(),
        }
    }
}

/// How many of several items are picked, and what becomes of the others.
pub(super) fn picked_words(kind: ReviewKind, kept: usize, all: usize) -> String {
    match kind {
        ReviewKind::ToolCalls if kept < all => {
            format!(
                "{kept} of {all} calls will run. The agent is told that the others were declined."
            )
        }
        ReviewKind::ToolCalls => format!("All {all} calls will run."),
        ReviewKind::Content | ReviewKind::Limit | ReviewKind::HandOver => {
            if kept < all {
                format!("{kept} of {all} kept. Only kept items continue.")
            } else {
                format!("All {all} kept. Clear the ones you don't want.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::{agent::approval::ReviewKind, review::assignment::Stuck, time::Timestamp};
    use serde_json::json;

    use super::*;

    fn person(number: u8) -> UserId {
        format!("0193dddd-0000-7000-8000-0000000000{number:02}").parse().unwrap()
    }

    fn card(may_decide: bool) -> ReviewCard {
        serde_json::from_value(json!({
            "id": person(90), "execution_id": person(91), "execution_name": "Ads",
            "execution_number": 1, "node_id": "check", "step": "Check", "reviewers": "editors",
            "instructions": "", "items": [], "needed": 2,
            "approvals": [{"user": person(1), "name": "Ada"}],
            "until": null, "opened_at": 0, "end": null, "may_decide": may_decide,
        }))
        .unwrap()
    }

    #[test]
    fn who_approved_already_waits_for_the_others_and_who_may_not_learns_who_may() {
        assert_eq!(
            why_not(&card(true), person(1)).as_deref(),
            Some("You approved. 1 more approval needed.")
        );
        assert_eq!(why_not(&card(true), person(2)), None);
        assert!(why_not(&card(false), person(2)).unwrap().starts_with("Only editors and admins"));
    }

    #[test]
    fn named_people_are_called_by_their_names_and_who_left_is_counted() {
        let mut named = card(false);
        named.reviewers = Reviewers::People;
        named.people = serde_json::from_value(json!([
            {"id": person(1), "name": "Ada"}, {"id": person(2), "name": "Ben"},
            {"id": person(3), "name": null},
        ]))
        .unwrap();
        assert_eq!(who_decides(&named), "Ada, Ben or 1 person who left");
        assert_eq!(
            why_not(&named, person(4)).as_deref(),
            Some("Only Ada, Ben or 1 person who left can decide this.")
        );

        named.exclude_author = true;
        named.author = Some(person(4));
        assert!(who_decides(&named).ends_with("who left, except the person who launched the run"));
        assert!(why_not(&named, person(4)).unwrap().starts_with("You launched this"));
    }

    #[test]
    fn who_may_reassign_a_review_that_nobody_can_decide_is_told_to() {
        let mut left = card(false);
        assert_eq!(stuck(&left), None);
        left.stuck = Some(Stuck::Nobody);
        let asks = stuck(&left).unwrap();
        assert_eq!(asks, "No current member can decide this. Ask an editor to reassign it.");
        left.may_reassign = true;
        assert_eq!(
            stuck(&left).as_deref(),
            Some("No current member can decide this. Reassign it.")
        );
    }

    #[test]
    fn approvals_are_counted_only_where_several_are_needed() {
        let ada = card(true).approvals;

        assert_eq!(approvals(&ada, 2).as_deref(), Some("1 of 2 approved: Ada"));
        assert_eq!(approvals(&[], 3).as_deref(), Some("0 of 3 approved"));
        assert_eq!(approvals(&ada, 1), None);
    }

    #[test]
    fn the_heading_says_what_an_agent_asks_for() {
        let mut card = card(true);
        assert_eq!(panel_title(&card, true), "Needs your review");

        card.kind = ReviewKind::ToolCalls;
        card.items = vec![json!({"tool": "github.createIssue"})];

        assert_eq!(panel_title(&card, true), "The agent wants to use github.createIssue");
        assert_eq!(panel_title(&card, false), "The agent wants to use github.createIssue");
    }

    #[test]
    fn a_link_that_has_approved_says_in_whose_name_and_when() {
        let by = "link of Ada".to_owned();
        let approved = LinkedApproval { by, at: Some(Timestamp(1_795_169_000_000)) };
        let words = "Approved by link of Ada on 2026-11-20 10:03 UTC. 1 more approval needed.";
        assert_eq!(link_approval(&approved, 2, 1, Zone::Utc), words);
    }
}

#[cfg(test)]
mod kind_tests {
    use super::*;

    #[test]
    fn it_says_how_many_are_kept_and_that_one_has_to_be() {
        let content = |kept| picked_words(ReviewKind::Content, kept, 5);
        assert_eq!(content(2), "2 of 5 kept. Only kept items continue.");
        assert_eq!(content(5), "All 5 kept. Clear the ones you don't want.");
        let calls = picked_words(ReviewKind::ToolCalls, 1, 2);
        assert_eq!(
            calls,
            "1 of 2 calls will run. The agent is told that the others were declined."
        );
    }

    #[test]
    fn a_decision_is_called_as_its_button_says_and_may_need_a_reason() {
        let limit = KindWords::for_kind(ReviewKind::Limit);
        assert_eq!(
            [limit.approve, limit.decided(Verdict::Approved)],
            ["Let it continue", "Continued"]
        );

        let unsaid = |kind| KindWords::for_kind(kind).reason_unsaid;
        assert!(unsaid(ReviewKind::Limit).is_ok() && unsaid(ReviewKind::HandOver).is_ok());
        assert!(unsaid(ReviewKind::ToolCalls).is_err() && unsaid(ReviewKind::Content).is_err());
    }
}
