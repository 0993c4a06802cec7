//! Fields of a text with references, which is kept as text or as the JSON that it stands for: its
//! box, a preview, a larger box and the fix of its issue.

use std::sync::Arc;

use leptos::prelude::*;
use model::{
    mcp::arguments::Shape,
    number::read_json,
    panel::{filled_in, sample_scope},
    validate::Issue,
};
use serde_json::Value;
use ui::{
    button::IconButton,
    dialog::{Dialog, DialogSize},
    field::FieldFrame,
    icon::Icon,
};
use web::client::focus::focus;

use super::{
    labels::{FieldLabels, mend_button},
    text_area::{Lines, TextArea},
};
use crate::panel::field_binding::{FieldBinding, bind_signal, bind_text};

/// The help of the box as large as the window.
const FULL_HELP: &str = "Type $ to insert a value. Your text saves as you type.";

/// A text that may contain references; an empty one leaves the field out.
pub fn written(binding: FieldBinding, labels: FieldLabels, lines: Lines) -> AnyView {
    let text = bind_text(binding);
    let is_long = lines == Lines::Many;
    let in_full = is_long.then(|| in_full(binding, &labels.label, text));
    let preview = is_long.then(|| preview(binding, text));
    view! {
        <div class="config__long">
            {framed(binding, labels, text, lines, ViewFn::default())} {in_full}
        </div>
        <FixButton binding=binding />
        {preview}
    }
    .into_any()
}

/// The box with its label and help, and `aside` beside the label.
fn framed(
    binding: FieldBinding,
    labels: FieldLabels,
    text: RwSignal<String>,
    lines: Lines,
    aside: ViewFn,
) -> AnyView {
    let help = labels.help();
    view! {
        <FieldFrame
            name=binding.id()
            label=labels.label
            help=help
            error=binding.error
            required=labels.required
            aside=aside
        >
            <TextArea binding=binding text=text lines=lines help=help />
        </FieldFrame>
    }
    .into_any()
}

/// The button that fixes the issue of a field; none where no fix is certain.
#[component]
fn FixButton(binding: FieldBinding) -> impl IntoView {
    let (subject, path) = (binding.subject, binding.path());
    let fix = Memo::new(move |_| subject.find_fix(&path));
    let apply = move |issue: Issue| {
        subject.on_fix.run(issue);
        // The button goes away with the issue, so the focus moves to the field.
        focus(&binding.id());
    };
    move || fix.get().map(|(issue, words)| mend_button(words, move || apply(issue.clone())))
}

/// The button that opens a dialog as large as the window; both boxes edit the same text.
fn in_full(binding: FieldBinding, label: &str, text: RwSignal<String>) -> AnyView {
    let open = RwSignal::new(false);
    let id = format!("full-{}", binding.id());
    let dialog = format!("{id}-dialog");
    let (box_id, title) = (StoredValue::new(id), StoredValue::new(label.to_owned()));
    Effect::new(move || {
        if open.get() {
            // The box is in the page with the next frame.
            request_animation_frame(move || box_id.with_value(|id| focus(id)));
        }
    });
    view! {
        <div class="config__tool">
            <IconButton
                icon=Icon::Maximize
                label=format!("Expand {label}")
                on_press=move |()| open.set(true)
            />
        </div>
        <Dialog id=dialog title=title.get_value() open=open size=DialogSize::Full>
            <Show when=move || open.get()>
                <FieldFrame
                    name=box_id.get_value()
                    label=title.get_value()
                    help=FULL_HELP
                    error=binding.error
                >
                    <TextArea
                        binding=binding
                        text=text
                        lines=Lines::Many
                        help=FULL_HELP
                        id=box_id.get_value()
                    />
                </FieldFrame>
            </Show>
        </Dialog>
    }
    .into_any()
}

/// The text with the parameters' examples in place of its references; computed only while the
/// preview is open.
fn preview(binding: FieldBinding, text: RwSignal<String>) -> AnyView {
    let open = RwSignal::new(false);
    let filled = move || {
        let scope = binding.subject.workflow.with(sample_scope);
        text.with(|text| filled_in(text, &scope))
    };
    let shown = move || {
        open.get().then(|| match filled() {
            Ok(text) => view! { <p class="sample__text">{text}</p> }.into_any(),
            Err(error) => {
                view! { <p class="sample__text subtle">{error.to_string()}</p> }.into_any()
            }
        })
    };
    view! {
        <details
            class="sample"
            on:toggle=move |_| open.update(|open| *open = !*open)
        >
            <summary class="sample__title small">"Preview with sample values"</summary>
            {shown}
        </details>
    }
    .into_any()
}

/// A text for a value of a shape: what is typed becomes the JSON that it stands for, and what refers
/// stays a text. An empty one leaves the field out.
pub(super) fn typed(
    binding: FieldBinding,
    labels: FieldLabels,
    shape: &Arc<Shape>,
    lines: Lines,
) -> AnyView {
    if **shape == Shape::Text {
        return written(binding, labels, lines);
    }
    framed(binding, labels, bind_typed(binding, shape), lines, ViewFn::default())
}

/// Binds a text signal to a field of a shape.
pub(super) fn bind_typed(binding: FieldBinding, shape: &Arc<Shape>) -> RwSignal<String> {
    let (show, read) = (shape.clone(), shape.clone());
    bind_signal(
        binding,
        move |value| show.to_text(value),
        move |text: &String| read.read_text(text),
    )
}

/// The body of a request: a text, or JSON whose texts may contain references. A text that reads as a
/// JSON object or list is stored as JSON.
pub(super) fn body(binding: FieldBinding, labels: FieldLabels) -> AnyView {
    let text = bind_signal(binding, body_to_text, |text: &String| Ok(text_to_body(text)));
    let kind = move || {
        binding.value.with(|value| match value {
            Value::Object(_) | Value::Array(_) => "Sent as JSON",
            Value::Null => "",
            _ => "Sent as text",
        })
    };
    let aside = move || view! { <span class="field__count">{kind}</span> };
    framed(binding, labels, text, Lines::Many, aside.into())
}

/// The text of a stored body; JSON with line breaks and indents.
fn body_to_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => serde_json::to_string_pretty(value).unwrap_or_default(),
    }
}

/// The body that a text stands for; an empty one leaves the field out.
fn text_to_body(text: &str) -> Value {
    let trimmed = text.trim_start();
    if text.is_empty() {
        return Value::Null;
    }
    // A text whose numbers JSON would change is sent as text.
    let structured = trimmed.starts_with(['{', '[']).then(|| read_json(trimmed).ok());
    structured.flatten().unwrap_or_else(|| Value::from(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_told_from_text() {
        assert_eq!(text_to_body("{\"a\": 1}"), json!({ "a": 1 }));
        assert_eq!(text_to_body("{ not json"), json!("{ not json"));
        assert_eq!(text_to_body("42"), json!("42"));
        let large = r#"{"id": 18446744073709551616}"#;
        assert_eq!(text_to_body(large), json!(large));
        assert_eq!(text_to_body(""), Value::Null);
        assert_eq!(text_to_body(&body_to_text(&json!(["x"]))), json!(["x"]));
    }
}
