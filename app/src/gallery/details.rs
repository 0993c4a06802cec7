//! What people say of a workflow of their own: its name, description, category, tags and example.

use api::templates::{change_template, load_template_draft};
use frame::{dialog_form::DialogForm, sending::Sending};
use leptos::{prelude::*, task::spawn_local};
use model::{
    api::templates::{DraftChange, MOST_TAGS, TemplateDraft},
    id::TemplateId,
    problem::Problem,
    template::TemplateCategory,
};
use ui::{
    dialog::{Dialog, open_while},
    failure::ErrorCard,
    field::{Choice, LongTextField, SelectField, TextField},
    skeleton::Skeleton,
    toast::{ToastKind, use_toasts},
};

/// The dialog; shown while there is a workflow.
#[component]
pub(super) fn DetailsDialog(
    /// The workflow whose details are edited, both ways.
    template: RwSignal<Option<TemplateId>>,
    /// Called once the details are saved and the dialog is closed.
    on_saved: Callback<()>,
) -> impl IntoView {
    let open = open_while(template);
    let draft = RwSignal::new(None::<Result<TemplateDraft, Problem>>);
    let load = move |id: TemplateId| {
        draft.set(None);
        spawn_local(async move {
            let loaded = load_template_draft(id).await.map_err(|error| error.0);
            if template.try_get_untracked().flatten() == Some(id) {
                draft.try_set(Some(loaded));
            }
        });
    };
    Effect::new(move || match template.get() {
        Some(id) => load(id),
        None => draft.set(None),
    });
    let retry = move |()| {
        if let Some(id) = template.get_untracked() {
            load(id);
        }
    };
    let saved = move |()| {
        template.set(None);
        on_saved.run(());
    };
    let body = move || match draft.get() {
        None => view! { <Skeleton count=4 /> }.into_any(),
        Some(Ok(draft)) => {
            view! { <DetailsForm draft=draft open=open on_saved=saved /> }.into_any()
        }
        Some(Err(problem)) => view! {
            <ErrorCard title="Couldn't load details" problem=problem on_retry=retry />
        }
        .into_any(),
    };
    view! {
        <Dialog id="workflow-details" title="Workflow details" open=open>
            {move || template.get().is_some().then_some(body)}
        </Dialog>
    }
    .into_any()
}

#[derive(Clone, Copy)]
struct Typed {
    name: RwSignal<String>,
    description: RwSignal<String>,
    category: RwSignal<String>,
    tags: RwSignal<String>,
    example: RwSignal<String>,
}

impl Typed {
    fn new(draft: TemplateDraft) -> Self {
        let category = TemplateCategory::from_key(&draft.category).unwrap_or_default();
        Self {
            name: RwSignal::new(draft.name),
            description: RwSignal::new(draft.description),
            category: RwSignal::new(category.as_str().to_owned()),
            tags: RwSignal::new(draft.tags.join(", ")),
            example: RwSignal::new(draft.example_output),
        }
    }

    /// The change to send; the workflow itself stays as it is.
    fn change(self) -> DraftChange {
        let tags = self.tags.get_untracked();
        DraftChange {
            draft_revision: None,
            definition: None,
            name: Some(self.name.get_untracked()),
            description: Some(self.description.get_untracked().trim().to_owned()),
            category: TemplateCategory::from_key(&self.category.get_untracked()),
            example_output: Some(self.example.get_untracked()),
            tags: Some(tags.split(',').map(|tag| tag.trim().to_owned()).collect()),
            unfinished: true,
        }
    }
}

#[component]
fn DetailsForm(
    draft: TemplateDraft,
    open: RwSignal<bool>,
    #[prop(into)] on_saved: Callback<()>,
) -> impl IntoView {
    let (id, sending, toasts) = (draft.id, Sending::default(), use_toasts());
    let typed = Typed::new(draft);
    let save = move |()| {
        sending.send(change_template(id, typed.change()), move |_| {
            toasts.show(ToastKind::Done, "Details saved.");
            on_saved.try_run(());
        });
    };
    let categories: Vec<Choice> = TemplateCategory::ALL
        .iter()
        .map(|category| Choice::new(category.as_str(), category.label()))
        .collect();
    view! {
        <DialogForm open=open sending=sending on_submit=save verb="Save">
            <TextField
                name="details-name"
                label="Name"
                value=typed.name
                error=sending.wrong("name")
                required=true
            />
            <LongTextField
                name="details-description"
                label="Description"
                help="Say in one or two sentences what it makes."
                value=typed.description
                rows=2
            />
            <SelectField
                name="details-category"
                label="Category"
                value=typed.category
                options=categories
            />
            <TextField
                name="details-tags"
                label="Tags"
                help=format!("Separate tags with commas. Up to {MOST_TAGS}.")
                value=typed.tags
                error=sending.wrong("tags")
            />
            <LongTextField
                name="details-example"
                label="Example result"
                help="Markdown. People read it before their first run."
                value=typed.example
                rows=4
            />
        </DialogForm>
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_loaded_is_sent_as_it_is_and_the_workflow_not_at_all() {
        Owner::new().with(|| {
            let draft: TemplateDraft = serde_json::from_value(json!({
                "id": "0193bbbb-0000-7000-8000-000000000001", "name": "Spring ads",
                "description": "Makes ads.", "category": "paid_ads", "example_output": "# Ad",
                "tags": ["spring", "shop"], "is_system": false, "draft_revision": 4,
                "version": 1, "workflow": {}, "issues": [],
            }))
            .unwrap();

            let change = Typed::new(draft).change();

            assert_eq!(change.name.as_deref(), Some("Spring ads"));
            assert_eq!(change.category, Some(TemplateCategory::PaidAds));
            assert_eq!(change.tags, Some(vec!["spring".to_owned(), "shop".to_owned()]));
            assert!(change.definition.is_none() && change.unfinished);
        });
    }
}
