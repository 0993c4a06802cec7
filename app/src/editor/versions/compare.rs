//! A version beside the draft or another version.

use leptos::{prelude::*, task::spawn_local};
use model::{
    api::templates::{TemplateVersion, VersionRow},
    workflow::Workflow,
};

use super::{Shelf, changes::Changes};
use crate::{
    api::builder::load_version,
    ui::{
        button::{Button, ButtonSize},
        field::{Choice, SelectField},
    },
};

/// What stands for the draft among the versions.
const DRAFT: &str = "draft";

/// What the chosen version became, and the way back to it.
#[component]
pub(super) fn Comparison(
    shelf: Shelf,
    draft: Signal<Workflow>,
    #[prop(into)] on_restore: Callback<Workflow>,
) -> impl IntoView {
    let body = move || match shelf.chosen.get() {
        None => view! { <p class="muted">"Choose a version to compare it."</p> }.into_any(),
        Some(Err(problem)) => view! { <p class="muted">{problem.detail}</p> }.into_any(),
        Some(Ok(version)) => {
            view! { <Chosen shelf=shelf version=version draft=draft on_restore=on_restore /> }
                .into_any()
        }
    };
    view! { {body} }
}

#[component]
fn Chosen(
    shelf: Shelf,
    version: TemplateVersion,
    draft: Signal<Workflow>,
    on_restore: Callback<Workflow>,
) -> impl IntoView {
    let number = version.row.version;
    let picked = RwSignal::new(DRAFT.to_owned());
    // The other version; none is the draft.
    let other = RwSignal::new(None::<TemplateVersion>);
    Effect::new(move || {
        let Ok(version) = picked.get().parse::<i32>() else { return other.set(None) };
        spawn_local(async move {
            match load_version(shelf.template, version).await {
                // Something else may have been picked meanwhile.
                Ok(_) if picked.try_get_untracked() != Some(version.to_string()) => {}
                Ok(found) => drop(other.try_set(Some(found))),
                Err(error) => drop(shelf.chosen.try_set(Some(Err(error.0)))),
            }
        });
    });
    let heading = move || {
        let other = other.with(|other| other.as_ref().map(|found| found.row.version));
        let name = other.map_or("The draft".to_owned(), |other| format!("v{other}"));
        format!("{name} compared with v{number}")
    };
    let new = Signal::derive(move || {
        let found = other.with(|other| other.as_ref().map(|found| found.workflow.clone()));
        found.unwrap_or_else(|| draft.get())
    });
    let others = Memo::new(move |_| shelf.others(number));
    let has_others = move || others.read().len() > 1;
    let whole = version.workflow.clone();
    view! {
        <div class="versions__chosen">
            <h3 class="config__heading">{heading}</h3>
            <Show when=has_others>
                <SelectField
                    name="versions-other"
                    label=format!("Compare v{number} with")
                    value=picked
                    options=others
                />
            </Show>
            <Changes old=version.workflow new=new />
            <Button size=ButtonSize::Small on_press=move |()| on_restore.run(whole.clone())>
                {format!("Restore v{number}")}
            </Button>
        </div>
    }
}

impl Shelf {
    /// What a version can be compared with: the draft, and every other version.
    fn others(self, number: i32) -> Vec<Choice> {
        let version =
            |row: &VersionRow| Choice::new(row.version.to_string(), format!("v{}", row.version));
        self.rows.with(|rows| {
            let rows = rows.iter().flatten().flatten().filter(|row| row.version != number);
            let draft = Choice::new(DRAFT, "The draft");
            [draft].into_iter().chain(rows.map(version)).collect()
        })
    }
}
