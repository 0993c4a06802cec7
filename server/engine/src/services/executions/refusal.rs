//! What a person is told whose command an execution refuses.

use backend::actor::forbidden;
use model::{
    decide::Refused,
    problem::{Problem, ProblemKind},
    review::assignment::NotYours,
};

/// Advice about a failure after which the workflow has gone on.
const FROM_HERE: &str = "When the run has ended, choose “Run again from here” at this step. The \
                         new run reuses earlier results.";
const FROM_LOOP: &str = "When the run has ended, choose “Run again from here” at the loop. The new \
                         run repeats its rounds and reuses earlier results.";

/// The problem of a command that an execution refused, with what helps.
pub(in crate::services) fn refusal(refused: &Refused) -> Problem {
    let (code, advice) = match refused {
        Refused::NotAllowed { status, .. } if status.is_over_for_good() => {
            ("execution_over", "It has ended. Run it again instead.")
        }
        Refused::NotNow { why, .. } => ("wrong_state", *why),
        Refused::NotAllowed { .. } | Refused::NotHere(_) => ("wrong_state", ""),
        Refused::UnknownNode(_) => return Problem::not_found("step"),
        Refused::Lacks(lacks) => return forbidden(*lacks),
        Refused::NotYours(why) => return not_yours(*why),
        Refused::NotFailed { .. } => ("node_not_failed", ""),
        Refused::Handled(_) => ("failure_handled", FROM_HERE),
        Refused::WentOn(_) => ("loop_went_on", FROM_LOOP),
        Refused::Stale { .. } | Refused::UnknownJob(_) => {
            ("stale", "Reload the page and try again.")
        }
        Refused::AwaitsReview => ("awaits_review", "Decide the review, or stop the run."),
        Refused::AwaitsParent => ("awaits_parent", "Resume that run, or stop this one."),
        Refused::ReviewOver(_) => ("review_over", "Reload to see the decision."),
        Refused::ApprovedBefore(_) => ("approved_before", "Someone else needs to approve."),
        Refused::ItemsChanged(_) => ("items_changed", "Check it again, then decide."),
        Refused::NotAsked(_) => ("question_over", ""),
        Refused::Unfit(_) | Refused::Misset(_) => ("unfit", "Change it and try again."),
    };
    let mut words = refused.to_string();
    if let Some(first) = words.get(..1).map(str::to_uppercase) {
        words.replace_range(..1, &first);
    }
    // Some of these messages end with a full stop already.
    let detail = format!("{}. {advice}", words.trim_end_matches('.'));
    let (kind, errors) = match refused {
        Refused::Misset(wrong) => (ProblemKind::Invalid, vec![(**wrong).clone()]),
        Refused::Unfit(_) => (ProblemKind::Invalid, vec![]),
        Refused::Stale { .. }
        | Refused::UnknownJob(_)
        | Refused::UnknownNode(_)
        | Refused::NotAllowed { .. }
        | Refused::NotFailed { .. }
        | Refused::Handled(_)
        | Refused::WentOn(_)
        | Refused::NotNow { .. }
        | Refused::AwaitsReview
        | Refused::AwaitsParent
        | Refused::ReviewOver(_)
        | Refused::ApprovedBefore(_)
        | Refused::ItemsChanged(_)
        | Refused::NotAsked(_)
        | Refused::NotHere(_)
        | Refused::Lacks(_)
        | Refused::NotYours(_) => (ProblemKind::Conflict, vec![]),
    };
    Problem { errors, ..Problem::new(kind, code, detail.trim_end()) }
}

/// The problem of somebody who does not decide a review.
pub(in crate::services) fn not_yours(why: NotYours) -> Problem {
    match why {
        NotYours::Lacks(lacks) => forbidden(lacks),
        NotYours::Author | NotYours::NotNamed => {
            Problem::new(ProblemKind::Forbidden, "not_yours", why.to_string())
        }
    }
}
