//! From one step on again, as a new execution: as the step was, or told something else this time.

use std::collections::BTreeMap;

use leptos::{ev::SubmitEvent, prelude::*};
use model::{execution::state::Action, id::NodeId, pages::RerunRequest, problem::Problem};
use serde_json::{Map, Value};
use ui::{
    button::{Button, ButtonLook, ButtonRole, ButtonSize},
    dialog::{Dialog, DialogSize},
    failure::FormError,
    icon::Icon,
};

use super::{
    again::Anew,
    edit::{EditedText, changes, open_texts, row},
    store::ExecutionStore,
};

/// What asks for an execution to run again from a step, with these of its fields changed.
fn request(from: NodeId, changed: Map<String, Value>) -> RerunRequest {
    // What is changed is drawn: in a round it is changed for all of them.
    let drawn = from.in_round("");
    let config = (!changed.is_empty()).then(|| BTreeMap::from([(drawn, changed)]));
    RerunRequest {
        from_node: Some(from),
        config: config.unwrap_or_default(),
        ..RerunRequest::default()
    }
}

/// From one step on again; what does not depend on it is taken over.
#[component]
pub fn RunFromHere(
    /// The state of the execution that is shown.
    store: ExecutionStore,
    /// The first step that runs again; steps that do not depend on it are taken over.
    node: Signal<NodeId>,
) -> impl IntoView {
    let refused = RwSignal::new(None::<Problem>);
    let (anew, asking) = (Anew::new(store).with_refusal(refused), RwSignal::new(false));
    let offered = anew.is_offered(Action::Rerun);
    // It begins anew with each time that it is asked.
    let form = move || {
        asking.get().then(|| {
            let id = node.get_untracked();
            view! { <FromHereForm store=store anew=anew refused=refused id=id open=asking /> }
        })
    };
    view! {
        <Show when=move || offered.get()>
            <Button
                size=ButtonSize::Small
                icon=Icon::RotateCcw
                busy=anew.busy()
                on_press=move |()| asking.set(true)
            >
                "Run again from here"
            </Button>
        </Show>
        <Dialog
            id="run-from-here"
            title="Run again from this step?"
            open=asking
            size=DialogSize::Wide
        >
            {form}
        </Dialog>
    }
}

#[component]
fn FromHereForm(
    store: ExecutionStore,
    anew: Anew,
    refused: RwSignal<Option<Problem>>,
    id: NodeId,
    open: RwSignal<bool>,
) -> impl IntoView {
    refused.set(None);
    let role = store.page.with_value(|page| page.hand.role);
    let fields = store.workflow.with_untracked(|workflow| open_texts(workflow, &id, role));
    let fields = EditedText::from_fields(fields);
    let sent = StoredValue::new(fields.clone());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let changed = sent.with_value(|fields| {
            let written = |one: &EditedText| one.value.get_untracked();
            let all = fields.iter().map(|one| (one.spec.name, one.was.as_str(), written(one)));
            changes(&id.in_round(""), all)
        });
        refused.set(None);
        anew.rerun(request(id.clone(), changed));
    };
    let any = !fields.is_empty();
    let how = any.then(|| {
        view! {
            <p class="muted">
                "Change the step's texts, or leave them unchanged. The workflow itself doesn't change."
            </p>
        }
    });
    let rows = fields.into_iter().map(row).collect_view();
    view! {
        <form class="form" on:submit=send>
            <p class="muted">
                "Starts a new run: this step and everything after it run and are charged again. Other results are reused; this run stays unchanged."
            </p>
            {how}
            <FormError error=refused />
            {rows}
            <footer class="dialog__footer">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button
                    look=ButtonLook::Primary
                    role=ButtonRole::Submit
                    busy=anew.busy()
                    autofocus=!any
                >
                    "Run again"
                </Button>
            </footer>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_changed_goes_along_and_is_of_the_drawn_step() {
        let fields = Map::from_iter([("prompt".to_owned(), json!("Shorter"))]);

        let changed = request("copy@each[1]".into(), fields);
        let same = request("copy".into(), Map::new());

        assert_eq!(changed.from_node, Some("copy@each[1]".into()));
        let sent = serde_json::to_value(&changed.config).unwrap_or_default();
        assert_eq!(sent, json!({ "copy": { "prompt": "Shorter" } }));
        assert_eq!((same.from_node, same.config.len()), (Some("copy".into()), 0));
    }
}
