//! A text box for a value of one shape: what is typed becomes the JSON that it stands for, and what
//! refers stays a text.

use std::sync::Arc;

use leptos::prelude::*;
use model::mcp::arguments::Shape;
use ui::field::FieldFrame;

use super::{
    labels::FieldLabels,
    text_area::{Lines, TextArea},
    written::WrittenWidget,
};
use crate::panel::field_binding::{FieldBinding, bind_signal};

/// A text for a value of a shape; an empty one leaves the field out.
#[component]
pub(super) fn TypedWidget(
    binding: FieldBinding,
    labels: FieldLabels,
    shape: Arc<Shape>,
    #[prop(optional)] lines: Lines,
) -> impl IntoView {
    if *shape == Shape::Text {
        return view! { <WrittenWidget binding=binding labels=labels lines=lines /> }.into_any();
    }
    let text = bind_typed(binding, &shape);
    let help = labels.help();
    let help = MaybeProp::derive(move || help.clone());
    view! {
        <FieldFrame
            name=binding.id()
            label=labels.label
            help=help
            error=binding.error
            required=labels.required
        >
            <TextArea binding=binding text=text lines=lines help=help />
        </FieldFrame>
    }
    .into_any()
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
