//! What it means to do a step again inside its run, as a person is told before: what it cost the last
//! time, what it calls again elsewhere, and what depends on it.

use leptos::prelude::*;
use model::{
    execution::{
        action_policy::Dependents,
        view::{Bill, ExecutionView, NodeView},
    },
    id::NodeId,
    nodes::{NodeConfig, Work},
    workflow::Workflow,
};
use ui::{field::SwitchField, format::pluralize};

use super::price::price;

/// Steps that would be done again.
#[derive(Debug, Clone, Default, PartialEq)]
struct Repeated {
    /// Those that do more than pass values on.
    steps: u64,
    /// What they cost the last time.
    bill: Bill,
    /// What they call that should not be called twice unawares.
    calls: Vec<String>,
}

impl Repeated {
    fn add(&mut self, view: &ExecutionView, workflow: &Workflow, id: &NodeId) {
        let Some(node) = view.node(id) else { return };
        let config = workflow.node(&id.in_round("")).map(|node| &node.data.config);
        self.steps += u64::from(config.is_some_and(|config| config.work() != Work::Inline));
        self.bill = self.bill.plus(node.last_bill());
        if config.is_some_and(NodeConfig::asks_before_repeat) {
            let call = config.and_then(NodeConfig::headline);
            self.calls.push(call.unwrap_or_else(|| node.label.clone()));
        }
        let within = |other: &&NodeView| other.is_real() && other.inside.as_ref() == Some(id);
        view.nodes.iter().filter(within).for_each(|inner| {
            let steps = self.steps;
            self.add(view, workflow, &inner.id);
            self.steps = steps;
        });
        self.calls.sort();
        self.calls.dedup();
    }
}

/// What of a run would be done again with a step.
#[derive(Debug, Clone, PartialEq)]
pub struct RedoPreview {
    own: Repeated,
    /// What depends on it and has ended: done again only if the person wants that.
    behind: Repeated,
}

impl RedoPreview {
    pub fn new(view: &ExecutionView, workflow: &Workflow, id: &NodeId) -> Self {
        let (mut own, mut behind) = (Repeated::default(), Repeated::default());
        own.add(view, workflow, id);
        let scope = |dependents| view.redo_scope(id, workflow, dependents);
        for id in scope(Dependents::Redo).difference(&scope(Dependents::Keep)) {
            behind.add(view, workflow, id);
        }
        Self { own, behind }
    }

    /// What depends on the step, in words; none if nothing of it has ended.
    fn dependents(&self) -> Option<String> {
        let Repeated { steps, bill, .. } = &self.behind;
        let steps = (*steps > 0).then(|| pluralize(*steps, "step", "steps"))?;
        Some(format!(
            "{steps}, about {}. Otherwise their results are kept and marked as stale.",
            price(*bill)
        ))
    }

    fn calls(&self, with_dependents: bool) -> Option<String> {
        let behind = self.behind.calls.iter().filter(|_| with_dependents);
        let calls: Vec<&str> = self.own.calls.iter().chain(behind).map(String::as_str).collect();
        (!calls.is_empty())
            .then(|| format!("Calls again, though it was called before: {}.", calls.join(", ")))
    }
}

/// What doing a step again means, and whether what depends on it is done again too.
#[component]
pub fn RedoNotice(preview: RedoPreview, dependents: RwSignal<bool>) -> impl IntoView {
    let words = format!(
        "Makes the next version of its outputs, for about {} as the last time; earlier versions are \
         kept. Steps that haven't started wait for it. Steps in progress finish with the current \
         version and are stale then.",
        price(preview.own.bill)
    );
    let also = preview.dependents().map(|help| {
        view! {
            <SwitchField
                name="redo-dependents"
                label="Also do what depends on it again"
                help=help
                value=dependents
            />
        }
    });
    let calls = move || preview.calls(dependents.get()).map(|calls| view! { <p>{calls}</p> });
    view! {
        <p class="muted">{words}</p>
        {also}
        {calls}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn what_is_done_again_is_told_with_its_cost_and_its_calls() {
        let page = sample::failed();
        let preview = RedoPreview::new(&page.view, &page.workflow, &"copy".into());
        assert!(preview.own.bill.cost_micros > 0 && preview.own.calls.is_empty());
        assert_eq!(preview.dependents(), None, "nothing behind it has ended");

        let called =
            Repeated { steps: 2, calls: vec!["github.createIssue".to_owned()], ..preview.own };
        let preview = RedoPreview { own: Repeated::default(), behind: called };

        assert_eq!(preview.calls(false), None);
        assert!(preview.calls(true).is_some_and(|calls| calls.contains("github.createIssue")));
        assert!(preview.dependents().is_some_and(|also| also.starts_with("2 steps, about $0.")));
    }
}
