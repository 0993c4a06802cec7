//! One line and many lines of text.

use leptos::{html, prelude::*};

use super::{
    binding::bind,
    direction::direction,
    frame::{FieldFrame, described_by, invalid},
    value::FieldValue,
};
use crate::raw_text::escape_raw_text;

/// What kind of line is asked for; phones choose their keyboard by it, browsers what to fill in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TextKind {
    /// Any text; browsers do not offer to fill it in.
    #[default]
    Plain,
    /// A person's name.
    PersonName,
    /// An e-mail address.
    Email,
    /// Words to search for.
    Search,
    /// A web address.
    Url,
    /// A number. A text that is none is kept, so that it can be reported.
    Amount,
}

impl TextKind {
    fn input_type(self) -> &'static str {
        match self {
            Self::Plain | Self::PersonName | Self::Amount => "text",
            Self::Email => "email",
            Self::Search => "search",
            Self::Url => "url",
        }
    }

    fn keyboard(self) -> Option<&'static str> {
        (self == Self::Amount).then_some("decimal")
    }

    fn autocomplete(self) -> &'static str {
        match self {
            Self::Plain | Self::Search | Self::Amount => "off",
            Self::PersonName => "name",
            Self::Email => "username",
            Self::Url => "url",
        }
    }
}

/// One line of text.
#[component]
pub fn TextField(
    /// Name in the form and id on the page.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The text, both ways; a signal of its own where nothing but the form itself reads it.
    #[prop(default = RwSignal::new(String::new()).into(), into)]
    value: FieldValue<String>,
    #[prop(optional)] kind: TextKind,
    /// One sentence of help.
    #[prop(optional, into)]
    help: MaybeProp<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Option<Signal<Option<String>>>,
    /// Whether that is so because nobody is signed in.
    #[prop(optional, into)]
    signed_out: Signal<bool>,
    /// It must be filled in.
    #[prop(optional, into)]
    required: Signal<bool>,
    /// An example, shown while empty.
    #[prop(optional, into)]
    placeholder: MaybeProp<String>,
    /// What may be chosen instead of typed.
    #[prop(optional, into)]
    suggestions: Signal<Vec<String>>,
) -> impl IntoView {
    let (node, error) = (NodeRef::<html::Input>::new(), value.error(error));
    bind(node, value);
    let list = format!("{name}-suggestions");
    let id = list.clone();
    let offered = move || {
        let names = suggestions.get();
        (!names.is_empty()).then(|| {
            let options = names.into_iter().map(|name| view! { <option value=name></option> });
            view! { <datalist id=id.clone()>{options.collect_view()}</datalist> }
        })
    };
    view! {
        <FieldFrame
            name=name.clone()
            label=label
            help=help
            error=error
            signed_out=signed_out
            required=required
        >
            <input
                node_ref=node
                class="input"
                type=kind.input_type()
                dir="auto"
                inputmode=kind.keyboard()
                id=name.clone()
                name=name.clone()
                value=value.shown.get_untracked()
                placeholder=move || placeholder.get()
                autocomplete=kind.autocomplete()
                required=move || required.get()
                aria-invalid=move || invalid(error)
                aria-describedby=described_by(&name, help, error)
                list=move || (!suggestions.read().is_empty()).then(|| list.clone())
                on:input=move |event| value.change.set(event_target_value(&event))
            />
            {offered}
        </FieldFrame>
    }
    .into_any()
}

/// Many lines of text; grows with its content and counts characters when there is a limit.
#[component]
pub fn LongTextField(
    /// Name in the form and id on the page.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The text, both ways; a signal of its own where nothing but the form itself reads it.
    #[prop(default = RwSignal::new(String::new()).into(), into)]
    value: FieldValue<String>,
    /// One sentence of help.
    #[prop(optional, into)]
    help: MaybeProp<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Option<Signal<Option<String>>>,
    /// Whether that is so because nobody is signed in.
    #[prop(optional, into)]
    signed_out: Signal<bool>,
    /// It must be filled in.
    #[prop(optional, into)]
    required: Signal<bool>,
    /// An example, shown while empty.
    #[prop(optional, into)]
    placeholder: MaybeProp<String>,
    /// The most characters allowed; shown as a count, judged by the server.
    #[prop(optional_no_strip, into)]
    max_length: Option<usize>,
    /// Lines shown while empty.
    #[prop(default = 4)]
    rows: u8,
) -> impl IntoView {
    let (node, error) = (NodeRef::<html::Textarea>::new(), value.error(error));
    bind(node, value);
    let count = move || {
        max_length.map(|max| {
            let length = move || value.shown.with(|text| text.chars().count());
            let state = move || (length() > max).then_some("over");
            view! { <span class="field__count num" translate="no" data-state=state>{length} "/" {max}</span> }
        })
    };
    view! {
        <FieldFrame
            name=name.clone()
            label=label
            help=help
            error=error
            signed_out=signed_out
            required=required
            aside=count
        >
            <textarea
                node_ref=node
                class="input input--long"
                dir=move || value.shown.with(|text| direction(text))
                id=name.clone()
                name=name.clone()
                rows=rows
                placeholder=move || placeholder.get()
                required=move || required.get()
                aria-invalid=move || invalid(error)
                aria-describedby=described_by(&name, help, error)
                on:input=move |event| value.change.set(event_target_value(&event))
            >
                {escape_raw_text(value.shown.get_untracked())}
            </textarea>
        </FieldFrame>
    }
    .into_any()
}
