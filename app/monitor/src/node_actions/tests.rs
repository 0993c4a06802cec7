#![allow(clippy::unwrap_used, reason = "tests")]

use model::{access::Role, nodes::review::Config, review::assignment::Reviewers};

use super::*;
use crate::sample;

fn offered_actions(page: &model::pages::MonitorPage, node: &str) -> Vec<(NodeAction, bool)> {
    let node = page.view.node(&node.into()).unwrap();
    let offers = offers(node, &page.view, &page.workflow, &page.hand);
    offers.into_iter().map(|(action, why)| (action, why.is_none())).collect()
}

#[test]
fn each_stage_of_a_step_offers_what_fits_it() {
    let (running, failed) = (sample::running(), sample::failed());

    assert_eq!(offered_actions(&failed, "image")[0], (NodeAction::Retry, true));
    assert_eq!(
        offered_actions(&running, "attach"),
        [(NodeAction::Skip, false), (NodeAction::Stop, true)]
    );
    assert_eq!(
        offered_actions(&running, "copy"),
        [(NodeAction::Edit, false), (NodeAction::Skip, true)]
    );
    assert!(offered_actions(&sample::completed(), "copy").is_empty());
}

#[test]
fn who_may_not_decide_a_review_is_not_offered_to_leave_it_out_or_to_change_it() {
    let mut page = sample::running();
    let review = Config { reviewers: Reviewers::Editors, ..Config::default() };
    for node in page.workflow.nodes.iter_mut().filter(|node| node.id.as_str() == "attach") {
        node.data.config = review.clone().into();
    }
    assert_eq!(
        offered_actions(&page, "attach"),
        [(NodeAction::Edit, true), (NodeAction::Skip, false), (NodeAction::Stop, true)]
    );

    page.hand = ActorScope::for_role(Role::Runner);

    assert_eq!(offered_actions(&page, "attach"), [(NodeAction::Stop, true)]);
    assert!(
        offered_actions(&page, "copy").contains(&(NodeAction::Skip, true)),
        "others are theirs to steer"
    );
}

#[test]
fn a_retry_names_what_is_tried_again_and_what_is_kept() {
    let page = sample::failed();
    let words = |id: &str| retry_words(page.view.node(&id.into()).unwrap());

    let failed = page.view.node(&"image".into()).unwrap().jobs.len();
    assert_eq!(failed, 2, "of which one failed");
    assert!(words("image").starts_with("Retries 1 failed item of “Make creatives” with"));
    assert!(words("attach").starts_with("Retries “Attach to copy” with the same settings."));
}

#[test]
fn who_skips_a_step_is_told_by_which_of_several_ways_the_path_goes_on() {
    let mut node = sample::running().view.node(&"copy".into()).unwrap().clone();
    let mut after = |kind: NodeKind| {
        node.kind = kind.key().to_owned();
        skip_words(&node)
    };

    assert!(after(NodeKind::GenerateCopy).contains("and the steps after it continue without"));
    assert!(after(NodeKind::Review).contains("only the steps after “Approved” continue without"));
    assert!(after(NodeKind::Conditional).contains("only the steps after “Else” continue without"));
}

#[test]
fn what_lies_in_a_loop_is_told_what_to_do_in_one_of_its_rounds() {
    let view = sample::looped();
    let workflow = sample::running().workflow;
    let offered = |id: &str| {
        let owner = ActorScope::for_role(Role::Owner);
        let offers = offers(view.node(&id.into()).unwrap(), &view, &workflow, &owner);
        offers.into_iter().map(|(action, _)| action).collect::<Vec<_>>()
    };

    assert!(!offered("copy").contains(&NodeAction::Skip));
    assert!(offered("copy@each[1]").contains(&NodeAction::Skip));
}

#[test]
fn what_lies_in_a_loop_is_edited_as_it_was_drawn_while_rounds_are_to_come() {
    let copy = serde_json::json!({"id": "copy", "type": "generate_copy", "parentId": "each",
        "position": {"x": 0, "y": 0}, "data": {"config": {"prompt": "Write"}}});
    let each = serde_json::json!({"id": "each", "type": "for_each",
        "position": {"x": 0, "y": 0}, "data": {"config": {}}});
    let drawn = serde_json::json!({"name": "Loop", "nodes": [each, copy], "edges": []});
    let workflow: Workflow = serde_json::from_value(drawn).unwrap();
    let is_edited = |events: Vec<model::execution::event::Event>| {
        let view = ExecutionView::from_events(&events);
        let offers = offers(
            view.node(&"copy".into()).unwrap(),
            &view,
            &workflow,
            &ActorScope::for_role(Role::Owner),
        );
        offers.contains(&(NodeAction::Edit, None))
    };
    let begun = sample::looped_events();
    let mut last = begun.clone();
    let started = serde_json::json!({"kind": "round.started", "node": "each", "round": 2,
        "total": 3});
    last.push((8, started));

    assert!(is_edited(sample::events(begun)), "the last of three rounds has not begun");
    assert!(!is_edited(sample::events(last)));
}
