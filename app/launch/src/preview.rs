//! The launch form as it will look, while its parameters are being edited.

use leptos::prelude::*;
use model::{parameter::Parameter, workflow::Workflow};

use super::{
    brought::Library,
    field::ParameterField,
    form::{Form, Group},
};

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
