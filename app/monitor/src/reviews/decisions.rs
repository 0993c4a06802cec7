//! The history: what was decided, by whom and when.

use api::reviews::load_decisions;
use frame::layout::pagination::Pagination;
use leptos::prelude::*;
use model::{
    api::listing::{Page, PageRequest},
    id::WorkspaceId,
    pages::DecisionRow,
};
use ui::{
    button::Button,
    empty::EmptyState,
    icon::{Glyph, Icon},
};
use web::routes;

use super::{entry_head::EntryHead, words};

/// What was decided in the workspace, the latest first.
#[component]
pub(super) fn Decisions(workspace: WorkspaceId, page: Page<DecisionRow>) -> impl IntoView {
    let list = Pagination::new(page);
    let more = move |()| list.load_more(PageRequest::default(), load_decisions);
    view! {
        <Show
            when=move || !list.rows.read().is_empty()
            fallback=|| {
                view! {
                    <EmptyState
                        icon=Icon::UserCheck
                        title="No decisions yet"
                        text="Decisions appear here with who made them and why."
                    />
                }
            }
        >
            <ul class="stack" data-testid="decisions">
                <For
                    each=move || list.rows.get()
                    key=|row| row.review_id
                    children=move |row| view! { <PastDecision workspace=workspace row=row /> }
                />
            </ul>
            <Show when=move || list.next.read().is_some()>
                <Button busy=list.busy on_press=more>
                    "Show more"
                </Button>
            </Show>
        </Show>
    }
}

#[component]
fn PastDecision(workspace: WorkspaceId, row: DecisionRow) -> impl IntoView {
    let name = format!("{} #{}", row.execution_name, row.execution_number);
    let href = routes::execution(workspace, row.execution_id);
    let decided = words::past_decision(&row);
    let said = words::approval_comments(&row.approvals).into_iter().chain(row.reason);
    let said =
        said.map(|words| view! { <p class="decided__said" dir="auto">{words}</p> }).collect_view();
    view! {
        <li class="card inbox__entry">
            <EntryHead href=href name=name step=row.step at=Some(row.at) />
            <div class="card__body">
                <div class="decided" data-verdict=row.verdict.as_str()>
                    <Glyph icon=Icon::UserCheck size=18 />
                    <div>
                        <p dir="auto">
                            <b>{decided}</b>
                        </p>
                        {said}
                    </div>
                </div>
            </div>
        </li>
    }
}
