//! What waits for the person.

use leptos::prelude::*;
use model::{execution::question::QuestionCard, id::WorkspaceId, pages::WaitingRow};
use monitor::reviews::decision::Countdown;
use ui::{
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
};
use web::routes;

/// Decisions that the person may take, the oldest first, and before them calls that nobody knows the
/// end of. Nothing when there are none.
#[component]
pub(super) fn WaitingList(
    workspace: WorkspaceId,
    #[prop(into)] rows: Signal<Vec<WaitingRow>>,
    #[prop(into)] questions: Signal<Vec<QuestionCard>>,
) -> impl IntoView {
    view! {
        <Show when=move || !(rows.read().is_empty() && questions.read().is_empty())>
            <section class="card" data-state="awaiting_review" aria-labelledby="waiting-title">
                <header class="card__header">
                    <h2 class="card__title" id="waiting-title">
                        "Waiting for you"
                    </h2>
                    <a class="link small" href=routes::reviews(workspace)>
                        "All reviews"
                    </a>
                </header>
                <ul class="runs">
                    <For
                        each=move || questions.get()
                        key=|card| (card.job_id, card.question)
                        let:card
                    >
                        <Question workspace=workspace card=card />
                    </For>
                    <For each=move || rows.get() key=|row| row.id let:row>
                        <Row workspace=workspace row=row />
                    </For>
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn Row(workspace: WorkspaceId, row: WaitingRow) -> impl IntoView {
    let name = format!("{} #{}", row.execution_name, row.execution_number);
    let step = row.step;
    let until = row.until.map(|at| {
        view! { <span class="small muted">"Approves automatically: " <Countdown until=at /></span> }
    });
    view! {
        <li class="run run--waiting card--link">
            <div class="run__head">
                <Glyph icon=Icon::UserCheck size=18 />
                <a class="run__name clip-two card__cover" href=routes::execution(workspace, row.execution_id)>
                    {format!("Review “{step}”")}
                </a>
                <span class="run__of clip-two muted" translate="no" title=name>
                    {name.clone()}
                </span>
                <span class="spring"></span>
                {until}
                <span class="small subtle">
                    <RelativeTime at=row.opened_at />
                </span>
            </div>
        </li>
    }
}

#[component]
fn Question(workspace: WorkspaceId, card: QuestionCard) -> impl IntoView {
    let name = format!("{} #{}", card.execution_name, card.execution_number);
    let step = card.step;
    let left = card.sent_at.map(|at| view! { <RelativeTime at=at /> });
    view! {
        <li class="run run--waiting card--link">
            <div class="run__head">
                <Glyph icon=Icon::UserCheck size=18 />
                <a
                    class="run__name clip-two card__cover"
                    href=routes::execution(workspace, card.execution_id)
                >
                    {format!("Did the call of “{step}” go through?")}
                </a>
                <span class="run__of clip-two muted" translate="no" title=name>
                    {name.clone()}
                </span>
                <span class="spring"></span>
                <span class="small subtle">{left}</span>
            </div>
        </li>
    }
}
