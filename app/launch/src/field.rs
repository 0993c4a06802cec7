//! The widget of a parameter, chosen by its type and bounds.

use leptos::prelude::*;
use model::{
    parameter::{Parameter, ParameterKind, ParameterOption},
    value::text_of,
};
use ui::field::{
    Choice, LongTextField, MultiChoiceField, NumberField, PickerField, Picks, SelectField,
    SliderField, SwitchField, TextField,
};

use super::{
    brought::Library,
    entry::id_of,
    form::{Field, Widget},
};

/// Steps of a slider for a number that says none.
const SLIDER_STEPS: f64 = 100.0;

/// The field of a parameter.
#[component]
pub fn ParameterField(
    /// The parameter and its widget.
    field: Field,
    /// What is wrong with it, shown below the widget.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// What can be chosen where documents or pictures are asked for.
    library: Library,
) -> impl IntoView {
    let Field { parameter, widget } = field;
    match widget {
        Widget::Flag(value) => view! {
            <SwitchField
                name=id_of(&parameter.name)
                label=parameter.title().to_owned()
                value=value
                help=help_of(&parameter)
            />
        }
        .into_any(),
        Widget::Many(value) if parameter.kind == ParameterKind::MultiChoice => view! {
            <MultiChoiceField
                name=id_of(&parameter.name)
                label=label_of(&parameter)
                value=value
                options=choices(&parameter.options)
                help=help_of(&parameter)
                error=error
            />
        }
        .into_any(),
        Widget::Many(value) => {
            view! { <PickWidget parameter=parameter value=value error=error library=library /> }
                .into_any()
        }
        Widget::Text(value) => text_widget(parameter, value, error),
    }
}

fn text_widget(
    parameter: Parameter,
    value: RwSignal<String>,
    error: Signal<Option<String>>,
) -> AnyView {
    use ParameterKind as P;
    match parameter.kind {
        P::LongText | P::List | P::Json => {
            view! { <LongWidget parameter=parameter value=value error=error /> }.into_any()
        }
        P::Integer | P::Number => {
            view! { <NumberWidget parameter=parameter value=value error=error /> }.into_any()
        }
        P::Choice => {
            let options = choices(&parameter.options);
            view! { <ChoiceWidget parameter=parameter value=value error=error options=options /> }
                .into_any()
        }
        _ => {
            let placeholder = parameter.example.as_ref().map(text_of).unwrap_or_default();
            view! {
                <TextField
                    name=id_of(&parameter.name)
                    label=parameter.title().to_owned()
                    value=value
                    help=help_of(&parameter)
                    error=error
                    required=parameter.required
                    placeholder=placeholder
                />
            }
            .into_any()
        }
    }
}

/// Documents or images of the library.
#[component]
fn PickWidget(
    parameter: Parameter,
    value: RwSignal<Vec<String>>,
    error: Signal<Option<String>>,
    library: Library,
) -> impl IntoView {
    use ParameterKind as P;
    let picks = match parameter.kind {
        P::Document | P::Image => Picks::One,
        _ => Picks::Many,
    };
    let nothing = match parameter.kind {
        P::Image | P::Images => "No images in the library yet.",
        _ => "No documents yet.",
    };
    view! {
        <PickerField
            name=id_of(&parameter.name)
            label=label_of(&parameter)
            value=value
            options=library.options(parameter.kind)
            picks=picks
            nothing=nothing
            help=help_of(&parameter)
            error=error
        />
    }
}

#[component]
fn LongWidget(
    parameter: Parameter,
    value: RwSignal<String>,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let is_text = parameter.kind == ParameterKind::LongText;
    let placeholder = parameter.example.as_ref().filter(|_| is_text).map(text_of);
    let placeholder = placeholder.unwrap_or_default();
    let most = parameter.max_length.filter(|_| is_text).and_then(|most| usize::try_from(most).ok());
    view! {
        <LongTextField
            name=id_of(&parameter.name)
            label=parameter.title().to_owned()
            value=value
            help=help_of(&parameter)
            error=error
            required=parameter.required
            placeholder=placeholder
            max_length=most
        />
    }
}

/// With both bounds a slider with a field, else a field.
#[component]
fn NumberWidget(
    parameter: Parameter,
    value: RwSignal<String>,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let whole = (parameter.kind == ParameterKind::Integer).then_some(1.0);
    let step = parameter.step.or(whole);
    match (parameter.min, parameter.max) {
        (Some(min), Some(max)) if min < max => view! {
            <SliderField
                name=id_of(&parameter.name)
                label=parameter.title().to_owned()
                value=value
                min=min
                max=max
                step=step.unwrap_or((max - min) / SLIDER_STEPS)
                help=help_of(&parameter)
                error=error
                required=parameter.required
            />
        }
        .into_any(),
        (min, max) => view! {
            <NumberField
                name=id_of(&parameter.name)
                label=parameter.title().to_owned()
                value=value
                min=min
                max=max
                step=step
                help=help_of(&parameter)
                error=error
                required=parameter.required
            />
        }
        .into_any(),
    }
}

#[component]
fn ChoiceWidget(
    parameter: Parameter,
    value: RwSignal<String>,
    error: Signal<Option<String>>,
    options: Vec<Choice>,
) -> impl IntoView {
    let open = parameter.default.is_none();
    let word = if parameter.required { "Choose one" } else { "None" };
    let options: Vec<Choice> =
        open.then(|| Choice::new("", word)).into_iter().chain(options).collect();
    view! {
        <SelectField
            name=id_of(&parameter.name)
            label=parameter.title().to_owned()
            value=value
            options=options
            help=help_of(&parameter)
            error=error
            required=parameter.required
        />
    }
}

fn choices(options: &[ParameterOption]) -> Vec<Choice> {
    options.iter().map(|option| Choice::new(&option.value, &option.label)).collect()
}

/// A group of checkboxes has no field to be marked as required, so its words say it.
fn label_of(parameter: &Parameter) -> String {
    let mark = if parameter.required { " (required)" } else { "" };
    format!("{}{mark}", parameter.title())
}

fn help_of(parameter: &Parameter) -> Option<String> {
    let how = match parameter.kind {
        ParameterKind::List => "One per line.",
        ParameterKind::Json => "Enter JSON.",
        _ => "",
    };
    let words = format!("{} {how}", parameter.help);
    let words = words.trim();
    (!words.is_empty()).then(|| words.to_owned())
}
