//! Connecting by keys: which output, then a searchable list of what it may lead to.

use leptos::{ev, prelude::*};
use model::{
    canvas::{hit::PortAt, ports::PortSide},
    id::NodeId,
};

use crate::editor::canvas::{desk::Desk, focus::focus_card};
use crate::{
    client::focus::focus,
    diagram::kind_icon,
    editor::store::offers,
    ui::icon::{Glyph, Icon},
};

const FIELD: &str = "connector-field";

/// A connection one may choose.
#[derive(Debug, Clone, PartialEq)]
struct Way {
    from: PortAt,
    to: PortAt,
    kind: String,
    /// "Review · input, from images".
    words: String,
}

/// Everything the node's outputs may lead to.
fn ways(desk: Desk, outputs: &[PortAt]) -> Vec<Way> {
    let editor = desk.editor;
    let inputs: Vec<(PortAt, usize)> = editor.drawing.with_cards(|cards| {
        let of = |card: &model::canvas::hit::Card| {
            let count = card.inputs.len();
            let ports = card.ports().filter(|(port, _)| port.side == PortSide::Input);
            ports.map(|(port, _)| (port, count)).collect::<Vec<_>>()
        };
        cards.iter().flat_map(of).collect()
    });
    let ports: Vec<PortAt> = inputs.iter().map(|(port, _)| port.clone()).collect();
    let mut found = vec![];
    for from in outputs {
        let verdicts = editor.workflow.with_untracked(|w| offers(w, from, &ports, None));
        for (to, count) in &inputs {
            let open = verdicts.get(&(to.node.clone(), to.port.clone())).is_some_and(Result::is_ok);
            if open {
                let name = editor.title(&to.node);
                let into = if *count > 1 { format!(" · {}", to.port) } else { String::new() };
                let out =
                    if outputs.len() > 1 { format!(", from {}", from.port) } else { String::new() };
                let kind = editor.node(&to.node).map(|n| n.data.config.key().to_owned());
                let words = format!("{name}{into}{out}");
                found.push(Way {
                    from: from.clone(),
                    to: to.clone(),
                    kind: kind.unwrap_or_default(),
                    words,
                });
            }
        }
    }
    found
}

/// The list, while it is open.
#[component]
pub fn Connector(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    move || desk.connecting.get().map(|outputs| view! { <Open desk=desk outputs=outputs /> })
}

#[component]
fn Open(desk: Desk, outputs: Vec<PortAt>) -> impl IntoView {
    let node =
        outputs.first().map(|port| port.node.clone()).unwrap_or_else(|| NodeId(String::new()));
    let label = format!("Connect {} to", desk.editor.title(&node));
    let (spoken, hint) = (label.clone(), label.clone());
    let all = StoredValue::new(ways(desk, &outputs));
    let query = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let rows = Memo::new(move |_| {
        let query = query.get().to_lowercase();
        let fits =
            |way: &&Way| query.split_whitespace().all(|w| way.words.to_lowercase().contains(w));
        all.with_value(|all| all.iter().filter(fits).cloned().collect::<Vec<_>>())
    });
    let close = StoredValue::new(move || {
        desk.connecting.set(None);
        focus_card(&node);
    });
    let choose = move |way: &Way| {
        close.with_value(|close| close());
        desk.editor.connect(&way.from, &way.to);
    };
    Effect::new(move || request_animation_frame(|| focus(FIELD)));
    let on_key = move |event: ev::KeyboardEvent| {
        event.stop_propagation();
        let count = rows.read_untracked().len();
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1) % count.max(1)),
            "ArrowUp" => at.update(|at| *at = at.checked_sub(1).unwrap_or(count.saturating_sub(1))),
            "Enter" => {
                let way = rows.with_untracked(|rows| rows.get(at.get_untracked()).cloned());
                if let Some(way) = way {
                    choose(&way);
                }
            }
            "Escape" => close.with_value(|close| close()),
            _ => return,
        }
        event.prevent_default();
    };
    let row = move |(index, way): (usize, Way)| {
        let active = move || at.get() == index;
        let picked = way.clone();
        view! {
            <li
                class="picker__row"
                role="option"
                id=format!("connector-{index}")
                data-kind=way.kind.clone()
                aria-selected=move || if active() { "true" } else { "false" }
                on:pointermove=move |_| at.set(index)
                on:click=move |_| choose(&picked)
            >
                <span class="node__tile">
                    <Glyph icon=kind_icon(&way.kind) size=16 />
                </span>
                <span class="picker__words">
                    <span class="picker__name">{way.words}</span>
                </span>
            </li>
        }
    };
    view! {
        <div class="picker__scrim" on:pointerdown=move |_| close.with_value(|close| close())></div>
        <div class="picker picker--middle" role="dialog" aria-label=label on:keydown=on_key>
            <label class="picker__search">
                <Glyph icon=Icon::Search />
                <input
                    id=FIELD
                    type="text"
                    role="combobox"
                    aria-label=spoken
                    aria-expanded="true"
                    aria-controls="connector-list"
                    aria-activedescendant=move || format!("connector-{}", at.get())
                    placeholder=hint
                    autocomplete="off"
                    on:input=move |event| {
                        query.set(event_target_value(&event));
                        at.set(0);
                    }
                />
            </label>
            <ul class="picker__list" id="connector-list" role="listbox" aria-label="Nodes">
                {move || rows.get().into_iter().enumerate().map(row).collect_view()}
            </ul>
            <Show when=move || rows.read().is_empty()>
                <p class="picker__none muted">"Nothing here may follow it."</p>
            </Show>
        </div>
    }
    .into_any()
}
