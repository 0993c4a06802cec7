//! The palette of node types, to search, click or drag onto the canvas.

use diagram::kind_icon;
use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    prelude::*,
};
use model::{
    agent::library::AgentSummary,
    id::ImageId,
    nodes::{Category, NodeKind},
    text::fuzzy::has_words,
};
use ui::{field::SearchField, icon::Glyph};

use crate::{
    agent_catalogue::{AgentCatalogue, AgentMark, use_agents},
    catalogue::{OfferedServer, OfferedTool, ToolCatalogue, use_catalogue},
    store::{NewNode, NodePreset},
};

/// A press becomes a drag when the pointer has moved so many pixels.
const DRAG_THRESHOLD: f64 = 4.0;

/// An event of dragging a node type from the palette.
#[derive(Debug, Clone, PartialEq)]
pub struct PaletteDrag {
    /// What a drop adds.
    pub new: NewNode,
    /// Where the pointer is in the window, in CSS pixels.
    pub x: f64,
    /// Where the pointer is in the window, in CSS pixels.
    pub y: f64,
    /// Whether the drag goes on, or how it ends.
    pub phase: DragPhase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DragPhase {
    /// The pointer is down and has moved.
    Moves,
    /// The pointer went up: the node is added here, if this is on the canvas.
    Drops,
    /// The browser cancelled the drag: nothing is added.
    Ends,
}

/// The node types by category, without Start: every workflow has exactly one. The agents of the
/// library and the tools of connected servers follow them.
#[component]
pub fn Palette(
    /// Called with what was clicked.
    #[prop(into)]
    on_add: Callback<NewNode>,
    /// Called while something is dragged, and once when it is dropped or the drag is cancelled.
    #[prop(into)]
    on_drag: Callback<PaletteDrag>,
) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let (catalogue, agents) = (use_catalogue(), use_agents());
    let first = move |event: KeyboardEvent| {
        let typed = words.read_untracked();
        let is_blank = typed.trim().is_empty();
        let found = (!is_blank).then(|| first_found(&typed, catalogue, agents)).flatten();
        let on_field = event_target::<web_sys::Element>(&event).tag_name() == "INPUT";
        let typing = on_field && event.key() == "Enter";
        if let Some(new) = found.filter(|_| typing) {
            event.prevent_default();
            on_add.run(new);
        }
    };
    let groups = move || {
        let found = search_kinds(&words.read());
        let tools = catalogue.search(&words.read());
        let agents: Vec<Entry> =
            agents.search(&words.read()).iter().map(Entry::for_agent).collect();
        if found.is_empty() && tools.is_empty() && agents.is_empty() {
            return view! { <p class="palette__none muted small">"No matching steps."</p> }
                .into_any();
        }
        let group = |category: Category| {
            let kinds: Vec<Entry> = found
                .iter()
                .filter(|kind| kind.spec().category == category)
                .map(|kind| Entry::for_kind(*kind))
                .collect();
            let title = category_words(category).to_owned();
            view! { <Group title=title entries=kinds on_add=on_add on_drag=on_drag /> }
        };
        let (heading, searched) = ("Agents".to_owned(), !words.read().trim().is_empty());
        let servers = tools.into_iter().map(|server| {
            view! { <Server server=server open=searched on_add=on_add on_drag=on_drag /> }
        });
        view! {
            {CATEGORIES.map(group).collect_view()}
            <Group title=heading entries=agents on_add=on_add on_drag=on_drag />
            {servers.collect_view()}
        }
        .into_any()
    };
    view! {
        <section class="palette" aria-label="Steps to add" on:keydown=first>
            <SearchField
                name="palette-search"
                label="Search steps"
                value=words
                on_input=move |typed| words.set(typed)
            />
            {groups}
        </section>
    }
}

/// What Enter adds: the first node type that is found, or else the first agent, or else the first
/// tool.
fn first_found(words: &str, catalogue: ToolCatalogue, agents: AgentCatalogue) -> Option<NewNode> {
    let kind = search_kinds(words).into_iter().next().map(NewNode::from);
    let agent = || agents.search(words).first().map(NewNode::for_agent);
    kind.or_else(agent).or_else(|| {
        let tools = catalogue.search(words).into_iter().flat_map(|server| server.tools);
        tools.into_iter().next().map(|tool| NewNode::for_tool(&tool.key))
    })
}

/// The categories in the order of the palette.
pub const CATEGORIES: [Category; 4] =
    [Category::Create, Category::Decide, Category::Flow, Category::Connect];

#[derive(Debug, Clone)]
struct Entry {
    new: NewNode,
    label: String,
    tip: String,
    /// The picture of an agent.
    picture: Option<ImageId>,
}

impl Entry {
    fn for_kind(kind: NodeKind) -> Self {
        let spec = kind.spec();
        let (label, tip) = (spec.label.to_owned(), spec.purpose.to_owned());
        Self { new: kind.into(), label, tip, picture: None }
    }

    fn for_tool(tool: &OfferedTool) -> Self {
        let (label, tip) = (tool.name.clone(), tool.about.clone());
        Self { new: NewNode::for_tool(&tool.key), label, tip, picture: None }
    }

    fn for_agent(agent: &AgentSummary) -> Self {
        let (label, tip) = (agent.name.clone(), agent.purpose.clone());
        Self { new: NewNode::for_agent(agent), label, tip, picture: agent.picture }
    }
}

/// Entries under a heading; nothing where there are none.
#[component]
fn Group(
    title: String,
    entries: Vec<Entry>,
    on_add: Callback<NewNode>,
    on_drag: Callback<PaletteDrag>,
) -> impl IntoView {
    (!entries.is_empty()).then(|| {
        view! {
            <div class="palette__group">
                <h3 class="palette__heading">{title}</h3>
                <Items entries=entries on_add=on_add on_drag=on_drag />
            </div>
        }
    })
}

/// The tools of a server, closed until something is searched.
#[component]
fn Server(
    server: OfferedServer,
    open: bool,
    on_add: Callback<NewNode>,
    on_drag: Callback<PaletteDrag>,
) -> impl IntoView {
    let sample = server.is_sample.then_some(" (sample)");
    let entries: Vec<Entry> = server.tools.iter().map(Entry::for_tool).collect();
    view! {
        <details class="palette__group" open=open>
            <summary class="palette__heading">{server.name} " tools" {sample}</summary>
            <Items entries=entries on_add=on_add on_drag=on_drag />
        </details>
    }
}

#[component]
fn Items(
    entries: Vec<Entry>,
    on_add: Callback<NewNode>,
    on_drag: Callback<PaletteDrag>,
) -> impl IntoView {
    let items = entries.into_iter().map(|entry| {
        view! {
            <li>
                <Item entry=entry on_add=on_add on_drag=on_drag />
            </li>
        }
    });
    view! { <ul>{items.collect_view()}</ul> }
}

/// One entry: a click adds it, a press that moves drags it.
#[component]
fn Item(entry: Entry, on_add: Callback<NewNode>, on_drag: Callback<PaletteDrag>) -> impl IntoView {
    let from = RwSignal::new(None::<(f64, f64)>);
    let dragged = StoredValue::new(false);
    let Entry { new, label, tip, picture } = entry;
    let spec = new.kind.spec();
    let (tool, agent) = match new.preset.clone() {
        None => (None, None),
        Some(NodePreset::Tool(tool)) => (Some(tool), None),
        Some(NodePreset::Agent { key, .. }) => (None, Some(key)),
    };
    let icon = match &agent {
        Some(_) => view! { <AgentMark picture=picture /> }.into_any(),
        None => view! {
            <span class="palette__icon">
                <Glyph icon=kind_icon(spec.key) />
            </span>
        }
        .into_any(),
    };
    let new = StoredValue::new(new);
    let tell = move |event: &PointerEvent, phase: DragPhase| {
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        on_drag.run(PaletteDrag { new: new.get_value(), x, y, phase });
    };
    let on_down = move |event: PointerEvent| {
        if event.button() == 0 {
            capture(&event);
            dragged.set_value(false);
            from.set(Some((f64::from(event.client_x()), f64::from(event.client_y()))));
        }
    };
    let on_move = move |event: PointerEvent| {
        let Some((x, y)) = from.get_untracked() else { return };
        let far = (f64::from(event.client_x()) - x).hypot(f64::from(event.client_y()) - y);
        if dragged.get_value() || far >= DRAG_THRESHOLD {
            dragged.set_value(true);
            tell(&event, DragPhase::Moves);
        }
    };
    let end = move |event: PointerEvent, phase: DragPhase| {
        if from.get_untracked().is_some() && dragged.get_value() {
            tell(&event, phase);
        }
        from.set(None);
    };
    let on_click = move |_| {
        // The click event at the end of a drag adds nothing.
        if !dragged.get_value() {
            on_add.run(new.get_value());
        }
        dragged.set_value(false);
    };
    view! {
        <button
            type="button"
            class="palette__item"
            data-kind=spec.key
            data-tool=tool
            data-agent=agent
            data-tip=tip
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=move |event| end(event, DragPhase::Drops)
            on:pointercancel=move |event| end(event, DragPhase::Ends)
            on:click=on_click
        >
            {icon}
            <span class="palette__label">{label}</span>
        </button>
    }
}

/// Captures the pointer, so that its moves elsewhere on the page still come to the item.
fn capture(event: &PointerEvent) {
    use wasm_bindgen::JsCast;
    let target = event.current_target().and_then(|at| at.dyn_into::<web_sys::Element>().ok());
    if let Some(target) = target {
        // A pointer that is gone already has nothing to capture.
        let _ = target.set_pointer_capture(event.pointer_id());
    }
}

/// The node types that have every word of a search in their name, purpose or category.
fn search_kinds(words: &str) -> Vec<NodeKind> {
    let fits = |kind: &&NodeKind| {
        let spec = kind.spec();
        let category = category_words(spec.category);
        let text = format!("{} {} {} {category}", spec.label, spec.key, spec.purpose);
        **kind != NodeKind::Start && has_words(&text, words)
    };
    NodeKind::ALL.iter().filter(fits).copied().collect()
}

/// The heading of a category.
pub fn category_words(category: Category) -> &'static str {
    match category {
        Category::Create => "Create",
        Category::Decide => "Decide",
        Category::Flow => "Flow",
        Category::Connect => "Connect",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_found_by_name_and_by_what_they_do() {
        assert!(search_kinds("image").contains(&NodeKind::GenerateImage));
        assert_eq!(search_kinds("PERSON decide"), [NodeKind::Review]);
        assert!(search_kinds("zebra").is_empty());
    }

    #[test]
    fn everything_but_start_can_be_added() {
        let all = search_kinds("");

        assert_eq!(all.len(), NodeKind::ALL.len() - 1);
        assert!(!all.contains(&NodeKind::Start));
    }
}
