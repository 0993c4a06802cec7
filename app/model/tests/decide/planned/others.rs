//! What else a list hangs on, and what a loop does not take.

use model::{
    decide::{self, Refused},
    execution::{
        failure::Failure,
        state::{NodeStatus, RoundState},
    },
    time::Timestamp,
    workflow::Workflow,
};
use serde_json::{Map, Value, json};

use super::kept::{Drawn, drawn, ends, failed, gives, looped, played, turn};
use crate::decide::{
    input::Ending,
    items::{after, claim, launched},
    states::decided_at,
    world::report,
};

#[test]
fn a_list_that_names_a_lane_which_is_not_done_yet_stays_what_it_was_without() {
    let text = json!({"prompt": "Write"});
    let items = json!({"items": "${nodes.slow.texts ?? nodes.fast.texts}", "concurrency": 1});
    let nodes = [
        ("start", "start", None, json!({})),
        ("slow", "generate_copy", None, text.clone()),
        ("fast", "generate_copy", None, text.clone()),
        ("first", "merge", None, json!({"mode": "any"})),
        ("each", "for_each", None, items),
        ("copy", "generate_copy", Some("each"), text),
        ("end", "end", None, json!({})),
    ];
    let edges = [
        ("start", "slow"),
        ("start", "fast"),
        ("slow", "first"),
        ("fast", "first"),
        ("first", "each"),
        ("each.item", "copy"),
        ("copy", "each"),
        ("each.output", "end"),
    ];
    let begun =
        after(launched(drawn(&nodes, &edges)), |transition| gives(transition, "fast", &["a", "b"]));
    let second = after(begun, |transition| assert_eq!(turn(transition), Some(json!("a"))));

    let both = after(second, |transition| gives(transition, "slow", &["x"]));

    assert_eq!(played(both).1, [json!("b")]);
}

#[test]
fn a_retry_takes_no_other_list_and_no_other_number_of_iterations() {
    let with = |changes: &Value| {
        let changes = changes.as_object().cloned();
        decided_at(Timestamp(5), failed(), |transition| {
            decide::retry_node(transition, &"each".into(), changes.as_ref())
        })
    };
    for changes in [json!({"items": "${[\"x\"]}"}), json!({"items": ""}), json!({"max": 5})] {
        let (after, events, answer) = with(&changes);
        let Err(Refused::Unfit(words)) = &answer else { panic!("{changes}: {answer:?}") };
        assert!(words.contains("remaining rounds of its 3"), "{words}");
        assert!(events.is_empty(), "{changes}");
        assert_eq!(after.nodes, failed().nodes, "{changes}");
    }

    for changes in [
        json!({"items": "${nodes.write.texts}", "max": 1000, "concurrency": 1}),
        json!({"on_round_failure": "continue", "stop_when": "false"}),
    ] {
        let (again, _, answer) = with(&changes);
        assert_eq!(answer, Ok(()), "{changes}");
        assert_eq!(played(again).1, [json!("b"), json!("c")], "{changes}");
    }
}

#[test]
fn a_loop_that_waits_to_go_on_with_iterations_is_not_edited() {
    let planned = after(launched(looped(&json!({"concurrency": 1}))), |transition| {
        gives(transition, "write", &["a", "b"]);
        assert_eq!(turn(transition), Some(json!("a")));
    });
    let refused = Ending::Failed(Failure::permanent("refused", "never"));
    let again = after(planned, |transition| {
        claim(transition);
        decide::pause(transition).unwrap();
        let job = transition.snapshot().jobs_of(&"copy@each[1]".into())[0].clone();
        decide::settle_report(transition, report((job.id, job.fence), &refused, 0)).unwrap();
        decide::retry_node(transition, &"each".into(), None).unwrap();
    });
    let each = &again.nodes["each"];
    assert_eq!(each.status, NodeStatus::Ready);
    assert_eq!(each.iterations, [RoundState::Done, RoundState::Waiting]);

    let other = json!({"items": "${[\"x\"]}"});
    let (_, events, answer) = decided_at(Timestamp(5), again, |transition| {
        decide::edit_node(transition, &"each".into(), other.as_object().unwrap(), &Map::new())
    });

    assert!(matches!(answer, Err(Refused::NotNow { .. })), "{answer:?}");
    assert!(events.is_empty());
}

/// So many loops side by side over what one step gives.
fn side_by_side(loops: usize) -> Workflow {
    let names = (0..loops).map(|n| [format!("each{n}"), format!("copy{n}")]);
    let names: Vec<[String; 2]> = names.collect();
    let (text, list) = (json!({"prompt": "Write"}), json!({"items": "${nodes.write.texts}"}));
    let mut nodes: Vec<Drawn<'_>> = vec![
        ("start", "start", None, json!({})),
        ("write", "generate_copy", None, text.clone()),
        ("end", "end", None, json!({})),
    ];
    let mut edges = vec![("start", "write")];
    for [each, copy] in &names {
        let (each, copy) = (each.as_str(), copy.as_str());
        nodes.push((each, "for_each", None, list.clone()));
        nodes.push((copy, "generate_copy", Some(each), text.clone()));
        edges.extend([("write", each), (each, copy), (copy, each), (each, "end")]);
    }
    drawn(&nodes, &edges)
}

#[test]
fn lists_that_nobody_could_hold_or_record_are_not_gone_through() {
    let heavy = "x".repeat(15 << 20);
    let many = after(launched(side_by_side(5)), |transition| {
        gives(transition, "write", &[heavy.as_str()])
    });
    let failures = |id: &str| many.nodes[id].failure.as_ref().map(|failure| failure.code.clone());
    let codes = ["each0", "each1", "each2", "each3", "each4"].map(failures);
    let refused = codes.iter().flatten().collect::<Vec<_>>();
    assert_eq!(refused, ["too_many_items"], "{codes:?}");

    let deep = (0..60).fold(json!(1), |inner, _| json!([inner]));
    let failed = after(launched(deeper()), |transition| {
        let job = claim(transition).remove(0);
        ends(transition, &job, "output", deep);
    });
    let failure = failed.nodes["each"].failure.as_ref().unwrap();
    assert_eq!(failure.code, "unrecordable_items", "{failure:?}");
}

/// A loop over one item, which is what a call gives, some levels deeper.
fn deeper() -> Workflow {
    let call = json!({"url": "https://example.org/"});
    let nodes = [
        ("start", "start", None, json!({})),
        ("call", "http_request", None, call),
        ("each", "for_each", None, json!({"items": "${[[[[[[[nodes.call.output]]]]]]]}"})),
        ("copy", "generate_copy", Some("each"), json!({"prompt": "Write"})),
        ("end", "end", None, json!({})),
    ];
    let edges =
        [("start", "call"), ("call", "each"), ("each", "copy"), ("copy", "each"), ("each", "end")];
    drawn(&nodes, &edges)
}
