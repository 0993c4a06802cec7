//! Stuck executions, and what an admin can do about each.

use api::{
    ApiError,
    admin::{load_stuck, repair_stuck},
};
use frame::{
    action::ActionButton,
    activity::words::chip_of,
    layout::{page_resource::load_once, session::use_session},
};
use leptos::prelude::*;
use model::{
    api::executions::{StuckExecution, StuckRepair},
    id::{ExecutionId, WorkspaceId},
};
use ui::{
    badge::StatusChip, button::RowButton, card::Card, dialog::RemovalDialog, empty::EmptyState,
    icon::Icon,
};
use web::{routes, settings_page::SettingsPage};

use super::sheet::SettingsSheet;

type Page = Resource<Result<Vec<StuckExecution>, ApiError>>;

/// The page of the stuck executions of the workspace.
#[component]
pub fn StuckRoute() -> impl IntoView {
    let page = load_once(|| (), |()| load_stuck());
    let doomed = RwSignal::new(None::<ExecutionId>);
    let workspace = use_session().map(|session| session.workspace());
    let show = move |list: Vec<StuckExecution>| {
        if list.is_empty() {
            nothing().into_any()
        } else {
            list.into_iter()
                .map(|one| view! { <Stuck workspace=workspace one=one page=page doomed=doomed /> })
                .collect_view()
                .into_any()
        }
    };
    view! {
        <SettingsSheet
            page=SettingsPage::Stuck
            lead="Runs that stopped moving and don't wait for anyone, with a fix for each. Outputs are kept."
            loads=page
            failure="Couldn't load stuck runs"
            count=1
            show=show
        />
        <RemovalDialog
            id="end-stuck"
            title="End this run?"
            text="You can't resume it. Its outputs are kept, and you can run it again."
            verb="End run"
            doomed=doomed
            delete=repair_stuck
            on_done=move |_| page.refetch()
        />
    }
}

fn nothing() -> impl IntoView {
    view! {
        <EmptyState
            icon=Icon::CircleCheck
            title="No stuck runs"
            text="Runs that stop making progress appear here."
        />
    }
}

/// A stuck execution: what is wrong, and the button that repairs it.
#[component]
fn Stuck(
    workspace: Option<WorkspaceId>,
    one: StuckExecution,
    page: Page,
    doomed: RwSignal<Option<ExecutionId>>,
) -> impl IntoView {
    let StuckExecution { execution_id: id, number, name, status, wrong, advice, repair } = one;
    let button = repair.map(|repair| match repair {
        StuckRepair::End => {
            let end = move |()| doomed.set(Some(id));
            view! { <RowButton verb="End run" on_press=end /> }.into_any()
        }
        StuckRepair::TakeOver => view! {
            <ActionButton
                verb="Assign to another worker"
                send=move || repair_stuck(id)
                done=move |()| page.refetch()
            />
        }
        .into_any(),
    });
    view! {
        <Card>
            <p class="stuck__what">
                <a class="link" href=workspace.map(|workspace| routes::execution(workspace, id))>
                    {name}
                </a>
                <span class="subtle num">{format!("#{number}")}</span>
                <StatusChip status=chip_of(status) />
            </p>
            <p>{wrong}</p>
            <div class="stuck__help">
                <p class="muted">{advice}</p>
                {button}
            </div>
        </Card>
    }
}
