//! A text box whose references are highlighted while typing and completed from a list.

mod completion;

use std::collections::BTreeSet;

use leptos::{ev::KeyboardEvent, html, prelude::*};
use model::panel::{
    OpenReference, TextSpan, complete_reference, find_open_reference, split_spans,
    unknown_references,
};
use ui::{
    field::{described_by, invalid},
    raw_text::escape_raw_text,
};
use web::client::{
    caret::{byte_of, follow_text, set_text},
    focus::focus,
};

use self::completion::{Completion, CompletionList, list_id, row_id};
use crate::panel::field_binding::FieldBinding;

/// How many lines a text may have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lines {
    /// A single line: line breaks in pasted text become blanks.
    #[default]
    One,
    /// Any number of lines, with a preview and a button to write in full.
    Many,
}

/// The text box without label and help, with its list of completions.
#[component]
pub(super) fn TextArea(
    binding: FieldBinding,
    text: RwSignal<String>,
    lines: Lines,
    #[prop(into)] help: MaybeProp<String>,
    /// The element id, where the box is not the only one of its field.
    #[prop(optional)]
    id: Option<String>,
) -> impl IntoView {
    let is_own = id.is_none();
    let id = StoredValue::new(id.unwrap_or_else(|| binding.id()));
    let area = NodeRef::<html::Textarea>::new();
    let list = RwSignal::new(None::<Completion>);
    let look = move || {
        let caret = area.get_untracked().and_then(|area| area.selection_start().ok().flatten());
        let now = text.get_untracked();
        let caret = byte_of(&now, caret.unwrap_or_default());
        list.set(Completion::for_caret(binding, &now, caret));
    };
    let choose = Callback::new(move |path: String| {
        let Some(open) = list.get_untracked().map(|list| list.open) else { return };
        let (full, caret) = complete_reference(&text.get_untracked(), &open, &path);
        list.set(None);
        set_text(area, text, full, caret);
    });
    let on_key = move |event: KeyboardEvent| on_list_key(&event, lines, list, choose);
    follow_text(area, text);
    // Notes are for people and have no references.
    let refers = lines == Lines::Many && is_own && binding.path() != "notes";
    let (was_here, insert) = (StoredValue::new(false), binding.subject.insert);
    let write = reference_writer(binding, area, text, was_here);
    if refers && insert.read_untracked().is_none() {
        insert.set(Some(write));
    }
    let unknown = unknown_in(binding, text);
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
                aria-invalid=move || invalid(binding.error)
                aria-describedby=described_by(&name, help, binding.error)
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
                    binding.subject.on_settle.run(());
                }
            >
                {escape_raw_text(text.get_untracked())}
            </textarea>
            <CompletionList id=id list=list on_choose=choose />
        </div>
    }
}

/// A callback that writes a reference at the caret, or at the end if the box never had the focus.
fn reference_writer(
    binding: FieldBinding,
    area: NodeRef<html::Textarea>,
    text: RwSignal<String>,
    was_here: StoredValue<bool>,
) -> Callback<String> {
    Callback::new(move |path: String| {
        let now = text.get_untracked();
        let caret = area.get_untracked().and_then(|area| area.selection_start().ok().flatten());
        let caret = caret.filter(|_| was_here.get_value());
        let caret = caret.map_or(now.len(), |caret| byte_of(&now, caret));
        let open = find_open_reference(&now, caret);
        let open = open.unwrap_or(OpenReference { start: caret, end: caret, typed: String::new() });
        let (full, caret) = complete_reference(&now, &open, &path);
        set_text(area, text, full, caret);
        binding.subject.on_settle.run(());
        request_animation_frame(move || focus(&binding.id()));
    })
}

/// Handles keys while the list is open; without it Enter adds no line break to a single line.
fn on_list_key(
    event: &KeyboardEvent,
    lines: Lines,
    list: RwSignal<Option<Completion>>,
    choose: Callback<String>,
) {
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
            if let Some(path) = open.active_path() {
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

/// Replaces line breaks by blanks in a text of one line.
fn one_line(text: String, lines: Lines) -> String {
    match lines {
        Lines::One if text.contains('\n') => text.replace('\n', " "),
        _ => text,
    }
}

/// The references in a text that name nothing the field may refer to.
fn unknown_in(binding: FieldBinding, text: RwSignal<String>) -> Memo<BTreeSet<String>> {
    let (subject, path) = (binding.subject, binding.path());
    Memo::new(move |_| {
        let text = text.read();
        let in_node = |workflow: &_| {
            subject.node.with(|node| unknown_references(workflow, node, &path, &text))
        };
        subject.workflow.with(in_node)
    })
}

/// The text with its references marked; it lies exactly under the text box.
fn highlighted(text: &str, unknown: &BTreeSet<String>) -> Vec<AnyView> {
    let span = |span: TextSpan| match span {
        TextSpan::Words(words) => words.into_any(),
        TextSpan::Reference(path) => {
            let state = unknown.contains(&path).then_some("unknown");
            view! { <mark class="written__value" data-state=state>{path}</mark> }.into_any()
        }
        TextSpan::Unfinished(rest) => {
            view! { <mark class="written__value" data-state="open">{rest}</mark> }.into_any()
        }
    };
    // A line break at the end takes a line only if something follows it.
    split_spans(text).into_iter().map(span).chain(["\u{200b}".into_any()]).collect()
}
