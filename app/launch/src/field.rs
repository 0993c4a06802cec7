//! The field of a parameter, by its type and bounds, and the form as it will look.

use leptos::prelude::*;
use model::{
    number::Range,
    parameter::{Parameter, ParameterKind as P},
    value::text_of,
    workflow::Workflow,
};
use ui::field::{Choice, FieldInput, FormField, Picks};

use super::{
    brought::Library,
    entry::id_of,
    form::{Field, Form, Group, Widget},
};

/// Steps of a slider for a number that says none.
const SLIDER_STEPS: f64 = 100.0;

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
    let is_text = matches!(parameter.kind, P::Text | P::LongText);
    let example = parameter.example.as_ref().filter(|_| is_text).map(text_of);
    let most = parameter.max_length.filter(|_| parameter.kind == P::LongText);
    // A group of checkboxes has no field to be marked as required, so its words say it.
    let is_marked_in_words = matches!(widget, Widget::Many(_)) && parameter.required;
    let mark = if is_marked_in_words { " (required)" } else { "" };
    let label = format!("{}{mark}", parameter.title());
    FormField {
        max_length: most.and_then(|most| usize::try_from(most).ok()),
        ..FormField::new(id_of(&parameter.name), label, input_of(&parameter, widget, &library))
    }
    .help(help_of(&parameter))
    .error(error)
    .required(parameter.required)
    .placeholder(example)
    .view()
}

fn input_of(parameter: &Parameter, widget: Widget, library: &Library) -> FieldInput {
    match (widget, parameter.kind) {
        (Widget::Flag(value), _) => FieldInput::switch(value),
        (Widget::Many(value), P::MultiChoice) => {
            FieldInput::Choices(value.into(), choices(parameter).collect())
        }
        (Widget::Many(value), kind) => {
            let is_one = matches!(kind, P::Document | P::Image);
            let picks = if is_one { Picks::One } else { Picks::Many };
            let nothing = match kind {
                P::Image | P::Images => "No images in the library yet.",
                _ => "No documents yet.",
            };
            FieldInput::Picker { value, options: library.options(kind), picks, nothing }
        }
        (Widget::Text(value), P::LongText | P::List | P::Json) => FieldInput::lines(value, 4),
        (Widget::Text(value), P::Integer | P::Number) => number_input(parameter, value),
        (Widget::Text(value), P::Choice) => {
            let word = if parameter.required { "Choose one" } else { "None" };
            let none = parameter.default.is_none().then(|| Choice::new("", word));
            let options: Vec<Choice> = none.into_iter().chain(choices(parameter)).collect();
            FieldInput::choice(value, options)
        }
        (Widget::Text(value), _) => FieldInput::line(value),
    }
}

/// With both bounds a slider with a field, else a field.
fn number_input(parameter: &Parameter, value: RwSignal<String>) -> FieldInput {
    let whole = (parameter.kind == P::Integer).then_some(1.0);
    let step = parameter.step.or(whole);
    match (parameter.min, parameter.max) {
        (Some(min), Some(max)) if min < max => {
            let step = step.unwrap_or((max - min) / SLIDER_STEPS);
            FieldInput::Slider { value, min, max, step }
        }
        (min, max) => FieldInput::number(value, Range { min, max, step }),
    }
}

fn choices(parameter: &Parameter) -> impl Iterator<Item = Choice> {
    parameter.options.iter().map(|option| Choice::new(&option.value, &option.label))
}

fn help_of(parameter: &Parameter) -> Option<String> {
    let how = match parameter.kind {
        P::List => "One per line.",
        P::Json => "Enter JSON.",
        _ => "",
    };
    let words = format!("{} {how}", parameter.help);
    let words = words.trim();
    (!words.is_empty()).then(|| words.to_owned())
}

/// The fields of a launch form with their defaults; what is filled in is not used.
#[component]
pub fn FormPreview(
    /// The parameters that are being edited; the form is made anew when they change.
    #[prop(into)]
    parameters: Signal<Vec<Parameter>>,
) -> impl IntoView {
    let groups = move || {
        let parameters = parameters.get().into_iter().map(with_preview_name).collect();
        let form = Form::new(Workflow { parameters, ..Workflow::default() });
        let group = |group: Group| {
            let fields = group.fields.into_iter().map(|field| {
                let error = Signal::stored(None::<String>);
                view! { <ParameterField field=field error=error library=Library::default() /> }
            });
            view! {
                <h4 class="config__heading">{group.title}</h4>
                <div class="form">{fields.collect_view()}</div>
            }
        };
        form.groups().into_iter().map(group).collect_view()
    };
    view! { <div class="form-preview">{groups}</div> }
}

/// The parameter under another name, so that its field has not the id of one in a real form on the
/// same page.
fn with_preview_name(parameter: Parameter) -> Parameter {
    let label = parameter.title().to_owned();
    Parameter { name: format!("preview-{}", parameter.name), label, ..parameter }
}
