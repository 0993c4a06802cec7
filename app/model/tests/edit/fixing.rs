//! Fixes: what is offered mends what it is offered for.

use model::{
    edit::{apply, fix},
    nodes::{NodeConfig, NodeKind, generate_copy},
    parameter::Parameter,
    validate::{Code, Issue, validate},
    workflow::{Node, Workflow},
};
use proptest::prelude::*;

use crate::edit::{
    check::hangs_together,
    drawn::{edge, workflows},
};

fn alike(issues: &[Issue], issue: &Issue) -> usize {
    issues
        .iter()
        .filter(|other| (other.code, &other.message) == (issue.code, &issue.message))
        .count()
}

proptest! {
    #[test]
    fn a_fix_mends_what_it_is_offered_for(before in workflows(6)) {
        let issues = validate(&before);
        for issue in &issues {
            let Some(edit) = fix(&before, issue) else { continue };
            let mut after = before.clone();
            apply(&mut after, edit.command).unwrap();
            prop_assert!(hangs_together(&after));
            let left = alike(&validate(&after), issue);
            prop_assert!(left < alike(&issues, issue), "{issue:?} by {}", edit.label);
        }
    }
}

/// start → copy, which refers to something; no end.
fn flow(prompt: &str) -> Workflow {
    let config = generate_copy::Config { prompt: prompt.into(), ..Default::default() };
    let copy = Node::new("copy".into(), "Copy", NodeConfig::GenerateCopy(Box::new(config)));
    let start = Node::new("start".into(), "Start", NodeKind::Start.default_config());
    let brief = Parameter { name: "brief".to_owned(), ..Parameter::default() };
    Workflow {
        nodes: vec![start, copy],
        edges: vec![edge("start_copy", &"start".into(), &"copy".into())],
        parameters: vec![brief],
        ..Workflow::default()
    }
}

/// The prompt after the fix of the only issue of this code, and what the fix is called.
fn mended(prompt: &str, code: Code) -> (String, String) {
    let mut flow = flow(prompt);
    let issue = validate(&flow).into_iter().find(|issue| issue.code == code).unwrap();
    let edit = fix(&flow, &issue).unwrap();
    apply(&mut flow, edit.command).unwrap();
    match &flow.nodes[1].data.config {
        NodeConfig::GenerateCopy(config) => (config.prompt.as_str().to_owned(), edit.label),
        _ => (String::new(), edit.label),
    }
}

#[test]
fn a_slip_in_a_reference_is_mended_and_the_rest_of_the_text_stays() {
    let (text, label) = mended("On ${input.breif}: breif", Code::MissingRequiredVariable);

    assert_eq!(text, "On ${input.brief}: breif");
    assert_eq!(label, "replace breif with brief");
    let (text, _) = mended("On ${brief}", Code::UnknownReference);
    assert_eq!(text, "On ${input.brief}");
    let (text, _) = mended("On ${nodes.strat.all}", Code::UnknownReference);
    assert_eq!(text, "On ${nodes.start.all}");
}

#[test]
fn a_stranger_is_not_guessed() {
    let flow = flow("On ${input.weather}");
    let issues = validate(&flow);
    let issue = issues.iter().find(|issue| issue.code == Code::MissingRequiredVariable).unwrap();

    assert_eq!(fix(&flow, issue), None);
}

#[test]
fn the_last_step_is_connected_to_an_end() {
    let mut flow = flow("On ${input.brief}");
    let issue = validate(&flow).into_iter().find(|issue| issue.code == Code::NoEnd).unwrap();

    let edit = fix(&flow, &issue).unwrap();
    apply(&mut flow, edit.command).unwrap();

    assert!(validate(&flow).iter().all(|issue| !issue.blocks()), "{:?}", validate(&flow));
}
