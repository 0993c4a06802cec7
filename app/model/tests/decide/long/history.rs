//! An execution whose history is as long as one may be goes no further.

use model::{
    decide::{self, JobState, Refused, Snapshot, Transition},
    execution::{
        failure::Failure,
        state::{EndReason, ExecutionStatus as Status, MOST_EVENTS, NodeStatus, PauseReason},
    },
};

use crate::decide::{
    input::Ending,
    items::{after, all_done, all_end, chain, launched, status},
    world::approve_all,
};

/// The same with so many events already.
fn aged(snapshot: Snapshot, events: i64) -> Snapshot {
    Snapshot { event_seq: events, ..snapshot }
}

fn all_limited(transition: &mut Transition<'_>) {
    let busy = Failure::for_limit(1, "busy", "The provider is busy");
    all_end(transition, &Ending::Failed(busy));
}

/// Whether it was ended for that, and nothing of it is left to do.
fn is_full(snapshot: &Snapshot) -> bool {
    let ended = (snapshot.status, snapshot.end_reason);
    let settled = |job: &JobState| job.status.is_settled();
    ended == (Status::Stopped, Some(EndReason::History)) && snapshot.jobs.values().all(settled)
}

#[test]
fn rel_e16_what_is_put_off_without_end_is_ended_when_its_history_is_full() {
    let begun = launched(chain(&[("first", "generate_copy"), ("next", "generate_copy")]));

    let before = after(aged(begun.clone(), MOST_EVENTS - 100), all_limited);
    let full = after(aged(begun, MOST_EVENTS), all_limited);

    assert_eq!(before.status, Status::Running);
    assert!(is_full(&full), "{full:#?}");
    assert_eq!(status(&full, "first"), NodeStatus::Cancelled);
}

#[test]
fn rel_e16_nothing_is_tried_again_for_which_a_history_has_no_room() {
    let refused = Ending::Failed(Failure::permanent("refused", "No"));
    let begun = launched(chain(&[("first", "generate_copy")]));
    let failed = after(begun, |transition| {
        all_end(transition, &refused);
    });
    assert_eq!(failed.status, Status::Failed);
    let first = "first".into();
    let again = after(aged(failed.clone(), MOST_EVENTS - 500), |transition| {
        decide::retry_node(transition, &first, None).unwrap();
        all_done(transition);
    });
    assert_eq!(again.status, Status::Completed);
    after(aged(failed.clone(), MOST_EVENTS - 499), |transition| {
        assert!(matches!(decide::retry_node(transition, &first, None), Err(Refused::NotHere(_))));
    });
    // Without it nothing is left to do.
    let without = after(aged(failed, MOST_EVENTS), |transition| {
        decide::skip_node(transition, &first, None).unwrap()
    });
    assert_eq!(without.status, Status::Completed);
}

#[test]
fn rel_e16_a_full_history_ends_what_would_go_on_and_nothing_that_is_done_or_waits_for_people() {
    let steps = [("first", "generate_copy"), ("next", "generate_copy")];
    let full = after(aged(launched(chain(&steps)), MOST_EVENTS), |transition| {
        all_done(transition);
    });
    assert!(is_full(&full), "{full:#?}");
    assert_eq!(status(&full, "first"), NodeStatus::Completed, "results are kept");
    assert_eq!(status(&full, "next"), NodeStatus::Cancelled);

    let last = launched(chain(&[("first", "generate_copy")]));
    let done = after(aged(last, MOST_EVENTS), |transition| {
        all_done(transition);
    });
    assert_eq!(done.status, Status::Completed);

    let asked = launched(chain(&[
        ("first", "generate_copy"),
        ("check", "review"),
        ("next", "generate_copy"),
    ]));
    let asked = after(aged(asked, MOST_EVENTS), |transition| {
        all_done(transition);
    });
    assert_eq!(asked.pause_reason, Some(PauseReason::Review));
    assert!(is_full(&after(asked, approve_all)));
}
