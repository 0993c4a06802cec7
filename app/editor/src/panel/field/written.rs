//! The widget of a text with references: its box, a preview, a larger box and the fix of its issue.

use leptos::prelude::*;
use model::validate::Issue;
use serde_json::Value;
use ui::field::FieldFrame;
use web::client::focus::focus;

use super::{
    full::InFull,
    labels::FieldLabels,
    preview::Preview,
    text_area::{Lines, TextArea},
};
use crate::panel::{
    field_binding::{FieldBinding, bind_signal},
    mend::MendButton,
};

/// A text that may contain references; an empty one leaves the field out.
#[component]
pub fn WrittenWidget(
    /// The field it shows and sets.
    binding: FieldBinding,
    /// The label and the help.
    labels: FieldLabels,
    /// How many lines the text may have.
    #[prop(optional)]
    lines: Lines,
) -> impl IntoView {
    let text = bind_signal(binding, value_to_text, |text: &String| Ok(text_to_value(text)));
    let (id, help) = (binding.id(), labels.help());
    let help = MaybeProp::derive(move || help.clone());
    let label = labels.label.clone();
    let in_full = (lines == Lines::Many)
        .then(|| view! { <InFull binding=binding label=labels.label text=text /> });
    let preview = (lines == Lines::Many).then(|| view! { <Preview binding=binding text=text /> });
    view! {
        <div class="config__long">
        <FieldFrame
            name=id
            label=label
            help=help
            error=binding.error
            required=labels.required
        >
            <TextArea binding=binding text=text lines=lines help=help />
        </FieldFrame>
        {in_full}
        </div>
        <FixButton binding=binding />
        {preview}
    }
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
    move || {
        fix.get().map(|(issue, words)| {
            let apply = move |()| apply(issue.clone());
            view! { <MendButton words=words on_press=apply /> }
        })
    }
}

/// The text of the field; empty where it is left out.
fn value_to_text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The value of a text; an empty one leaves the field out.
fn text_to_value(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { Value::from(text) }
}
