//! Who may not decide a review gets past it in no other way, and a page says so as the engine does.

use std::sync::Arc;

use model::{
    access::{Lacks, Permission, Role},
    decide::Snapshot,
    execution::action_policy::{ActorScope, Pin, missing_permission_in_rerun},
    id::NodeId,
    nodes::{NodeConfig, review::Config},
    review::assignment::Reviewers,
    workflow::Workflow,
};
use serde_json::{Value, json};

use crate::decide::{
    items::{after, launched},
    world::approve_all,
};

/// Steps between a start and an end, joined by `source.port → target`.
fn drawn(steps: &[(&str, &str, Value)], edges: &[(&str, &str, &str)]) -> Workflow {
    let ends = [("start", "start", json!({})), ("end", "end", json!({}))];
    let node = |(id, kind, config): &(&str, &str, Value)| {
        let mut node = json!({"id": id, "type": kind, "position": {"x": 0, "y": 0},
                              "data": {"config": config}});
        if id.ends_with("_inside") {
            node["parentId"] = json!("each");
        }
        node
    };
    let nodes: Vec<Value> = ends.iter().chain(steps).map(node).collect();
    let edge = |(source, port, target): &(&str, &str, &str)| {
        let port = Some(*port).filter(|port| !port.is_empty());
        json!({"id": format!("{source}-{target}"), "source": source, "sourceHandle": port,
               "target": target})
    };
    let edges: Vec<Value> = edges.iter().map(edge).collect();
    let drawn = json!({"schemaVersion": 1, "name": "Kept", "nodes": nodes, "edges": edges});
    let workflow: Workflow = serde_json::from_value(drawn).unwrap();
    let issues = model::validate::validate(&workflow);
    assert!(model::validate::is_runnable(&issues), "{issues:?}");
    workflow
}

fn for_editors() -> Value {
    json!({"reviewers": "editors"})
}

/// A path that asks editors or makes a text, and goes on when all that was begun is there.
fn forked() -> Workflow {
    let careful = json!({"branches": [{"id": "careful", "when": "true"}]});
    let steps = [
        ("choose", "conditional", careful),
        ("check", "review", for_editors()),
        ("write", "generate_copy", json!({"prompt": "Write"})),
        ("join", "merge", json!({})),
        ("last", "merge", json!({})),
    ];
    let edges = [
        ("start", "", "choose"),
        ("choose", "careful", "check"),
        ("choose", "else", "write"),
        ("check", "approved", "join"),
        ("write", "texts", "join"),
        ("join", "", "last"),
        ("last", "", "end"),
    ];
    drawn(&steps, &edges)
}

/// A loop of two iterations, in each of which somebody is asked.
fn looped(review: Value) -> Workflow {
    let each = json!({"items": "${[1, 2]}", "concurrency": 2});
    let steps = [("each", "for_each", each), ("check_inside", "review", review)];
    let edges = [
        ("start", "", "each"),
        ("each", "item", "check_inside"),
        ("check_inside", "approved", "each"),
        ("each", "output", "end"),
    ];
    drawn(&steps, &edges)
}

/// The steps that somebody of this role may neither leave out nor set up otherwise.
fn kept_from(scope: &ActorScope, snapshot: &Snapshot) -> Vec<String> {
    let kept = snapshot.nodes.keys().filter(|id| snapshot.missing_permission(id, scope).is_some());
    kept.map(|id| id.to_string()).collect()
}

#[test]
fn a_review_and_what_leads_around_it_is_kept_until_it_is_decided() {
    let asked = launched(forked());
    let runner = ActorScope::for_role(Role::Runner);

    assert_eq!(kept_from(&runner, &asked), ["check", "choose", "join", "last"]);
    let missing = Lacks { needed: Permission::DecideAnyReview, role: Role::Runner };
    assert_eq!(asked.missing_permission(&"check".into(), &runner), Some(missing));
    assert_eq!(
        missing.to_string(),
        "You need the editor role for this, and yours is runner. Ask an admin."
    );
    for role in [Role::Editor, Role::Admin, Role::Owner] {
        assert!(kept_from(&ActorScope::for_role(role), &asked).is_empty(), "{role}");
    }

    let decided = after(asked, approve_all);

    assert_eq!(kept_from(&runner, &decided), ["check"], "what it gives is not theirs either");
}

#[test]
fn a_loop_is_kept_with_what_is_asked_in_it_as_drawn_and_iteration_by_iteration() {
    let runner = ActorScope::for_role(Role::Runner);
    let mut asked = launched(looped(for_editors()));
    assert!(
        asked.missing_permission(&"check_inside".into(), &runner).is_some(),
        "in all of its rounds"
    );
    assert_eq!(
        kept_from(&runner, &asked),
        ["check_inside@each[0]", "check_inside@each[1]", "each"]
    );

    let set = |snapshot: &mut Snapshot, reviewers: Reviewers| {
        let config: NodeConfig = Config { reviewers, ..Config::default() }.into();
        let second = snapshot.nodes.get_mut(&NodeId::from("check_inside@each[1]"));
        second.unwrap().config = Some(Arc::new(config));
    };
    set(&mut asked, Reviewers::Runners);
    assert_eq!(kept_from(&runner, &asked), ["check_inside@each[0]", "each"]);

    let mut open = launched(looped(json!({})));
    assert!(kept_from(&runner, &open).is_empty());
    set(&mut open, Reviewers::Editors);
    assert_eq!(kept_from(&runner, &open), ["check_inside@each[1]", "each"]);
    assert!(
        open.missing_permission(&"check_inside".into(), &runner).is_some(),
        "it means that round as well"
    );
}

#[test]
fn iterations_that_have_begun_keep_their_review_whatever_those_to_come_ask() {
    let runner = ActorScope::for_role(Role::Runner);
    let mut asked = launched(looped(for_editors()));
    let open: NodeConfig = Config { reviewers: Reviewers::Runners, ..Config::default() }.into();
    asked.redrawn.insert("check_inside".into(), Arc::new(open));

    assert!(
        asked.missing_permission(&"check_inside".into(), &runner).is_some(),
        "it means the begun ones, too"
    );
    assert_eq!(
        kept_from(&runner, &asked),
        ["check_inside@each[0]", "check_inside@each[1]", "each"]
    );
}

#[test]
fn a_step_that_runs_a_workflow_is_open_where_somebody_has_looked_into_that() {
    let runs = json!({"template": " Child ", "version": 3});
    let edges = [("start", "", "run"), ("run", "", "end")];
    let asked = launched(drawn(&[("run", "sub_workflow", runs)], &edges));
    let pin = |version| Pin { template: "Child".to_owned(), version: Some(version) };
    let mut runner = ActorScope::for_role(Role::Runner);
    assert_eq!(kept_from(&runner, &asked), ["run"]);

    runner.open.insert(pin(2));
    assert_eq!(kept_from(&runner, &asked), ["run"], "another version may ask");
    runner.open.insert(pin(3));

    assert!(kept_from(&runner, &asked).is_empty());
}

#[test]
fn for_a_new_execution_what_leads_around_a_review_is_kept_unless_that_is_taken_over() {
    let (workflow, runner) = (forked(), ActorScope::for_role(Role::Runner));
    let kept = |id: &str, done: &[&str]| {
        let is_done = |id: &NodeId| done.contains(&id.as_str());
        missing_permission_in_rerun(&workflow, is_done, &id.into(), &runner).is_some()
    };

    assert!(["check", "choose", "join", "last"].into_iter().all(|id| kept(id, &[])));
    assert!(!kept("write", &[]));
    assert!(!kept("join", &["check"]));
}

#[test]
fn who_launched_it_gets_past_a_review_that_leaves_them_out_only_as_an_admin() {
    let edges = [("start", "", "check"), ("check", "approved", "end")];
    let leaves_out = json!({"exclude_author": true});
    let asked = launched(drawn(&[("check", "review", leaves_out)], &edges));
    for role in [Role::Runner, Role::Editor, Role::Admin] {
        let own = ActorScope { is_author: true, ..ActorScope::for_role(role) };

        assert_eq!(kept_from(&own, &asked).is_empty(), role == Role::Admin, "{role}");
        assert!(kept_from(&ActorScope::for_role(role), &asked).is_empty(), "{role}");
    }
}

#[test]
fn a_step_that_runs_a_workflow_with_such_a_review_is_kept_from_editors_too() {
    let runs = json!({"template": "Child", "version": 3});
    let edges = [("start", "", "run"), ("run", "", "end")];
    let asked = launched(drawn(&[("run", "sub_workflow", runs)], &edges));
    let mut editor = ActorScope::for_role(Role::Editor);
    assert!(kept_from(&editor, &asked).is_empty());

    editor.reserved.insert(Pin { template: "Child".to_owned(), version: Some(3) });

    assert_eq!(kept_from(&editor, &asked), ["run"]);
}
