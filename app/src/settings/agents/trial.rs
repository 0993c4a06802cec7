//! Trying out an agent in a talk: each message is an execution of nothing but the agent as it is
//! filled in, and begins with what was said before.

use api::{
    agents::try_agent,
    executions::{load_gave, load_monitor, load_tool_calls},
};
use frame::sending::Sending;
use launch::{Form, Library, ParameterField};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::{
    agent_library::trial::{AGENT_NODE, AgentTrial, Said, trial_parameters},
    id::{ExecutionId, NodeId},
    mcp::call::{ToolCallState, ToolCallView},
    nodes::agent::DONE,
    pages::{MonitorPage, problem_of},
    parameter::Parameter,
    problem::FieldProblem,
    value::text_of,
    workflow::Workflow,
};
use monitor::{BillMeter, ExecutionStore, follow_execution, view_status, whole_bill};
use serde_json::{Map, Value};
use ui::{
    badge::StatusChip,
    button::{Button, ButtonLook, ButtonRole, ButtonSize, LinkButton, RowButton},
    card::Card,
    failure::FormError,
    field::LongTextField,
    icon::Icon,
    markdown::ReadableText,
    status::Status,
};
use web::{client::lifetime::Lifetime, realtime::OneAtATime, routes};

use super::state::{AgentState, refusal};

/// The talk so far.
#[derive(Clone, Copy)]
struct Talk {
    state: AgentState,
    said: RwSignal<Vec<Said>>,
    message: RwSignal<String>,
    /// The fields of the agent's inputs, made anew when the inputs change.
    form: RwSignal<Form>,
    wrong: RwSignal<Vec<FieldProblem>>,
    sending: Sending,
    /// The execution that answers, or has answered last.
    shown: RwSignal<Option<ExecutionStore>>,
    /// That of the panel, for what is made later: fields, and the execution that is followed.
    panel: Lifetime,
}

impl Talk {
    fn new(state: AgentState) -> Self {
        Self {
            state,
            said: RwSignal::new(vec![]),
            message: RwSignal::new(String::new()),
            form: RwSignal::new(input_form(inputs_of(state))),
            wrong: RwSignal::new(vec![]),
            sending: Sending::default(),
            shown: RwSignal::new(None),
            panel: Lifetime::of_this_part(),
        }
    }

    /// Makes the fields anew where the agent's inputs have changed; what is filled in stays.
    fn follow_inputs(self) {
        let inputs = Memo::new(move |_| {
            self.state.filled.with(|filled| filled.as_ref().ok().map(trial_parameters))
        });
        Effect::new(move |before: Option<()>| {
            let inputs = inputs.get();
            if let Some(inputs) = inputs.filter(|_| before.is_some()) {
                let filled = untrack(|| self.form.get().parameters().0);
                // What this effect owns goes when it runs again.
                let Some(form) = self.panel.make(|| input_form(inputs)) else { return };
                form.fill(&filled);
                self.form.set(form);
            }
        });
    }

    /// Whether the agent is at work.
    fn is_busy(self) -> bool {
        let at_work = self.shown.with(|store| {
            store.is_some_and(|store| store.view.with(|view| !view.status.is_over()))
        });
        self.sending.busy.get() || at_work
    }

    fn inputs(self) -> Result<Map<String, Value>, Vec<FieldProblem>> {
        untrack(|| self.form.get().checked())
    }

    fn refuse(self, problems: Vec<FieldProblem>) {
        self.sending.problem.set(Some(refusal(problems)));
    }

    fn send(self) {
        if untrack(|| self.is_busy()) {
            return;
        }
        let definition = match self.state.filled.get_untracked() {
            Ok(definition) => definition,
            Err(problems) => return self.refuse(problems),
        };
        let inputs = match self.inputs() {
            Ok(inputs) => inputs,
            Err(problems) => {
                self.wrong.set(problems);
                return self.refuse(vec![]);
            }
        };
        self.wrong.set(vec![]);
        let message = self.message.get_untracked();
        let earlier = self.said.get_untracked();
        let name = self.state.name.get_untracked();
        let trial = AgentTrial { name, definition, message: message.clone(), inputs, earlier };
        let sent = async move {
            let id = try_agent(trial).await?.execution_id;
            load_monitor(id, false).await
        };
        self.sending.send(sent, move |page| self.show(message, page));
    }

    /// Shows the execution that answers a message.
    fn show(self, message: String, page: MonitorPage) {
        let Some(store) = self.panel.make(|| ExecutionStore::new(page)) else { return };
        self.said.try_update(|said| said.push(Said { by_agent: false, text: message }));
        self.message.try_set(String::new());
        self.shown.try_set(Some(store));
    }

    /// Takes the answer of an execution that has ended well.
    fn take_answer(self, id: ExecutionId) {
        spawn_local(async move {
            match load_gave(id, NodeId::from(AGENT_NODE), true).await {
                Ok(gave) => {
                    let text = gave.values.get(DONE).map(text_of).unwrap_or_default();
                    self.said.try_update(|said| said.push(Said { by_agent: true, text }));
                }
                Err(error) => drop(self.sending.problem.try_set(Some(error.0))),
            }
        });
    }

    fn clear(self) {
        self.said.set(vec![]);
        self.shown.set(None);
        self.sending.problem.set(None);
    }
}

fn inputs_of(state: AgentState) -> Vec<Parameter> {
    let filled = state.filled.get_untracked();
    filled.map(|definition| trial_parameters(&definition)).unwrap_or_default()
}

fn input_form(parameters: Vec<Parameter>) -> Form {
    Form::new(Workflow { parameters, ..Workflow::default() })
}

/// The panel: the talk, the execution that answers, and the next message.
#[component]
pub(super) fn Trial(
    state: AgentState,
    /// The documents and images that can be given.
    library: Library,
) -> impl IntoView {
    let talk = Talk::new(state);
    talk.follow_inputs();
    let row = |said: Said| {
        let Said { by_agent, text } = said;
        let speaker = if by_agent { "Agent" } else { "You" };
        let words = if by_agent {
            view! { <ReadableText text=text class="agent-talk__words" below=3 /> }.into_any()
        } else {
            view! { <p class="agent-talk__words" dir="auto">{text}</p> }.into_any()
        };
        view! {
            <li class="agent-talk__said" data-by=speaker.to_lowercase()>
                <p class="small subtle">{speaker}</p>
                {words}
            </li>
        }
    };
    let said = move || talk.said.get().into_iter().map(row).collect_view();
    let shown = move || talk.shown.get().map(|store| view! { <Answering talk=talk store=store /> });
    let again = move || {
        let begun = !talk.said.read().is_empty();
        begun.then(|| {
            view! {
                <RowButton
                    verb="New conversation"
                    look=ButtonLook::Ghost
                    on_press=move |()| talk.clear()
                />
            }
        })
    };
    view! {
        <Card title="Try it" actions=move || again>
            <p class="muted small">
                "Each message runs the agent with the settings on this page, even if unsaved, and costs the same as in a workflow."
            </p>
            <div role="log" aria-label="Conversation" data-testid="agent-talk">
                <ol class="agent-talk">{said}</ol>
            </div>
            {shown}
            <Composer talk=talk library=library />
        </Card>
    }
    .into_any()
}

/// The fields of the inputs, and the next message.
#[component]
fn Composer(talk: Talk, library: Library) -> impl IntoView {
    let fields = move || {
        let fields = talk.form.get().groups().into_iter().flat_map(|group| group.fields);
        let field = fields.map(|field| {
            let name = field.parameter.name.clone();
            let error = Signal::derive(move || {
                talk.wrong.with(|all| problem_of(all, &name).map(|one| one.message.clone()))
            });
            view! { <ParameterField field=field error=error library=library.clone() /> }
        });
        field.collect_view()
    };
    let busy = Signal::derive(move || talk.is_busy());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        talk.send();
    };
    view! {
        <form class="form" novalidate on:submit=send data-testid="agent-trial">
            <FormError error=talk.sending.problem />
            {fields}
            <LongTextField name="agent_message" label="Message" required=true rows=3
                value=talk.message error=talk.sending.wrong("message") />
            <div class="settings__actions">
                <Button
                    look=ButtonLook::Primary
                    icon=Icon::Send
                    role=ButtonRole::Submit
                    busy=busy
                >
                    "Send"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

/// The execution that answers: how it stands, what it costs, and what it calls.
#[component]
fn Answering(talk: Talk, store: ExecutionStore) -> impl IntoView {
    follow_execution(store);
    let id = store.id();
    let status = Memo::new(move |_| view_status(&store.view.read()));
    let budget = Memo::new(move |_| store.view.read().budget_micros);
    let error = Memo::new(move |_| store.view.read().error.clone());
    let answered = StoredValue::new(false);
    Effect::new(move || {
        if status.get() == Status::Completed && !answered.get_value() {
            answered.set_value(true);
            talk.take_answer(id);
        }
    });
    let calls = RwSignal::new(Vec::<ToolCallView>::new());
    let loading = OneAtATime::default();
    let seq = Memo::new(move |_| store.view.read().seq);
    Effect::new(move || {
        // Read, not only tracked: a memo that nobody has read follows nothing.
        seq.get();
        loading.run(move || async move {
            if let Ok(page) = load_tool_calls(id, NodeId::from(AGENT_NODE), None).await {
                calls.try_set(page.items);
            }
        });
    });
    view! {
        <div class="agent-talk__run" aria-label="Answer" role="group">
            <StatusChip status=status />
            <BillMeter bill=whole_bill(store) budget=budget />
            <LinkButton href=routes::execution(talk.state.workspace, id) size=ButtonSize::Small>
                "Open run"
            </LinkButton>
        </div>
        <Calls calls=calls />
        {move || error.get().map(|words| view! { <p class="tools__error" role="alert">{words}</p> })}
    }
    .into_any()
}

/// The tools that were called, the first one first.
#[component]
fn Calls(calls: RwSignal<Vec<ToolCallView>>) -> impl IntoView {
    move || {
        let row = |call: ToolCallView| {
            let state = call.error.unwrap_or_else(|| state_words(call.state).to_owned());
            view! {
                <li>
                    <code>{call.tool}</code>
                    " "
                    <span class="small subtle" dir="auto">
                        {state}
                    </span>
                </li>
            }
        };
        let calls = calls.get();
        (!calls.is_empty()).then(|| {
            let rows = calls.into_iter().rev().map(row).collect_view();
            view! { <ul class="agent-talk__calls" aria-label="Tool calls">{rows}</ul> }
        })
    }
}

fn state_words(state: ToolCallState) -> &'static str {
    match state {
        ToolCallState::Sent => "running",
        ToolCallState::Answered => "done",
        ToolCallState::Failed => "failed",
        ToolCallState::Refused => "not called",
    }
}
