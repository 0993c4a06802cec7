//! The launch form as it will look, while its parameters are being edited.

use leptos::prelude::*;
use model::workflow::{Parameter, Workflow};

use super::{
    brought::Library,
    field::ParameterField,
    form::{Form, Group},
};

/// The fields of a launch form with their defaults; what is filled in goes nowhere.
#[component]
pub fn FormPreview(
    /// The parameters.
    #[prop(into)]
    parameters: Signal<Vec<Parameter>>,
) -> impl IntoView {
    let groups = move || {
        let parameters = parameters.get().into_iter().map(apart).collect();
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

/// The fields of a real form on the same page keep their ids.
fn apart(parameter: Parameter) -> Parameter {
    let label = parameter.title().to_owned();
    Parameter { name: format!("preview-{}", parameter.name), label, ..parameter }
}
