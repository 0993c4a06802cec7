//! Whatever way one goes through the past of an execution, each moment is as it was, and is folded
//! from a few events however many there are.

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
use serde_json::{Value, json};

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

            let folded = past.show(&mut view, moment);

            prop_assert!(folded < 256, "{folded} events");
            prop_assert_eq!(&view, &ExecutionView::from_events(&events[..past.count_at(moment)]));
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

/// So many steps of a hundred jobs each, one after the other.
fn steps_with_jobs(steps: usize) -> Vec<Event> {
    let id = |step: usize| format!("step-{step}");
    let job = |step: usize, item: usize| format!("0193aaaa-0000-7000-8000-{step:06}{item:06}");
    let node = |step| json!({"id": id(step), "kind": "generate_copy", "label": "Copy"});
    let mut told = vec![
        json!({"kind": "execution.launched", "edges": [], "nodes": (0..steps).map(node).collect::<Vec<_>>()}),
        json!({"kind": "execution.started"}),
    ];
    for step in 0..steps {
        let jobs: Vec<_> = (0..100).map(|item| job(step, item)).collect();
        told.push(json!({"kind": "node.ready", "node": id(step), "jobs": jobs}));
        for (item, job) in jobs.iter().enumerate() {
            let of = json!({"node": id(step), "job": job, "item": item});
            for (kind, more) in [("job.started", json!(1)), ("job.completed", json!(null))] {
                let mut one = of.clone();
                one["kind"] = json!(kind);
                one["attempt"] = more;
                told.push(one);
            }
        }
        told.push(json!({"kind": "node.completed", "node": id(step)}));
    }
    let event = |(index, kind): (usize, Value)| {
        let seq = i64::try_from(index).unwrap() + 1;
        Event { seq, at: Timestamp(seq), kind: serde_json::from_value(kind).unwrap() }
    };
    told.into_iter().enumerate().map(event).collect()
}

#[test]
fn a_jump_within_ten_thousand_events_folds_a_small_part_of_them() {
    let events = steps_with_jobs(50);
    assert!(events.len() > 10_000);
    let mut past = Past::default();
    past.extend(&events);
    let mut view = ExecutionView::from_events(&events);

    // Back and forth, so that nothing that was shown before lies near.
    let ends = (0..100).map(|step| step * events.len() / 100);
    for wanted in ends.clone().zip(ends.rev()).flat_map(|(from, to)| [from, to]) {
        let folded = past.show(&mut view, Timestamp(i64::try_from(wanted).unwrap()));

        assert!(folded * 19 < events.len(), "{folded} events folded");
        assert_eq!(view.seq, i64::try_from(wanted).unwrap());
    }
    past.show(&mut view, Timestamp(i64::MAX));
    assert_eq!(view, ExecutionView::from_events(&events));
}

#[test]
fn a_frame_of_a_play_folds_only_what_happened_in_it() {
    let events = steps_with_jobs(10);
    let mut past = Past::default();
    past.extend(&events);
    let (mut view, mut folded) = (ExecutionView::empty(), 0);

    for moment in (0..=events.len()).step_by(50) {
        folded += past.show(&mut view, Timestamp(i64::try_from(moment).unwrap()));
    }

    assert!(folded <= events.len(), "{folded} events folded");
}
