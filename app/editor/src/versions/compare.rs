//! Comparing a version with the draft or another version.

use api::templates::load_template_version;
use leptos::{prelude::*, task::spawn_local};
use model::{
    api::templates::{TemplateVersion, VersionRow},
    workflow::Workflow,
};
use ui::{
    button::{Button, ButtonSize},
    field::{Choice, SelectField},
};

use super::{changes::Changes, state::VersionsState};

/// The value of the draft in the list of versions.
const DRAFT: &str = "draft";

/// The differences from the chosen version, and the button that restores it.
#[component]
pub(super) fn Comparison(
    state: VersionsState,
    draft: Signal<Workflow>,
    #[prop(into)] on_restore: Callback<Workflow>,
) -> impl IntoView {
    let body = move || match state.chosen.get() {
        None => view! { <p class="muted">"Choose a version to compare."</p> }.into_any(),
        Some(Err(problem)) => view! { <p class="muted">{problem.detail}</p> }.into_any(),
        Some(Ok(version)) => {
            view! { <Chosen state=state version=version draft=draft on_restore=on_restore /> }
                .into_any()
        }
    };
    view! { {body} }
}

#[component]
fn Chosen(
    state: VersionsState,
    version: TemplateVersion,
    draft: Signal<Workflow>,
    on_restore: Callback<Workflow>,
) -> impl IntoView {
    let number = version.row.version;
    let picked = RwSignal::new(DRAFT.to_owned());
    // The version to compare with; nothing for the draft.
    let other = RwSignal::new(None::<TemplateVersion>);
    Effect::new(move || {
        let Ok(version) = picked.get().parse::<i32>() else { return other.set(None) };
        spawn_local(async move {
            match load_template_version(state.template, version).await {
                // Another version may have been picked meanwhile.
                Ok(_) if picked.try_get_untracked() != Some(version.to_string()) => {}
                Ok(found) => drop(other.try_set(Some(found))),
                Err(error) => drop(state.chosen.try_set(Some(Err(error.0)))),
            }
        });
    });
    let heading = move || {
        let other = other.with(|other| other.as_ref().map(|found| found.row.version));
        let name = other.map_or("Draft".to_owned(), |other| format!("v{other}"));
        format!("{name} compared with v{number}")
    };
    let new = Signal::derive(move || {
        let found = other.with(|other| other.as_ref().map(|found| found.workflow.clone()));
        found.unwrap_or_else(|| draft.get())
    });
    let others = Memo::new(move |_| other_versions(state, number));
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

/// The choices to compare a version with: the draft and all other versions.
fn other_versions(state: VersionsState, number: i32) -> Vec<Choice> {
    let version =
        |row: &VersionRow| Choice::new(row.version.to_string(), format!("v{}", row.version));
    state.rows.with(|rows| {
        let rows = rows.iter().flatten().flatten().filter(|row| row.version != number);
        let draft = Choice::new(DRAFT, "Draft");
        [draft].into_iter().chain(rows.map(version)).collect()
    })
}
