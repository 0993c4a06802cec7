//! What an agent may use, and what happens when it has used that up.

use leptos::prelude::*;
use model::{
    agent::limits::{LimitAction, LimitKind, Limits},
    budget::Dollars,
    number::Range,
};
use ui::field::{Choice, FieldInput, FormField, TextKind};

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

/// A limit as it is shown.
struct LimitRow {
    /// Its path in the definition.
    path: &'static str,
    label: &'static str,
    typed: Option<FieldInput>,
}

fn row_of(limits: LimitFields, kind: LimitKind) -> LimitRow {
    let counts = Range { min: Some(0.0), max: None, step: Some(1.0) };
    let count = |value| Some(FieldInput::number(value, counts));
    let row = |path, label, typed| LimitRow { path, label, typed };
    match kind {
        LimitKind::Turns => row("limits.turns", "Turns", count(limits.turns)),
        LimitKind::ToolCalls => row("limits.tool_calls", "Tool calls", count(limits.tool_calls)),
        LimitKind::CallsOfTool => row("limits", "Calls per tool, as set above", None),
        LimitKind::Tokens => row("limits.tokens", "Tokens", count(limits.tokens)),
        LimitKind::Cost => {
            let dollars = FieldInput::Line(limits.cost.into(), TextKind::Amount);
            row("limits.cost_micros", "Cost in dollars", Some(dollars))
        }
        LimitKind::Time => row("limits.minutes", "Working time in minutes", count(limits.minutes)),
        LimitKind::Context => row("limits", "Context window", None),
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
                {FormField::line("agent_cheaper_model", "Cheaper model", limits.cheaper_model)
                    .error(faults.at("limits.cheaper_model"))
                    .suggestions(models)
                    .required(true)}
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
    let LimitRow { path, label, typed } = row_of(limits, kind);
    let actions = LimitAction::ALL.iter().copied().filter(|action| may_happen(kind, *action));
    let actions: Vec<Choice> =
        actions.map(|action| Choice::new(action.as_str(), action_label(action))).collect();
    let name = format!("agent_limit_{kind}");
    let then = format!("{name}_then");
    let field = match typed {
        None => view! { <p class="agent-form__limit">{label}</p> }.into_any(),
        Some(input) => FormField::new(name, label, input).error(faults.at(path)).view(),
    };
    let then_label = format!("At the limit ({})", label.to_lowercase());
    let then_path = format!("limits.then.{kind}");
    view! {
        <div class="agent-form__row agent-form__row--limit">
            {field}
            {FormField::choice(then, then_label, action, actions)
                .error(faults.at_place(move || Some(then_path.clone())))}
        </div>
    }
    .into_any()
}
