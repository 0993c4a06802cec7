//! What an agent may use, and what happens when it has used that up.

use leptos::prelude::*;
use model::{
    agent::limits::{LimitAction, LimitKind, Limits},
    budget::Dollars,
};
use ui::field::{Choice, NumberField, SelectField, TextField, TextKind};

use super::{faults::Faults, reading::Reading};

/// The limits while they are filled in.
#[derive(Clone, Copy)]
pub(super) struct LimitFields {
    turns: RwSignal<String>,
    tool_calls: RwSignal<String>,
    tokens: RwSignal<String>,
    cost: RwSignal<String>,
    minutes: RwSignal<String>,
    cheaper_model: RwSignal<String>,
    /// What happens at each limit.
    then: StoredValue<Vec<(LimitKind, RwSignal<String>)>>,
}

impl LimitFields {
    pub(super) fn new(limits: &Limits) -> Self {
        let text = |text: Option<String>| RwSignal::new(text.unwrap_or_default());
        let then = LimitKind::ALL.iter().map(|kind| {
            let action = limits.action(*kind).as_str().to_owned();
            (*kind, RwSignal::new(action))
        });
        Self {
            turns: text(Some(limits.turns.to_string())),
            tool_calls: text(Some(limits.tool_calls.to_string())),
            tokens: text(limits.tokens.map(|most| most.to_string())),
            cost: text(limits.cost_micros.map(dollars)),
            minutes: text(limits.minutes.map(|most| most.to_string())),
            cheaper_model: text(limits.cheaper_model.clone()),
            then: StoredValue::new(then.collect()),
        }
    }

    /// What is filled in.
    pub(super) fn filled(self, reading: &mut Reading) -> Limits {
        let then = self.then.get_value().into_iter().filter_map(|(kind, action)| {
            let action: LimitAction = action.get().parse().unwrap_or_default();
            (action != LimitAction::default()).then_some((kind, action))
        });
        let cheaper = self.cheaper_model.get().trim().to_owned();
        Limits {
            turns: reading.required_count("limits.turns", &self.turns.get()),
            tool_calls: reading.required_count("limits.tool_calls", &self.tool_calls.get()),
            tokens: reading.whole("limits.tokens", &self.tokens.get()),
            cost_micros: reading.dollars("limits.cost_micros", &self.cost.get()),
            minutes: reading.count("limits.minutes", &self.minutes.get()),
            then: then.collect(),
            cheaper_model: Some(cheaper).filter(|model| !model.is_empty()),
        }
    }

    /// Whether a cheaper model goes on anywhere.
    fn has_cheaper(self) -> bool {
        let cheaper = LimitAction::CheaperModel.as_str();
        let actions = self.then.get_value();
        actions.iter().any(|(_, action)| action.read().as_str() == cheaper)
    }
}

/// Dollars as they are typed, without a sign.
fn dollars(micros: i64) -> String {
    Dollars(micros).to_string().trim_start_matches('$').to_owned()
}

fn action_label(action: LimitAction) -> &'static str {
    match action {
        LimitAction::Stop => "Stop with partial work",
        LimitAction::Ask => "Ask a person",
        LimitAction::CheaperModel => "Continue with a cheaper model",
        LimitAction::HandOver => "Hand over to a person",
    }
}

/// Whether something can happen at a limit: nothing makes room in a model's window.
fn may_happen(kind: LimitKind, action: LimitAction) -> bool {
    match action {
        LimitAction::Stop | LimitAction::HandOver => true,
        LimitAction::Ask | LimitAction::CheaperModel => kind != LimitKind::Context,
    }
}

/// Where a limit is typed, and its words; none where it is not typed here.
fn amount(limits: LimitFields, kind: LimitKind) -> (Option<RwSignal<String>>, &'static str) {
    match kind {
        LimitKind::Turns => (Some(limits.turns), "Turns"),
        LimitKind::ToolCalls => (Some(limits.tool_calls), "Tool calls"),
        LimitKind::CallsOfTool => (None, "Calls per tool, as set above"),
        LimitKind::Tokens => (Some(limits.tokens), "Tokens"),
        LimitKind::Cost => (Some(limits.cost), "Cost in dollars"),
        LimitKind::Time => (Some(limits.minutes), "Working time in minutes"),
        LimitKind::Context => (None, "Context window"),
    }
}

/// The path of a limit in the definition.
fn path(kind: LimitKind) -> &'static str {
    match kind {
        LimitKind::Turns => "limits.turns",
        LimitKind::ToolCalls => "limits.tool_calls",
        LimitKind::Tokens => "limits.tokens",
        LimitKind::Cost => "limits.cost_micros",
        LimitKind::Time => "limits.minutes",
        LimitKind::CallsOfTool | LimitKind::Context => "limits",
    }
}

/// Every limit with what happens then.
#[component]
pub(super) fn LimitSection(
    limits: LimitFields,
    /// Models by name.
    models: Signal<Vec<String>>,
    faults: Faults,
) -> impl IntoView {
    let rows = limits.then.get_value().into_iter().map(|(kind, action)| {
        view! { <Row kind=kind action=action limits=limits faults=faults /> }
    });
    view! {
        <fieldset class="agent-form__part">
            <legend>"Limits"</legend>
            <p class="muted small">
                "How much one task can use, and what happens at the limit. Leave tokens, cost or minutes empty for no limit."
            </p>
            {rows.collect_view()}
            <Show when=move || limits.has_cheaper()>
                <TextField
                    name="agent_cheaper_model"
                    label="Cheaper model"
                    value=limits.cheaper_model
                    error=faults.at("limits.cheaper_model")
                    suggestions=models
                    required=true
                />
            </Show>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Row(
    kind: LimitKind,
    action: RwSignal<String>,
    limits: LimitFields,
    faults: Faults,
) -> impl IntoView {
    let (value, words) = amount(limits, kind);
    let actions = LimitAction::ALL.iter().copied().filter(|action| may_happen(kind, *action));
    let actions: Vec<Choice> =
        actions.map(|action| Choice::new(action.as_str(), action_label(action))).collect();
    let name = format!("agent_limit_{kind}");
    let error = faults.at(path(kind));
    let field = match value {
        None => view! { <p class="agent-form__limit">{words}</p> }.into_any(),
        Some(value) if kind == LimitKind::Cost => view! {
            <TextField name=name label=words value=value kind=TextKind::Amount error=error />
        }
        .into_any(),
        Some(value) => view! {
            <NumberField name=name label=words value=value min=0.0 step=1.0 error=error />
        }
        .into_any(),
    };
    let then_path = format!("limits.then.{kind}");
    view! {
        <div class="agent-form__row agent-form__row--limit">
            {field}
            <SelectField
                name=format!("agent_limit_{kind}_then")
                label=format!("At the limit ({})", words.to_lowercase())
                value=action
                options=actions
                error=faults.at_place(move || Some(then_path.clone()))
            />
        </div>
    }
    .into_any()
}
