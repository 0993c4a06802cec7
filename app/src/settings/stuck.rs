//! Stuck executions, and what an admin can do about each.

use api::{
    ApiError,
    admin::{load_stuck, repair_stuck},
};
use frame::{
    activity::words::chip_of,
    layout::{
        page_resource::{ResourceView, load_once},
        session::use_session,
    },
};
use leptos::{prelude::*, task::spawn_local};
use model::{
    api::executions::{StuckExecution, StuckRepair},
    id::{ExecutionId, WorkspaceId},
};
use ui::{
    badge::StatusChip,
    button::{Button, ButtonSize},
    card::{Card, PageHeader},
    dialog::RemovalDialog,
    empty::EmptyState,
    icon::Icon,
    skeleton::SkeletonShape,
    toast::{ToastKind, use_toasts},
};
use web::{routes, settings_page::SettingsPage};

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
        <div class="page page--narrow settings">
            <PageHeader
                title=SettingsPage::Stuck.title()
                lead="Runs that stopped moving and don't wait for anyone, with a fix for each. Outputs are kept."
            />
            <ResourceView
                page=page
                failure="Couldn't load stuck runs"
                shape=SkeletonShape::Cards
                count=1
                show=show
            />
        </div>
        <End page=page doomed=doomed />
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
        StuckRepair::End => view! {
            <Button size=ButtonSize::Small on_press=move |()| doomed.set(Some(id))>
                "End run"
            </Button>
        }
        .into_any(),
        StuckRepair::TakeOver => view! { <TakeOver page=page id=id /> }.into_any(),
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

#[component]
fn TakeOver(page: Page, id: ExecutionId) -> impl IntoView {
    let (toasts, busy) = (use_toasts(), RwSignal::new(false));
    let press = move |()| {
        busy.set(true);
        spawn_local(async move {
            match repair_stuck(id).await {
                Ok(()) => page.refetch(),
                Err(error) => toasts.show(ToastKind::Failed, error.0),
            }
            busy.try_set(false);
        });
    };
    view! {
        <Button size=ButtonSize::Small busy=busy on_press=press>
            "Assign to another worker"
        </Button>
    }
}

/// Asks for consent before an execution is ended.
#[component]
fn End(page: Page, doomed: RwSignal<Option<ExecutionId>>) -> impl IntoView {
    let delete = |id| async move { repair_stuck(id).await.map_err(|error| error.0) };
    view! {
        <RemovalDialog
            id="end-stuck"
            title="End this run?"
            text="You can't resume it. Its outputs are kept, and you can run it again."
            verb="End run"
            doomed=doomed
            delete=delete
            on_done=move |_| page.refetch()
        />
    }
}
