//! A text with references: highlighted as it is typed, completed from a list.

use std::collections::BTreeSet;

use leptos::{ev::KeyboardEvent, html, prelude::*};
use model::{
    panel::{Open, Piece, completed, open_reference, pieces, unknown},
    validate::Issue,
};
use serde_json::Value;

use super::{
    Told,
    caret::{byte_of, units_of},
    completion::{Completion, CompletionList, list_id, row_id},
    full::InFull,
    preview::Preview,
};
use crate::{
    api::html::raw,
    client::focus::focus,
    editor::panel::spot::{Spot, tied},
    ui::{
        button::{Button, ButtonSize},
        field::{FieldFrame, described_by, invalid},
    },
};

/// How many lines a text may have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lines {
    /// One.
    #[default]
    One,
    /// Any number.
    Many,
}

/// A text that may refer; an empty one is left out.
#[component]
pub fn WrittenWidget(
    /// The place it changes.
    spot: Spot,
    /// What is said around it.
    told: Told,
    /// How many lines it may have.
    #[prop(optional)]
    lines: Lines,
) -> impl IntoView {
    let text = tied(spot, shown, |text: &String| Ok(meant(text)));
    let (id, help) = (spot.id(), told.help());
    let help = MaybeProp::derive(move || help.clone());
    let label = told.label.clone();
    let in_full =
        (lines == Lines::Many).then(|| view! { <InFull spot=spot label=told.label text=text /> });
    let preview = (lines == Lines::Many).then(|| view! { <Preview spot=spot text=text /> });
    view! {
        <div class="config__long">
        <FieldFrame
            name=id
            label=label
            help=help
            error=spot.error
            required=told.required
        >
            <WrittenBox spot=spot text=text lines=lines help=help />
        </FieldFrame>
        {in_full}
        </div>
        <Mend spot=spot />
        {preview}
    }
}

/// The way to put right what is wrong with a field, where it is certain what was meant.
#[component]
fn Mend(spot: Spot) -> impl IntoView {
    let (subject, path) = (spot.subject, spot.path());
    let way = Memo::new(move |_| subject.way_to_mend(&path));
    let mend = move |issue: Issue| {
        subject.on_mend.run(issue);
        // The button goes with what was wrong.
        focus(&spot.id());
    };
    move || {
        way.get().map(|(issue, words)| {
            let mend = move |()| mend(issue.clone());
            view! {
                <div class="config__mend">
                    <Button size=ButtonSize::Small on_press=mend>{words}</Button>
                </div>
            }
        })
    }
}

fn shown(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn meant(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { Value::from(text) }
}

/// The box alone, with its list of values.
#[component]
pub(super) fn WrittenBox(
    spot: Spot,
    text: RwSignal<String>,
    lines: Lines,
    #[prop(into)] help: MaybeProp<String>,
    /// Of the box, where it is not the only one of its place.
    #[prop(optional)]
    id: Option<String>,
) -> impl IntoView {
    let is_own = id.is_none();
    let id = StoredValue::new(id.unwrap_or_else(|| spot.id()));
    let area = NodeRef::<html::Textarea>::new();
    let list = RwSignal::new(None::<Completion>);
    let look = move || {
        let caret = area.get_untracked().and_then(|area| area.selection_start().ok().flatten());
        let now = text.get_untracked();
        let caret = byte_of(&now, caret.unwrap_or_default());
        list.set(Completion::at(spot, &now, caret));
    };
    let choose = Callback::new(move |path: String| {
        let Some(open) = list.get_untracked().map(|list| list.open) else { return };
        let (full, caret) = completed(&text.get_untracked(), &open, &path);
        list.set(None);
        put(area, text, full, caret);
    });
    let on_key = move |event: KeyboardEvent| keyed(&event, lines, list, choose);
    follow(area, text);
    // Notes are for people.
    let refers = lines == Lines::Many && is_own && spot.path() != "notes";
    let (was_here, insert) = (StoredValue::new(false), spot.subject.insert);
    let write = writer(spot, area, text, was_here);
    if refers && insert.read_untracked().is_none() {
        insert.set(Some(write));
    }
    let unknown = unknown_in(spot, text);
    let name = id.get_value();
    let row = move |list: &Completion| id.with_value(|id| row_id(id, list.active));
    let active = move || list.with(|list| list.as_ref().map(row));
    view! {
        <div class="written" data-lines=if lines == Lines::One { "one" } else { "many" }>
            <div class="written__mirror input" aria-hidden="true">
                {move || text.with(|text| highlighted(text, &unknown.read()))}
            </div>
            <textarea
                node_ref=area
                class="written__area input"
                id=name.clone()
                name=name.clone()
                rows="1"
                spellcheck=if lines == Lines::One { "false" } else { "true" }
                aria-autocomplete="list"
                aria-controls=move || list.read().is_some().then(|| id.with_value(|id| list_id(id)))
                aria-activedescendant=active
                aria-invalid=move || invalid(spot.error)
                aria-describedby=described_by(&name, help, spot.error)
                on:input=move |event| {
                    text.set(one_line(event_target_value(&event), lines));
                    look();
                }
                on:keydown=on_key
                on:click=move |_| look()
                on:focus=move |_| {
                    if refers {
                        was_here.set_value(true);
                        insert.set(Some(write));
                    }
                }
                on:blur=move |_| {
                    list.set(None);
                    spot.subject.on_settle.run(());
                }
            >
                {raw(text.get_untracked())}
            </textarea>
            <CompletionList id=id list=list on_choose=choose />
        </div>
    }
}

/// Shows what is changed elsewhere.
fn follow(area: NodeRef<html::Textarea>, text: RwSignal<String>) {
    Effect::new(move || {
        let wanted = text.get();
        if let Some(area) = area.get().filter(|area| area.value() != wanted) {
            area.set_value(&wanted);
        }
    });
}

/// Writes a reference at the caret; at the end where nobody was in the box yet.
fn writer(
    spot: Spot,
    area: NodeRef<html::Textarea>,
    text: RwSignal<String>,
    was_here: StoredValue<bool>,
) -> Callback<String> {
    Callback::new(move |path: String| {
        let now = text.get_untracked();
        let caret = area.get_untracked().and_then(|area| area.selection_start().ok().flatten());
        let caret = caret.filter(|_| was_here.get_value());
        let caret = caret.map_or(now.len(), |caret| byte_of(&now, caret));
        let open = open_reference(&now, caret);
        let open = open.unwrap_or(Open { start: caret, end: caret, typed: String::new() });
        let (full, caret) = completed(&now, &open, &path);
        put(area, text, full, caret);
        spot.subject.on_settle.run(());
        request_animation_frame(move || focus(&spot.id()));
    })
}

/// What keys do while the list is open; Enter ends a text of one line.
fn keyed(
    event: &KeyboardEvent,
    lines: Lines,
    list: RwSignal<Option<Completion>>,
    choose: Callback<String>,
) {
    if event.is_composing() {
        return;
    }
    let key = event.key();
    let Some(mut open) = list.get_untracked() else {
        if key == "Enter" && lines == Lines::One {
            event.prevent_default();
        }
        return;
    };
    match key.as_str() {
        "Enter" | "Tab" => {
            event.prevent_default();
            if let Some(path) = open.chosen() {
                choose.run(path.to_owned());
            }
        }
        "Escape" => {
            // Only the list closes, not the panel or the dialog around it.
            event.prevent_default();
            event.stop_propagation();
            list.set(None);
        }
        key if open.step(key) => {
            event.prevent_default();
            list.set(Some(open));
        }
        _ => {}
    }
}

/// Writes into the box at once, so that the caret can be put where it belongs.
fn put(area: NodeRef<html::Textarea>, text: RwSignal<String>, full: String, caret: usize) {
    let units = units_of(&full, caret);
    if let Some(area) = area.get_untracked() {
        area.set_value(&full);
        // A box that is not on the page any more has no caret.
        let _ = area.set_selection_range(units, units);
    }
    text.set(full);
}

/// What is pasted into a text of one line is one line.
fn one_line(text: String, lines: Lines) -> String {
    match lines {
        Lines::One if text.contains('\n') => text.replace('\n', " "),
        _ => text,
    }
}

/// The references in a text that lead to nothing.
fn unknown_in(spot: Spot, text: RwSignal<String>) -> Memo<BTreeSet<String>> {
    let (subject, path) = (spot.subject, spot.path());
    Memo::new(move |_| {
        let text = text.read();
        let in_node =
            |workflow: &_| subject.node.with(|node| unknown(workflow, node, &path, &text));
        subject.workflow.with(in_node)
    })
}

/// The same text with its references marked; it lies exactly under what is typed.
fn highlighted(text: &str, unknown: &BTreeSet<String>) -> Vec<AnyView> {
    let piece = |piece: Piece| match piece {
        Piece::Words(words) => words.into_any(),
        Piece::Reference(path) => {
            let state = unknown.contains(&path).then_some("unknown");
            view! { <mark class="written__value" data-state=state>{path}</mark> }.into_any()
        }
        Piece::Unfinished(rest) => {
            view! { <mark class="written__value" data-state="open">{rest}</mark> }.into_any()
        }
    };
    // A last line break has a line only when something follows.
    pieces(text).into_iter().map(piece).chain(["\u{200b}".into_any()]).collect()
}
