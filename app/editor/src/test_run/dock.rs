//! The dock of the test run that the canvas shows: its progress, its cost and its controls.

use leptos::prelude::*;
use model::id::WorkspaceId;
use monitor::{BillMeter, Controls, ExecutionStore, follow_execution, view_status, whole_bill};
use ui::{
    badge::StatusChip,
    button::{Button, ButtonLook, ButtonSize, LinkButton},
    icon::{Glyph, Icon},
    progress::ProgressBar,
    status::Status,
};
use web::routes;

use crate::store::Editor;

/// The bar under the canvas while a test run is shown.
#[component]
pub fn RunDock(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// The editor whose test run is shown.
    editor: Editor,
) -> impl IntoView {
    let shown = editor.test_run.shown;
    move || {
        shown.get().map(|store| view! { <Shown workspace=workspace editor=editor store=store /> })
    }
}

#[component]
fn Shown(workspace: WorkspaceId, editor: Editor, store: ExecutionStore) -> impl IntoView {
    // The run is followed live for as long as the dock is shown.
    follow_execution(store);
    let number = store.page.with_value(|page| page.number);
    let status = Memo::new(move |_| view_status(&store.view.read()));
    let percent = Memo::new(move |_| store.view.read().progress_percent());
    let bill = whole_bill(store);
    let budget = Memo::new(move |_| store.view.read().budget_micros);
    let now = Memo::new(move |_| store.view.read().current_node().map(|node| node.label.clone()));
    let error = Memo::new(move |_| store.view.read().error.clone());
    let open =
        move || !matches!(status.get(), Status::Completed | Status::Stopped | Status::Failed);
    let detail = Signal::derive(move || open().then(|| format!("{}%", percent.get())));
    Effect::new(move |before: Option<Status>| {
        let status = status.get();
        if before.is_some_and(|before| before != status) {
            editor.notices.say(format!("Test run #{number}: {}", status.word()));
        }
        status
    });
    view! {
        <section class="run-dock" aria-label="Test run" translate="no" data-state=move || status.get().key()>
            <div class="run-dock__line">
                <p class="run-dock__title num">
                    <Glyph icon=Icon::FlaskConical size=16 />
                    {format!("Test run #{number}")}
                </p>
                <StatusChip status=status detail=detail />
                {move || now.get().map(|now| view! { <span class="small muted clip">"Now: " {now}</span> })}
                <span class="spring"></span>
                <BillMeter bill=bill budget=budget />
                <Controls store=store />
                <LinkButton href=routes::execution(workspace, store.id()) size=ButtonSize::Small>
                    "Open run"
                </LinkButton>
                <Button
                    look=ButtonLook::Ghost
                    icon=Icon::X
                    size=ButtonSize::Small
                    on_press=move |()| editor.test_run.clear()
                >
                    "Clear result"
                </Button>
            </div>
            <ProgressBar
                percent=Signal::derive(move || Some(f64::from(percent.get())))
                label="Test run progress"
            />
            {move || error.get().map(|error| view! { <p class="run-dock__error small">{error}</p> })}
        </section>
    }
    .into_any()
}
