//! The tools that an agent may call, and how freely.

use leptos::prelude::*;
use model::{
    agent::tools::{ToolGrant, ToolMode},
    number::Range,
    text::fuzzy::has_words,
};
use ui::{
    button::{Button, ButtonSize, IconButton},
    field::{Choice, FieldInput, FormField, SearchField},
    icon::Icon,
};

use super::{
    faults::Faults,
    reading::Reading,
    tool_choice::{ToolChoice, ToolOption},
};
use crate::rows::{Row, Rows};

/// How many tools a search lists.
const MOST_LISTED: usize = 50;

/// A tool while its grant is filled in.
#[derive(Clone, Copy)]
pub(super) struct GrantFields {
    tool: RwSignal<String>,
    mode: RwSignal<String>,
    max_calls: RwSignal<String>,
}

/// The tools while they are filled in.
#[derive(Clone, Copy)]
pub(super) struct ToolRows {
    rows: Rows<GrantFields>,
}

impl ToolRows {
    pub(super) fn new(known: &[ToolGrant]) -> Self {
        let tools = Self { rows: Rows::default() };
        for grant in known {
            tools.add(grant);
        }
        tools
    }

    fn add(self, grant: &ToolGrant) {
        let most = grant.max_calls.map(|most| most.to_string());
        self.rows.push(|| GrantFields {
            tool: RwSignal::new(grant.tool.clone()),
            mode: RwSignal::new(grant.mode.as_str().to_owned()),
            max_calls: RwSignal::new(most.unwrap_or_default()),
        });
    }

    fn add_tool(self, tool: String) {
        self.add(&ToolGrant { tool, mode: ToolMode::default(), max_calls: None });
    }

    fn has(self, tool: &str) -> bool {
        self.rows.get().iter().any(|row| row.fields.tool.read().trim() == tool)
    }

    pub(super) fn filled(self, reading: &mut Reading) -> Vec<ToolGrant> {
        let rows = self.rows.get().into_iter().enumerate();
        let grant = rows.map(|(place, row)| {
            let GrantFields { tool, mode, max_calls } = row.fields;
            let path = format!("tools[{place}].max_calls");
            ToolGrant {
                tool: tool.get().trim().to_owned(),
                mode: mode.get().parse().unwrap_or_default(),
                max_calls: reading.count(&path, &max_calls.get()),
            }
        });
        grant.collect()
    }

    /// What is wrong with a field of a row.
    fn wrong(self, faults: Faults, key: usize, field: &'static str) -> Signal<Option<String>> {
        faults.at_place(move || Some(format!("tools[{}].{field}", self.rows.place(key)?)))
    }
}

fn mode_label(mode: ToolMode) -> &'static str {
    match mode {
        ToolMode::AsksToWrite => "Ask before writing",
        ToolMode::Free => "Don't ask",
        ToolMode::AlwaysAsks => "Always ask",
        ToolMode::Never => "Off",
    }
}

/// The rows, and the tools to choose from.
#[component]
pub(super) fn ToolSection(
    tools: ToolRows,
    /// What can be chosen.
    choices: Signal<Vec<ToolChoice>>,
    faults: Faults,
) -> impl IntoView {
    let fault = faults.at("tools");
    view! {
        <fieldset class="agent-form__part">
            <legend>"Tools"</legend>
            <p class="muted small">
                "The agent can call only these tools. When a call needs approval, a person sees it with its arguments first."
            </p>
            {move || fault.get().map(|words| view! { <p class="field__error" role="alert">{words}</p> })}
            <For each=move || tools.rows.get() key=|row| row.key let:row>
                <ToolRow row=row tools=tools choices=choices faults=faults />
            </For>
            <Offered tools=tools choices=choices />
            <Button
                size=ButtonSize::Small
                icon=Icon::Plus
                on_press=move |()| tools.add_tool(String::new())
            >
                "Add tool by name"
            </Button>
        </fieldset>
    }
    .into_any()
}

#[component]
fn ToolRow(
    row: Row<GrantFields>,
    tools: ToolRows,
    choices: Signal<Vec<ToolChoice>>,
    faults: Faults,
) -> impl IntoView {
    let Row { key, fields } = row;
    let GrantFields { tool, mode, max_calls } = fields;
    let modes: Vec<Choice> =
        ToolMode::ALL.iter().map(|mode| Choice::new(mode.as_str(), mode_label(*mode))).collect();
    let about = MaybeProp::derive(move || {
        let tool = tool.read();
        let is_it = |choice: &&ToolChoice| choice.tool == tool.trim();
        choices.with(|all| all.iter().find(is_it).map(|choice| choice.about.clone()))
    });
    let names = Signal::derive(move || {
        choices.with(|all| all.iter().map(|choice| choice.tool.clone()).collect::<Vec<_>>())
    });
    let remove = Signal::derive(move || match tool.read().trim() {
        "" => "Remove tool".to_owned(),
        tool => format!("Remove tool {tool}"),
    });
    let wrong = move |field| tools.wrong(faults, key, field);
    let id = |field: &str| format!("agent_tool{field}_{key}");
    let counts = Range { min: Some(1.0), max: None, step: Some(1.0) };
    view! {
        <div class="agent-form__row" data-testid="agent-tool">
            {FormField::line(id(""), "Tool", tool)
                .help(about)
                .error(wrong("tool"))
                .required(true)
                .placeholder("github.getIssue")
                .suggestions(names)}
            {FormField::choice(id("_mode"), "Approval", mode, modes).error(wrong("mode"))}
            <IconButton icon=Icon::Trash label=remove on_press=move |()| tools.rows.remove(key) />
            {FormField::new(id("_calls"), "Maximum calls", FieldInput::number(max_calls, counts))
                .help("Leave empty for no separate limit.")
                .error(wrong("max_calls"))}
        </div>
    }
    .into_any()
}

/// All tools, to be searched and added.
#[component]
fn Offered(tools: ToolRows, choices: Signal<Vec<ToolChoice>>) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let add = Callback::new(move |tool: String| tools.add_tool(tool));
    let rows = move || {
        let typed = words.get();
        let fits = |choice: &&ToolChoice| {
            has_words(&format!("{} {}", choice.tool, choice.about), &typed)
                && !tools.has(&choice.tool)
        };
        let found: Vec<ToolChoice> =
            choices.with(|all| all.iter().filter(fits).take(MOST_LISTED).cloned().collect());
        if found.is_empty() {
            return view! { <p class="muted small">"No other tools match."</p> }.into_any();
        }
        let row = |choice: ToolChoice| view! { <ToolOption choice=choice on_choose=add /> };
        view! { <ul>{found.into_iter().map(row).collect_view()}</ul> }.into_any()
    };
    view! {
        <details class="agent-form__offered">
            <summary>"Choose from all tools"</summary>
            <div class="tool-list">
                <SearchField
                    name="agent_tool_search"
                    label="Search tools"
                    value=words
                    on_input=move |typed: String| words.set(typed)
                />
                <div class="tool-list__rows">{rows}</div>
            </div>
        </details>
    }
    .into_any()
}
