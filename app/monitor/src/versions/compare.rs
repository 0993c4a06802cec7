//! Two versions beside or within each other.

use api::versions::compare_versions;
use leptos::{prelude::*, task::spawn_local};
use model::{
    api::{compare::Comparison, executions::VersionRow},
    id::{ArtifactId, ExecutionId},
};
use ui::{
    button::{Button, ButtonSize},
    dialog::{Dialog, DialogSize},
    field::{Choice, SelectField},
    toast::{ToastKind, use_toasts},
    versions::Difference,
};

/// Chooses two versions and shows how they differ.
#[component]
pub(super) fn Compare(
    /// Of which execution.
    execution: ExecutionId,
    /// The versions, the newest first.
    rows: RwSignal<Vec<VersionRow>>,
    /// Unique on the page.
    id: String,
) -> impl IntoView {
    let toasts = use_toasts();
    let number = |place: usize| {
        rows.with_untracked(|rows| rows.get(place).map_or(0, |row| row.row.version)).to_string()
    };
    let (before, after) = (RwSignal::new(number(1)), RwSignal::new(number(0)));
    let options = Signal::derive(move || {
        let version = |row: &VersionRow| {
            let number = row.row.version;
            Choice::new(number.to_string(), format!("v{number}"))
        };
        rows.with(|rows| rows.iter().map(version).collect::<Vec<_>>())
    });
    let (found, open, busy) =
        (RwSignal::new(None::<Comparison>), RwSignal::new(false), RwSignal::new(false));
    let compare = move |()| {
        let of = |chosen: RwSignal<String>| rows.with_untracked(|rows| find(rows, chosen));
        let Some((first, second)) = of(before).zip(of(after)) else { return };
        busy.set(true);
        spawn_local(async move {
            match compare_versions(execution, first, second).await {
                Ok(comparison) => {
                    found.try_set(Some(comparison));
                    open.try_set(true);
                }
                Err(error) => toasts.show(ToastKind::Failed, error.0),
            }
            busy.try_set(false);
        });
    };
    let why_not = MaybeProp::derive(move || {
        (before.get() == after.get()).then(|| "Choose two different versions.".to_owned())
    });
    let title = Signal::derive(move || format!("v{} and v{}", before.get(), after.get()));
    view! {
        <div class="output-versions__compare">
            <SelectField
                name=format!("before-{id}")
                label="Compare"
                value=before
                options=options
            />
            <SelectField name=format!("after-{id}") label="With" value=after options=options />
            <Button size=ButtonSize::Small busy=busy why_not=why_not on_press=compare>
                "Compare"
            </Button>
        </div>
        <Dialog id=format!("compare-{id}") title=title open=open size=DialogSize::Wide>
            {move || found.get().map(|found| view! { <Difference comparison=found /> })}
        </Dialog>
    }
}

fn find(rows: &[VersionRow], chosen: RwSignal<String>) -> Option<ArtifactId> {
    let chosen = chosen.get_untracked();
    rows.iter().find(|row| row.row.version.to_string() == chosen).map(|row| row.row.id)
}
