//! What an AI review said in an execution, and accepting what it suggests: the prompt it is for, with it,
//! in a new execution.

use std::collections::BTreeMap;

use api::executions::load_judgement;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::{
    execution::advice::with_advice,
    id::{ArtifactId, NodeId},
    nodes::ai_review::Judgement,
    pages::RerunRequest,
    problem::Problem,
    workflow::Workflow,
};
use serde_json::{Map, Value};
use ui::{
    button::{Button, ButtonLook, ButtonRole, ButtonSize},
    dialog::{Dialog, DialogSize, open_while},
    failure::FormError,
    field::{Choice, LongTextField, SelectField},
    icon::Icon,
    toast::{ToastKind, use_toasts},
};

use crate::{again::Anew, reviews::verdict::VerdictCard, store::ExecutionStore};

/// The card of a verdict once all of it is here; until then what the log says of it.
#[component]
pub fn OutputVerdict(
    store: ExecutionStore,
    judge: NodeId,
    artifact: Memo<Option<ArtifactId>>,
    /// What is shown until it is here.
    until: ViewFn,
) -> impl IntoView {
    let toasts = use_toasts();
    let loaded = RwSignal::new(None::<(ArtifactId, Judgement)>);
    Effect::new(move || {
        let Some(id) = artifact.get() else { return };
        spawn_local(async move {
            match load_judgement(store.id(), id).await {
                Ok(judgement) => drop(loaded.try_set(judgement.map(|found| (id, found)))),
                Err(error) => toasts.show(ToastKind::Failed, error.0),
            }
        });
    });
    let shown = Memo::new(move |_| {
        let of = |(id, judgement): (ArtifactId, Judgement)| {
            (artifact.get() == Some(id)).then_some(judgement)
        };
        loaded.get().and_then(of)
    });
    let judge = StoredValue::new(judge);
    let offer = Callback::new(move |suggestion: String| {
        let judge = judge.get_value();
        view! { <Accept store=store judge=judge suggestion=suggestion /> }.into_any()
    });
    move || match shown.get() {
        Some(judgement) => view! { <VerdictCard judgement=judgement offer=offer /> }.into_any(),
        None => until.run(),
    }
}

/// A suggestion that somebody wants to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Advice {
    judge: NodeId,
    suggestion: String,
}

/// The suggestion whose dialog is open; none while the dialog is closed.
#[derive(Clone, Copy)]
struct OpenAdvice(RwSignal<Option<Advice>>);

/// A step that a suggestion is for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct AdvisedStep {
    id: NodeId,
    title: String,
    prompt: String,
}

impl AdvisedStep {
    /// The step with its prompt as it is now.
    fn from_workflow(workflow: &Workflow, id: NodeId) -> Option<Self> {
        let node = workflow.node(&id)?;
        let prompt = node.data.config.to_value().get("prompt")?.as_str()?.to_owned();
        Some(Self { title: node.title().to_owned(), id, prompt })
    }
}

/// What asks for a step to run again with another prompt.
fn request(step: NodeId, prompt: String) -> RerunRequest {
    let fields = Map::from_iter([("prompt".to_owned(), Value::from(prompt))]);
    RerunRequest {
        from_node: Some(step.clone()),
        config: BTreeMap::from([(step, fields)]),
        ..RerunRequest::default()
    }
}

fn advised_steps(store: ExecutionStore, judge: &NodeId) -> Vec<AdvisedStep> {
    let (view, workflow) = (store.view.read(), store.workflow.read());
    let steps = view.advised(&workflow, judge).into_iter();
    steps.filter_map(|id| AdvisedStep::from_workflow(&workflow, id)).collect()
}

/// Lets the cards of the page ask; where it does not, nothing can be accepted.
pub fn provide_advice() {
    provide_context(OpenAdvice(RwSignal::new(None)));
}

/// The button of one suggestion, where there is a step that it is for.
#[component]
pub(super) fn Accept(store: ExecutionStore, judge: NodeId, suggestion: String) -> impl IntoView {
    let asked = use_context::<OpenAdvice>();
    let advice = StoredValue::new(Advice { judge, suggestion });
    let offered = Memo::new(move |_| {
        let any = || advice.with_value(|advice| !advised_steps(store, &advice.judge).is_empty());
        asked.is_some() && store.controls() && any()
    });
    let why_not = Signal::derive(move || store.view.read().why_no_advice().map(str::to_owned));
    let press = move |()| {
        if let Some(OpenAdvice(asked)) = asked {
            asked.set(Some(advice.get_value()));
        }
    };
    view! {
        <Show when=move || offered.get()>
            <Button
                size=ButtonSize::Small
                icon=Icon::RotateCcw
                why_not=why_not
                on_press=press
            >
                "Accept and rerun…"
            </Button>
        </Show>
    }
}

/// Shows the prompt with the suggestion, to be changed and sent.
#[component]
pub fn AcceptDialog(store: ExecutionStore) -> impl IntoView {
    let OpenAdvice(asked) = expect_context::<OpenAdvice>();
    let open = open_while(asked);
    let form = move || {
        let Advice { judge, suggestion } = asked.get()?;
        let steps = untrack(|| advised_steps(store, &judge));
        let first = steps.first()?.clone();
        Some(
            view! { <AcceptForm store=store steps=steps first=first suggestion=suggestion open=open /> },
        )
    };
    view! {
        <Dialog
            id="accept-suggestion"
            title="Run again with this suggestion?"
            open=open
            size=DialogSize::Wide
        >
            {form}
        </Dialog>
    }
}

#[component]
fn AcceptForm(
    store: ExecutionStore,
    steps: Vec<AdvisedStep>,
    first: AdvisedStep,
    suggestion: String,
    open: RwSignal<bool>,
) -> impl IntoView {
    let refused = RwSignal::new(None::<Problem>);
    let anew = Anew::new(store).with_refusal(refused);
    let chosen = RwSignal::new(first.id.to_string());
    let prompt = RwSignal::new(with_advice(&first.prompt, &suggestion));
    let several = steps.len() > 1;
    let choice = |step: &AdvisedStep| Choice::new(step.id.to_string(), step.title.clone());
    let options = Signal::stored(steps.iter().map(choice).collect::<Vec<_>>());
    let steps = StoredValue::new(steps);
    let step = move || {
        let id = chosen.get();
        let is_it = |step: &&AdvisedStep| step.id.as_str() == id;
        steps.with_value(|steps| steps.iter().find(is_it).cloned()).unwrap_or_else(|| first.clone())
    };
    let step = Memo::new(move |_| step());
    // Another step has another prompt.
    Effect::new(move |before: Option<AdvisedStep>| {
        let now = step.get();
        if before.is_some_and(|before| before != now) {
            prompt.set(with_advice(&now.prompt, &suggestion));
        }
        now
    });
    let label = Signal::derive(move || format!("Prompt of “{}”", step.read().title));
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        anew.rerun(request(step.get_untracked().id, prompt.get_untracked()));
    };
    view! {
        <form class="form" on:submit=send>
            <p class="muted">
                "Starts a new run that reuses everything before this step and charges for what follows. The workflow and this run don't change."
            </p>
            <FormError error=refused />
            <Show when=move || several>
                <SelectField name="accept-step" label="Step" value=chosen options=options />
            </Show>
            <LongTextField name="accept-prompt" label=label value=prompt rows=8 />
            <footer class="dialog__footer">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button look=ButtonLook::Primary role=ButtonRole::Submit busy=anew.busy()>
                    "Run again"
                </Button>
            </footer>
        </form>
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::sample;

    #[test]
    fn a_suggestion_runs_its_step_again_with_the_changed_prompt_only() {
        let request = request("copy".into(), "Shorter".to_owned());

        assert_eq!(request.from_node, Some("copy".into()));
        let sent = serde_json::to_value(&request.config).unwrap();
        assert_eq!(sent, serde_json::json!({ "copy": { "prompt": "Shorter" } }));
    }

    #[test]
    fn only_a_step_with_a_prompt_is_advised() {
        let workflow = sample::running().workflow;

        assert!(AdvisedStep::from_workflow(&workflow, "copy".into()).is_some());
        assert_eq!(AdvisedStep::from_workflow(&workflow, "brief".into()), None);
    }
}
