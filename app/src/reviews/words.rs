//! What is said about a review: pure.

use model::{
    id::UserId,
    nodes::review::Reviewers,
    pages::ReviewCard,
    review::{Reviewer, Verdict},
    time::Timestamp,
};

use crate::ui::format;

/// Who may decide, in two words.
pub fn who(reviewers: Reviewers) -> &'static str {
    match reviewers {
        Reviewers::Runners => "any runner",
        Reviewers::Editors => "any editor",
    }
}

/// How far the approvals are; nothing where one is enough.
pub fn approvals(approvals: &[Reviewer], needed: u32) -> Option<String> {
    if needed < 2 {
        return None;
    }
    let names: Vec<&str> = approvals.iter().map(|by| by.name.as_str()).collect();
    let names = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
    Some(format!("{} of {needed} approved{names}", approvals.len()))
}

/// How many of several items are kept, and how many have to be.
pub fn kept(kept: usize, all: usize) -> String {
    match kept < all {
        true => format!("{kept} of {all} kept. Only what is kept goes on."),
        false => format!("All {all} kept. Keep at least one: only what is kept goes on."),
    }
}

/// Why this person cannot decide now; nothing when they can.
pub fn why_not(card: &ReviewCard, person: UserId) -> Option<String> {
    if let Some(end) = &card.end {
        return Some(format!("{}.", decided(end.verdict, &end.by)));
    }
    if card.was_approved_by(person) {
        let more = usize::try_from(card.needed).unwrap_or(1).saturating_sub(card.approvals.len());
        let more = format::counted(more as u64, "more approval", "more approvals");
        return Some(format!("You have approved. {more} needed."));
    }
    if card.may_decide {
        return None;
    }
    Some(match card.reviewers {
        Reviewers::Editors => "Editors and admins decide this. You can read it.".to_owned(),
        Reviewers::Runners => {
            "Whoever may launch decides this; your role may look only.".to_owned()
        }
    })
}

/// "Approved by Ada".
pub fn decided(verdict: Verdict, by: &str) -> String {
    match verdict {
        Verdict::Changes => format!("{by} asked for changes"),
        other => format!("{} by {by}", other.words()),
    }
}

/// "2 h 5 min left", "any moment".
pub fn left(until: Timestamp, now: Timestamp) -> String {
    match until.ms_since(now) {
        0 => "any moment".to_owned(),
        ms @ 1..60_000 => format!("{} s left", ms.div_ceil(1_000)),
        ms => format!("{} left", format::duration(ms)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

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
            Some("You have approved. 1 more approval needed.")
        );
        assert_eq!(why_not(&card(true), person(2)), None);
        assert!(why_not(&card(false), person(2)).unwrap().starts_with("Editors and admins"));
    }

    #[test]
    fn approvals_are_counted_only_where_several_are_needed() {
        let ada = card(true).approvals;

        assert_eq!(approvals(&ada, 2).as_deref(), Some("1 of 2 approved: Ada"));
        assert_eq!(approvals(&[], 3).as_deref(), Some("0 of 3 approved"));
        assert_eq!(approvals(&ada, 1), None);
    }

    #[test]
    fn it_says_how_many_are_kept_and_that_one_has_to_be() {
        assert_eq!(kept(2, 5), "2 of 5 kept. Only what is kept goes on.");
        assert_eq!(kept(5, 5), "All 5 kept. Keep at least one: only what is kept goes on.");
    }

    #[test]
    fn a_countdown_ends_in_any_moment() {
        let at = |ms: i64| left(Timestamp(10_000_000), Timestamp(10_000_000 - ms));

        assert_eq!(at(7_500_000), "2 h 5 min left");
        assert_eq!(at(1_500), "2 s left");
        assert_eq!(at(0), "any moment");
    }
}
