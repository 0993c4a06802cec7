//! Whatever way one goes through the past of an execution, each moment is as it was.

#![allow(clippy::unwrap_used, reason = "tests")]

use model::{
    execution::{
        event::{Event, EventKind},
        past::Past,
        view::ExecutionView,
    },
    time::Timestamp,
};
use proptest::prelude::*;

/// Events of which each leaves a mark of its own; clocks may go back by a little between two.
fn events() -> impl Strategy<Value = Vec<Event>> {
    proptest::collection::vec(-3_i64..40, 1..900).prop_map(|steps| {
        let mut at = 1_000;
        let event = |(index, step): (usize, i64)| {
            at += step;
            let seq = i64::try_from(index).unwrap() + 1;
            let kind = EventKind::ExecutionBudget { micros: Some(seq) };
            Event { seq, at: Timestamp(at), kind }
        };
        steps.into_iter().enumerate().map(event).collect()
    })
}

proptest! {
    #[test]
    fn every_moment_is_what_its_events_tell(
        events in events(),
        visits in proptest::collection::vec(0.0..1.1_f64, 1..12),
    ) {
        let mut past = Past::default();
        past.extend(&events);
        let (first, last) = (events[0].at.0, events[events.len() - 1].at.0);
        let mut view = ExecutionView::empty();
        for share in visits {
            let moment = Timestamp(first + ((last - first) as f64 * share) as i64);

            past.show(&mut view, moment);

            prop_assert_eq!(&view, &ExecutionView::of(&events[..past.count_at(moment)]));
        }
    }

    #[test]
    fn steps_lead_from_event_to_event_and_end_at_both_ends(events in events()) {
        let mut past = Past::default();
        past.extend(&events);
        let mut seen = vec![past.moment_after(Timestamp(i64::MIN)).unwrap()];
        while let Some(next) = past.moment_after(seen[seen.len() - 1]) {
            prop_assert!(past.moment_before(next) == seen.last().copied());
            seen.push(next);
        }
        prop_assert_eq!(past.count_at(seen[seen.len() - 1]), events.len());
        prop_assert_eq!(past.moment_before(seen[0]), None);
    }
}

#[test]
fn what_comes_after_a_gap_waits_for_what_is_missing() {
    let event = |seq| Event {
        seq,
        at: Timestamp(seq),
        kind: EventKind::ExecutionBudget { micros: Some(seq) },
    };
    let mut past = Past::default();

    past.extend(&[event(1), event(3)]);
    assert_eq!(past.last_seq(), 1);
    past.extend(&[event(1), event(2), event(3)]);
    assert_eq!(past.last_seq(), 3);
}
