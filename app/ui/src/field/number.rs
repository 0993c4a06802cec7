//! A number.

use leptos::{ev::KeyboardEvent, html, prelude::*};
use model::number::{Direction, NumberKind, Range, parse_number, step_number};

use super::{
    binding::bind,
    frame::{FieldFrame, described_by, invalid},
    value::FieldValue,
};

/// A number as typed; the text stays as the person wrote it, so "1." or "" is no surprise.
///
/// Parse it when it is used: an empty text means "not given".
#[component]
pub fn NumberField(
    /// Name in the form and id on the page.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The number as text, both ways.
    #[prop(into)]
    value: FieldValue<String>,
    /// The smallest value that the arrow keys reach; typed text is not clamped.
    #[prop(optional_no_strip, into)]
    min: Option<f64>,
    /// The largest value that the arrow keys reach; typed text is not clamped.
    #[prop(optional_no_strip, into)]
    max: Option<f64>,
    /// Distance between values; any when not given.
    #[prop(optional_no_strip, into)]
    step: Option<f64>,
    /// One sentence of help.
    #[prop(optional, into)]
    help: MaybeProp<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Option<Signal<Option<String>>>,
    /// It must be filled in.
    #[prop(optional, into)]
    required: Signal<bool>,
) -> impl IntoView {
    let (range, error) = (Range { min, max, step }, value.error(error));
    view! {
        <FieldFrame name=name.clone() label=label help=help error=error required=required>
            <NumberBox
                class="input input--number num"
                name=name.clone()
                value=value
                range=range
                help=help
                error=error
                required=required
            />
        </FieldFrame>
    }
    .into_any()
}

/// The input of a number without its frame. A browser's own number input hides text that it cannot
/// read, or makes another number of it; this one keeps every text, and has arrow keys all the same.
#[component]
pub(super) fn NumberBox(
    class: &'static str,
    name: String,
    #[prop(into)] value: FieldValue<String>,
    range: Range,
    help: MaybeProp<String>,
    error: Signal<Option<String>>,
    required: Signal<bool>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    bind(node, value);
    let now =
        move || value.shown.with(|text| number_in(text, range)).map(|number| number.to_string());
    let step = move |event: KeyboardEvent| {
        let stepped = value.shown.with_untracked(|text| step_text(text, &event.key(), range));
        let with_other_key = event.alt_key() || event.ctrl_key() || event.meta_key();
        if let Some(stepped) = stepped.filter(|_| !with_other_key) {
            event.prevent_default();
            value.change.set(stepped);
        }
    };
    // The decimal keyboard of some phones has no minus.
    let keyboard = range.min.is_some_and(|min| min >= 0.0).then_some("decimal");
    view! {
        <input
            node_ref=node
            class=class
            type="text"
            role="spinbutton"
            inputmode=keyboard
            autocomplete="off"
            id=name.clone()
            name=name.clone()
            value=value.shown.get_untracked()
            required=move || required.get()
            aria-valuenow=now
            aria-valuemin=range.min
            aria-valuemax=range.max
            aria-invalid=move || invalid(error)
            aria-describedby=described_by(&name, help, error)
            on:input=move |event| value.change.set(event_target_value(&event))
            on:keydown=step
        />
    }
}

/// The typed number; none where the text is no number, or could mean several.
pub(super) fn number_in(text: &str, range: Range) -> Option<serde_json::Number> {
    let is_whole = |number: f64| number.fract() == 0.0;
    let kind = if range.step.is_some_and(is_whole) && range.min.is_none_or(is_whole) {
        NumberKind::Whole
    } else {
        NumberKind::Decimal
    };
    parse_number(text, kind).ok()
}

/// The text after an arrow key; an empty text counts as 0. None for other keys and other texts.
fn step_text(text: &str, key: &str, range: Range) -> Option<String> {
    let direction = match key {
        "ArrowUp" => Direction::Up,
        "ArrowDown" => Direction::Down,
        _ => return None,
    };
    let text = if text.trim().is_empty() { "0" } else { text };
    step_number(&number_in(text, range)?, direction, range).map(|number| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrow_keys_count_in_what_is_typed_and_leave_what_is_no_number() {
        let tenths = Range { min: Some(0.0), max: Some(2.0), step: Some(0.1) };

        assert_eq!(step_text("0,7", "ArrowUp", tenths).as_deref(), Some("0.8"));
        assert_eq!(step_text("", "ArrowUp", tenths).as_deref(), Some("0.1"));
        assert_eq!(step_text("", "ArrowDown", Range::default()).as_deref(), Some("-1"));
        assert_eq!(step_text("1,234", "ArrowUp", Range::default()), None);
        assert_eq!(step_text("1", "ArrowLeft", tenths), None);
    }
}
