//! The quick-add picker: a search over the node types that fit.

use leptos::{ev, html, prelude::*};
use model::{
    canvas::{geometry::Point, hit::PortAt, ports::PortSide},
    connect,
    nodes::{Category, NodeKind, NodeSpec},
    ports::{Fit, PortType, compatible},
    workflow::Workflow,
};

use crate::editor::canvas::{desk::Desk, focus::focus_canvas};
use crate::{
    client::{focus::focus, storage},
    diagram::kind_icon,
    editor::store::Purpose,
    ui::icon::{Glyph, Icon},
};

const RECENT_KEY: &str = "atelier-recent-nodes";
const RECENT: usize = 5;
const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 380.0;
const FIELD: &str = "quick-add-field";

/// An open picker.
#[derive(Debug, Clone, PartialEq)]
pub struct Picking {
    /// Where the node will lie, in world units.
    pub at: Point,
    /// What it is for.
    pub purpose: Purpose,
}

impl Desk {
    /// Opens the picker for a node at a world point.
    pub fn pick(self, at: Point, purpose: Purpose) {
        if self.editor.editable {
            self.picker.set(Some(Picking { at, purpose }));
            request_animation_frame(|| focus(FIELD));
        }
    }

    /// Opens the picker for what an edge from `port` may lead to.
    pub fn pick_for(self, port: PortAt, at: Point) {
        self.pick(at, Purpose::From(port));
    }
}

/// The types of the picker that fit, in the order of the palette.
fn fitting(workflow: &Workflow, purpose: &Purpose) -> Vec<&'static NodeSpec> {
    let (before, after) = neighbours(workflow, purpose);
    let is_free = |kind: &NodeKind| match kind {
        NodeKind::Start => workflow.nodes.iter().all(|node| node.kind() != NodeKind::Start),
        _ => true,
    };
    let fits = |kind: &NodeKind| {
        let config = kind.default_config();
        let accepts = |from: &PortType| {
            config
                .inputs()
                .iter()
                .any(|to| matches!(compatible(*from, to.port_type), Fit::Ok | Fit::Warn(_)))
        };
        let gives = |to: &PortType| {
            let outputs = config.outputs(workflow);
            outputs
                .iter()
                .any(|from| matches!(compatible(from.port_type, *to), Fit::Ok | Fit::Warn(_)))
        };
        before.iter().all(accepts) && after.iter().all(gives)
    };
    NodeKind::ALL
        .iter()
        .filter(|kind| is_free(kind) && fits(kind))
        .map(|kind| kind.spec())
        .collect()
}

/// What the node follows, and what follows it.
fn neighbours(workflow: &Workflow, purpose: &Purpose) -> (Option<PortType>, Option<PortType>) {
    match purpose {
        Purpose::Alone => (None, None),
        Purpose::From(port) => {
            let found = port_type(workflow, port);
            if port.side == PortSide::Output { (found, None) } else { (None, found) }
        }
        Purpose::Onto(id) => {
            let ends = workflow.edge(id).and_then(|edge| connect::ends(workflow, edge).ok());
            let ends = ends.map(|ends| (ends.source.port_type, ends.target.port_type));
            ends.unzip()
        }
        Purpose::After(id) => {
            let node = workflow.node(id);
            let first = node.and_then(|node| connect::outputs(workflow, node).into_iter().next());
            (first.map(|port| port.port_type), None)
        }
    }
}

fn port_type(workflow: &Workflow, at: &PortAt) -> Option<PortType> {
    let node = workflow.node(&at.node)?;
    let ports = match at.side {
        PortSide::Input => node.data.config.inputs(),
        PortSide::Output => connect::outputs(workflow, node),
    };
    ports.iter().find(|port| port.name == at.port).map(|port| port.port_type)
}

/// Those whose name, kind or purpose has every word; names before purposes.
fn found(specs: &[&'static NodeSpec], query: &str) -> Vec<&'static NodeSpec> {
    let query = query.trim().to_lowercase();
    let rank = |spec: &&'static NodeSpec| {
        let name = spec.label.to_lowercase();
        let all = format!("{name} {} {}", spec.key.replace('_', " "), spec.purpose.to_lowercase());
        let has = |text: &str| query.split_whitespace().all(|word| text.contains(word));
        match () {
            () if name.starts_with(&query) => Some(0),
            () if has(&name) => Some(1),
            () if has(&all) => Some(2),
            () => None,
        }
    };
    let mut ranked: Vec<(i32, &'static NodeSpec)> =
        specs.iter().filter_map(|spec| Some((rank(spec)?, *spec))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, spec)| spec).collect()
}

fn recent() -> Vec<String> {
    let kept = storage::recall(RECENT_KEY).unwrap_or_default();
    kept.split(',').filter(|key| !key.is_empty()).map(str::to_owned).collect()
}

/// Remembers that a type was added.
pub fn remember(key: &str) {
    let mut kept = recent();
    kept.retain(|known| known != key);
    kept.insert(0, key.to_owned());
    kept.truncate(RECENT);
    storage::keep(RECENT_KEY, &kept.join(","));
}

/// Those added last first, as long as nothing is searched.
fn recent_first(mut specs: Vec<&'static NodeSpec>) -> Vec<&'static NodeSpec> {
    let recent = recent();
    let place = |spec: &&'static NodeSpec| recent.iter().position(|key| key == spec.key);
    specs.sort_by_key(|spec| place(spec).unwrap_or(RECENT));
    specs
}

/// The word for a part of the palette.
pub fn category_word(category: Category) -> &'static str {
    match category {
        Category::Create => "Create",
        Category::Decide => "Decide",
        Category::Flow => "Flow",
        Category::Connect => "Connect",
    }
}

/// The picker, while it is open.
#[component]
pub fn Picker(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    move || desk.picker.get().map(|picking| view! { <Open desk=desk picking=picking /> })
}

#[component]
fn Open(desk: Desk, picking: Picking) -> impl IntoView {
    let fit = desk.editor.workflow.with_untracked(|workflow| fitting(workflow, &picking.purpose));
    let fit = StoredValue::new(recent_first(fit));
    let query = RwSignal::new(String::new());
    let rows = Memo::new(move |_| {
        let query = query.get();
        fit.with_value(|fit| if query.is_empty() { fit.clone() } else { found(fit, &query) })
    });
    let at = RwSignal::new(0_usize);
    let place = corner(desk, picking.at);
    let choose = StoredValue::new(move |spec: &'static NodeSpec| {
        desk.picker.set(None);
        remember(spec.key);
        let kind = NodeKind::from_key(spec.key);
        if let Some(id) = desk.editor.add(kind, picking.at, &picking.purpose) {
            desk.look_at(&id);
        }
    });
    let close = move || {
        desk.picker.set(None);
        focus_canvas();
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let count = rows.read_untracked().len();
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1) % count.max(1)),
            "ArrowUp" => at.update(|at| *at = at.checked_sub(1).unwrap_or(count.saturating_sub(1))),
            "Enter" => {
                let chosen = rows.with_untracked(|rows| rows.get(at.get_untracked()).copied());
                if let Some(spec) = chosen {
                    choose.with_value(|choose| choose(spec));
                }
            }
            "Escape" => close(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let field = NodeRef::<html::Input>::new();
    let active = move || format!("quick-add-{}", at.get());
    view! {
        <div class="picker__scrim" on:pointerdown=move |_| close()></div>
        <div
            class="picker"
            role="dialog"
            aria-label="Add a node"
            style:left=format!("{}px", place.x)
            style:top=format!("{}px", place.y)
            on:keydown=on_key
        >
            <label class="picker__search">
                <Glyph icon=Icon::Search />
                <input
                    node_ref=field
                    id=FIELD
                    type="text"
                    role="combobox"
                    aria-label="Search node types"
                    aria-expanded="true"
                    aria-controls="quick-add-list"
                    aria-activedescendant=active
                    placeholder="Add a node"
                    autocomplete="off"
                    prop:value=move || query.get()
                    on:input=move |event| {
                        query.set(event_target_value(&event));
                        at.set(0);
                    }
                />
            </label>
            <ul class="picker__list" id="quick-add-list" role="listbox" aria-label="Node types">
                {move || {
                    let rows = rows.get().into_iter().enumerate();
                    rows.map(|(index, spec)| row(index, spec, at, move || choose.with_value(|c| c(spec)))).collect_view()
                }}
            </ul>
            <Show when=move || rows.read().is_empty()>
                <p class="picker__none muted">"No node type fits."</p>
            </Show>
        </div>
    }
    .into_any()
}

fn row(
    index: usize,
    spec: &'static NodeSpec,
    at: RwSignal<usize>,
    choose: impl Fn() + 'static,
) -> impl IntoView {
    let active = move || at.get() == index;
    view! {
        <li
            class="picker__row"
            role="option"
            id=format!("quick-add-{index}")
            data-kind=spec.key
            aria-selected=move || if active() { "true" } else { "false" }
            on:pointermove=move |_| at.set(index)
            on:click=move |_| choose()
        >
            <span class="node__tile">
                <Glyph icon=kind_icon(spec.key) size=16 />
            </span>
            <span class="picker__words">
                <span class="picker__name">{spec.label}</span>
                <span class="picker__purpose">{spec.purpose}</span>
            </span>
            <span class="picker__category">{category_word(spec.category)}</span>
        </li>
    }
}

/// Where the picker lies on the stage: at its point, but inside.
fn corner(desk: Desk, at: Point) -> Point {
    let lens = desk.editor.lens;
    let (size, screen) = (lens.size.get_untracked(), lens.view.get_untracked().to_screen(at));
    let inside = |at: f64, length: f64, room: f64| at.min(room - length - 8.0).max(8.0);
    Point::new(inside(screen.x, WIDTH, size.width), inside(screen.y, HEIGHT, size.height))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(specs: &[&'static NodeSpec]) -> Vec<&'static str> {
        specs.iter().map(|spec| spec.key).collect()
    }

    #[test]
    fn a_search_finds_names_before_purposes() {
        let all = fitting(&Workflow::default(), &Purpose::Alone);

        assert_eq!(keys(&found(&all, "image"))[0], "generate_image");
        assert_eq!(keys(&found(&all, "generate im")), ["generate_image"]);
        assert!(found(&all, "no such thing").is_empty());
    }

    #[test]
    fn from_a_port_only_what_may_follow_is_offered() {
        let mut workflow = Workflow::default();
        let image = NodeKind::GenerateImage.default_config();
        workflow.nodes.push(model::workflow::Node::new("image".into(), "", image));
        let port =
            PortAt { node: "image".into(), side: PortSide::Output, port: "images".to_owned() };

        let offered = keys(&fitting(&workflow, &Purpose::From(port)));

        assert!(offered.contains(&"review") && offered.contains(&"attach_to_document"));
        assert!(!offered.contains(&"start") && !offered.contains(&"note"));
    }
}
