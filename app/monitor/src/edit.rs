//! Changing the texts of a step for this execution: before it runs, when it is run again, or when it
//! is done again after it has ended.

use api::ApiError;
use leptos::{ev::SubmitEvent, prelude::*};
use model::{
    access::{Role, can},
    execution::{state::Action, view::NodeView},
    id::NodeId,
    nodes::{FieldKind, FieldSpec},
    pages::Control,
    problem::Problem,
    workflow::Workflow,
};
use serde_json::{Map, Value};
use ui::{
    button::{Button, ButtonLook, ButtonRole},
    dialog::{Dialog, DialogSize, open_while},
    failure::FormError,
    field::{LongTextField, TextField},
};

use super::{
    controls::Sender,
    redo::{RedoNotice, RedoPreview},
    store::ExecutionStore,
};

/// What the changed step is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It is run again with it.
    Retry,
    /// It runs with it when its turn comes.
    Edit,
    /// It has ended and is done again with it.
    Redo,
}

impl Purpose {
    /// The title of the dialog, the verb on its button, and what the engine is asked for.
    fn parts(self) -> (&'static str, &'static str, Action) {
        match self {
            Self::Retry => ("Retry with changes", "Retry with changes", Action::RetryNode),
            Self::Edit => ("Edit step", "Save", Action::EditNode),
            Self::Redo => ("Do this step again", "Do again", Action::RedoNode),
        }
    }

    fn control(
        self,
        node_id: NodeId,
        config: Map<String, Value>,
        was: Map<String, Value>,
        generation: Option<i32>,
        dependents: bool,
    ) -> Control {
        let changed = |config: Map<String, Value>| (!config.is_empty()).then_some(config);
        match self {
            Self::Retry => Control::RetryNode { node_id, config: changed(config), generation },
            Self::Redo => {
                let (config, dependents) = (changed(config), Some(dependents));
                Control::TriggerNode { node_id, config, generation, dependents }
            }
            Self::Edit => Control::EditNode { node_id, config, was },
        }
    }
}

/// A text of the configuration of a step, while a person edits it.
#[derive(Clone)]
pub(super) struct EditedText {
    pub(super) spec: FieldSpec,
    pub(super) was: String,
    pub(super) value: RwSignal<String>,
}

impl EditedText {
    /// The texts of a step, each unchanged at first.
    pub(super) fn from_fields(fields: Vec<(FieldSpec, String)>) -> Vec<Self> {
        let unchanged = |(spec, was): (FieldSpec, String)| {
            let value = RwSignal::new(was.clone());
            Self { spec, was, value }
        };
        fields.into_iter().map(unchanged).collect()
    }
}

/// The texts of a step, from the fields its type has.
pub fn texts(workflow: &Workflow, id: &NodeId) -> Vec<(FieldSpec, String)> {
    let Some(node) = workflow.node(&id.in_round("")) else { return vec![] };
    let written = node.data.config.to_value();
    let fields = node.data.config.spec().fields.iter();
    let text = |field: &&FieldSpec| matches!(field.kind, FieldKind::Prompt | FieldKind::Text);
    let with_words = |field: &FieldSpec| {
        (*field, written.get(field.name).and_then(Value::as_str).unwrap_or_default().to_owned())
    };
    fields.filter(text).map(with_words).collect()
}

/// Those of the texts of a step that somebody of this role may change.
pub fn open_texts(workflow: &Workflow, id: &NodeId, role: Role) -> Vec<(FieldSpec, String)> {
    let Some(node) = workflow.node(&id.in_round("")) else { return vec![] };
    let is_open = |(field, _): &(FieldSpec, String)| {
        can(role, node.data.config.permission_to_change(field.name))
    };
    texts(workflow, id).into_iter().filter(is_open).collect()
}

/// What is changed by it.
fn reach(node: &NodeView) -> &'static str {
    if node.is_real() {
        "Applies to this run only. The workflow doesn't change."
    } else {
        "Applies to the rounds of this run that haven't started. The others and the workflow \
         don't change."
    }
}

/// What is sent of the fields of a node, each with its text as shown and as typed. What was drawn is
/// shown of a node in a round, which may have been changed since: all that is there is sent.
pub(super) fn changes<'a>(
    id: &NodeId,
    fields: impl Iterator<Item = (&'a str, &'a str, String)>,
) -> Map<String, Value> {
    let in_round = !id.round().is_empty();
    let changed = fields.filter(|(_, was, now)| was != now || (in_round && !now.is_empty()));
    changed.map(|(name, _, now)| (name.to_owned(), now.into())).collect()
}

/// Asks for other texts; shown while there is a purpose.
#[component]
pub fn EditDialog(
    store: ExecutionStore,
    sender: Sender,
    /// The step whose texts are changed.
    node: Memo<Option<NodeView>>,
    /// What it is for, both ways.
    purpose: RwSignal<Option<Purpose>>,
) -> impl IntoView {
    let open = open_while(purpose);
    let title = Signal::derive(move || purpose.get().map_or("", |of| of.parts().0).to_owned());
    let form = move || {
        let purpose_now = purpose.get()?;
        let (id, reach) =
            node.with_untracked(|node| node.as_ref().map(|node| (node.id.clone(), reach(node))))?;
        let role = store.page.with_value(|page| page.hand.role);
        let fields = store.workflow.with_untracked(|workflow| open_texts(workflow, &id, role));
        let preview = (purpose_now == Purpose::Redo).then(|| {
            let (view, workflow) = (store.view.read_untracked(), store.workflow.read_untracked());
            RedoPreview::new(&view, &workflow, &id)
        });
        let done = Callback::new(move |()| {
            purpose.try_set(None);
        });
        Some(view! {
            <EditForm
                sender=sender
                id=id
                reach=reach
                purpose=purpose_now
                fields=fields
                preview=preview
                done=done
            />
        })
    };
    view! {
        <Dialog id="edit-node" title=title open=open size=DialogSize::Wide>
            {form}
        </Dialog>
    }
}

#[component]
fn EditForm(
    sender: Sender,
    id: NodeId,
    /// What is changed by it, in words.
    reach: &'static str,
    purpose: Purpose,
    fields: Vec<(FieldSpec, String)>,
    /// What it means to do the step again, for that purpose.
    preview: Option<RedoPreview>,
    done: Callback<()>,
) -> impl IntoView {
    let (_, verb, action) = purpose.parts();
    let fields = EditedText::from_fields(fields);
    let sent = StoredValue::new(fields.clone());
    sender.looks_at(Some(id.clone()));
    let (refused, dependents) = (RwSignal::new(None::<Problem>), RwSignal::new(false));
    let answered = Callback::new(move |answer: Result<(), ApiError>| match answer {
        Ok(()) => done.run(()),
        Err(error) => refused.set(Some(error.0)),
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let (changed, was) = sent.with_value(|fields| {
            let field = |field: &EditedText| field.value.get_untracked();
            let written = fields.iter().map(|one| (one.spec.name, one.was.as_str(), field(one)));
            let changed = changes(&id, written);
            let seen = fields.iter().filter(|one| changed.contains_key(one.spec.name));
            // Of a node in a round, what was drawn was seen.
            let seen = seen.filter(|_| id.round().is_empty());
            let was = seen.map(|one| (one.spec.name.to_owned(), one.was.clone().into())).collect();
            (changed, was)
        });
        if purpose == Purpose::Edit && changed.is_empty() {
            done.run(());
            return;
        }
        refused.set(None);
        let (generation, too) = (sender.generation(&id), dependents.get_untracked());
        let control = purpose.control(id.clone(), changed, was, generation, too);
        sender.send_from(action, control, answered);
    };
    let rows = fields.into_iter().map(row);
    view! {
        <form class="form" on:submit=send>
            <p class="muted">{reach}</p>
            <FormError error=refused />
            {rows.collect_view()}
            {preview.map(|preview| view! { <RedoNotice preview=preview dependents=dependents /> })}
            <footer class="dialog__footer">
                <Button on_press=move |()| done.run(())>"Cancel"</Button>
                <Button
                    look=ButtonLook::Primary
                    role=ButtonRole::Submit
                    busy=sender.is_busy(action)
                >
                    {verb}
                </Button>
            </footer>
        </form>
    }
}

/// The field of a text.
pub(super) fn row(EditedText { spec, value, .. }: EditedText) -> AnyView {
    let name = format!("edit-{}", spec.name);
    let (label, help) = (spec.label, spec.help);
    match spec.kind {
        FieldKind::Prompt => {
            view! { <LongTextField name=name label=label help=help value=value rows=6 /> }
                .into_any()
        }
        _ => view! { <TextField name=name label=label help=help value=value /> }.into_any(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::sample;

    #[test]
    fn the_fields_of_a_step_are_those_of_its_type_that_hold_words() {
        let workflow = sample::running().workflow;
        let copy = open_texts(&workflow, &"copy".into(), Role::Editor);

        assert!(copy.iter().any(|(field, _)| field.name == "prompt"));
        assert!(copy.iter().all(|(field, _)| field.name != "quantity"));
        assert!(copy.iter().all(|(field, _)| !field.help.contains("Type $")), "no editor is here");
        assert!(copy.len() > 1);
        assert!(open_texts(&workflow, &"brief".into(), Role::Editor).is_empty());
    }

    #[test]
    fn a_runner_is_shown_the_prompt_alone_and_nothing_where_it_is_locked() {
        let mut workflow = sample::running().workflow;
        let shown = |workflow: &Workflow| {
            let texts = open_texts(workflow, &"copy".into(), Role::Runner);
            texts.into_iter().map(|(field, _)| field.name).collect::<Vec<_>>()
        };
        assert_eq!(shown(&workflow), ["prompt"]);

        let lock = Map::from_iter([("prompt_locked".to_owned(), Value::Bool(true))]);
        for node in workflow.nodes.iter_mut().filter(|node| node.id.as_str() == "copy") {
            node.data.config = node.data.config.with_changes(&lock).unwrap();
        }

        assert_eq!(shown(&workflow), [""; 0]);
    }

    #[test]
    fn only_what_was_changed_is_sent() {
        let fields = [("prompt", "A", "B".to_owned()), ("system_prompt", "", String::new())];

        let changed = changes(&"copy".into(), fields.into_iter());

        assert_eq!(Value::Object(changed), serde_json::json!({ "prompt": "B" }));
        let shown = [("prompt", "A", "A".to_owned()), ("system_prompt", "", String::new())];
        let in_round = changes(&"copy@each[1]".into(), shown.into_iter());
        assert_eq!(Value::Object(in_round), serde_json::json!({ "prompt": "A" }));
    }

    #[test]
    fn what_the_person_saw_goes_along() {
        let texts = |words: &str| Map::from_iter([("prompt".to_owned(), Value::from(words))]);
        let sent = |purpose: Purpose, changed: Map<String, Value>| {
            let control = purpose.control("copy".into(), changed, texts("A"), Some(3), true);
            serde_json::to_value(control).unwrap_or_default()
        };

        let retry = sent(Purpose::Retry, texts("B"));
        let unchanged = sent(Purpose::Retry, Map::new());
        let edit = sent(Purpose::Edit, texts("B"));
        let redo = sent(Purpose::Redo, texts("B"));

        assert_eq!(retry["generation"], 3);
        assert_eq!(retry["config"]["prompt"], "B");
        assert_eq!(edit["was"]["prompt"], "A");
        assert_eq!(unchanged["generation"], 3);
        assert!(unchanged["config"].is_null());
        assert_eq!((&redo["generation"], &redo["dependents"]), (&3.into(), &true.into()));
    }
}
