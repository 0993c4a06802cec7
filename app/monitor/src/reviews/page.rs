//! The inbox: everything in the workspace that waits for a decision.

use std::collections::BTreeSet;

use api::{
    ApiError,
    reviews::{load_questions, load_reviews, load_reviews_of},
};
use frame::layout::{
    page_resource::{ResourceView, load_once},
    session::use_session,
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    execution::question::QuestionCard,
    id::{ReviewId, WorkspaceId},
    pages::ReviewCard,
    time::Timestamp,
};
use ui::{
    card::PageHeader, empty::EmptyState, icon::Icon, relative_time::RelativeTime,
    skeleton::SkeletonShape,
};
use web::{realtime, routes};

use super::decision::DecisionPanel;

async fn load_inbox() -> Result<(Vec<ReviewCard>, Vec<QuestionCard>), ApiError> {
    Ok((load_reviews().await?, load_questions().await?))
}

/// What waits for a decision, each where it can be decided.
#[component]
pub fn ReviewsPage() -> impl IntoView {
    let cards = load_once(|| (), |()| load_inbox());
    let workspace = use_session().map(|session| session.workspace());
    let show = move |(cards, questions): (Vec<ReviewCard>, Vec<QuestionCard>)| {
        let inbox = |workspace| {
            view! { <Inbox workspace=workspace cards=cards questions=questions /> }
        };
        workspace.map(inbox).into_any()
    };
    view! {
        <Title text="Reviews" />
        <div class="page page--narrow">
            <PageHeader title="Reviews" lead="What your workflows want a person to decide." />
            <ResourceView
                page=cards
                failure="The reviews could not be loaded"
                shape=SkeletonShape::Rows
                count=3
                show=show
            />
        </div>
    }
}

/// The reviews that are shown as open and wait no longer, but for those in `own`: the person decided
/// these here.
fn find_gone(
    cards: RwSignal<Vec<ReviewCard>>,
    now: &[ReviewCard],
    own: &BTreeSet<ReviewId>,
) -> Vec<ReviewCard> {
    let waits = |card: &ReviewCard| now.iter().any(|other| other.id == card.id);
    let is_gone =
        |card: &&ReviewCard| card.end.is_none() && !waits(card) && !own.contains(&card.id);
    let gone = |cards: &Vec<ReviewCard>| cards.iter().filter(is_gone).cloned().collect();
    cards.try_with_untracked(gone).unwrap_or_default()
}

/// Loads how these reviews ended; those that `me` decided, or that cannot be loaded, are left out.
async fn load_ended(gone: Vec<ReviewCard>, me: &str) -> Vec<ReviewCard> {
    let mut ended = vec![];
    for card in gone {
        let all = load_reviews_of(card.execution_id).await.unwrap_or_default();
        let by_others = |other: &ReviewCard| other.end.as_ref().is_some_and(|end| end.by != me);
        ended.extend(all.into_iter().find(|other| other.id == card.id && by_others(other)));
    }
    ended
}

/// Merges what waits now with what ended while it was shown: that stays in its place, so that
/// nothing else moves there under the pointer.
fn merge_inbox(
    shown: Vec<ReviewCard>,
    now: Vec<ReviewCard>,
    ended: Vec<ReviewCard>,
) -> Vec<ReviewCard> {
    let mut now: Vec<Option<ReviewCard>> = now.into_iter().map(Some).collect();
    let mut take = |id: ReviewId| {
        now.iter_mut().find(|card| card.as_ref().is_some_and(|card| card.id == id))?.take()
    };
    let mut all: Vec<ReviewCard> = vec![];
    for card in shown {
        let end = || ended.iter().find(|other| other.id == card.id).cloned();
        let kept = take(card.id).or_else(end).or_else(|| card.end.is_some().then(|| card.clone()));
        all.extend(kept);
    }
    all.extend(now.into_iter().flatten());
    all
}

/// The reviews that wait, kept current; an empty state when there are none.
#[component]
pub fn Inbox(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// What waits, the oldest first.
    cards: Vec<ReviewCard>,
    /// Calls that nobody knows the end of; what left first comes first.
    questions: Vec<QuestionCard>,
) -> impl IntoView {
    let (cards, questions) = (RwSignal::new(cards), RwSignal::new(questions));
    let own = StoredValue::new(BTreeSet::new());
    let me = use_session().map(|session| session.view().user_name).unwrap_or_default();
    let me = StoredValue::new(me);
    let reload = realtime::load_one_at_a_time(move || async move {
        if let Ok((now, asked)) = load_inbox().await {
            let gone = find_gone(cards, &now, &own.try_get_value().unwrap_or_default());
            let me = me.try_get_value().unwrap_or_default();
            let ended = load_ended(gone, &me).await;
            cards.try_update(|cards| *cards = merge_inbox(std::mem::take(cards), now, ended));
            questions.try_set(asked);
        }
    });
    realtime::follow(move |news| {
        if news.attention.is_some() {
            reload.run(());
        }
    });
    let keys = move || cards.with(|cards| cards.iter().map(|card| card.id).collect::<Vec<_>>());
    let empty = Memo::new(move |_| cards.read().is_empty() && questions.read().is_empty());
    view! {
        <Show
            when=move || !empty.get()
            fallback=|| {
                view! {
                    <EmptyState
                        icon=Icon::UserCheck
                        title="Nothing waits for you"
                        text="When a workflow needs a decision, it appears here."
                    />
                }
            }
        >
            <ul class="stack">
                <For
                    each=move || questions.get()
                    key=|card| (card.job_id, card.question)
                    children=move |card| view! { <Question workspace=workspace card=card /> }
                />
                <For each=keys key=|id| *id let:id>
                    <Entry
                        workspace=workspace
                        id=id
                        cards=cards
                        on_change=move |()| {
                            own.update_value(|own| _ = own.insert(id));
                            reload.run(());
                        }
                    />
                </For>
            </ul>
        </Show>
    }
}

/// Of which execution and step it is, and since when it waits.
#[component]
fn EntryHead(href: String, name: String, step: String, since: Option<Timestamp>) -> impl IntoView {
    let since = since.map(|at| view! { <RelativeTime at=at /> });
    let title = format!("{name} · {step}");
    view! {
        <header class="card__header">
            <h2 class="card__title" title=title>
                <a class="link clip" href=href>
                    {name}
                </a>
                <span class="muted clip">{step}</span>
            </h2>
            <span class="small subtle">{since}</span>
        </header>
    }
}

/// A call that nobody knows the end of, with the way to where a person says how to go on.
#[component]
fn Question(workspace: WorkspaceId, card: QuestionCard) -> impl IntoView {
    let name = format!("{} #{}", card.execution_name, card.execution_number);
    let step = card.step;
    let href = routes::execution(workspace, card.execution_id);
    view! {
        <li class="card inbox__entry" data-testid="inbox-question">
            <EntryHead href=href name=name step=step since=card.sent_at />
            <div class="card__body">
                <p>"Was its call carried out? " {card.message}</p>
            </div>
        </li>
    }
}

#[component]
fn Entry(
    workspace: WorkspaceId,
    id: ReviewId,
    cards: RwSignal<Vec<ReviewCard>>,
    #[prop(into)] on_change: Callback<()>,
) -> impl IntoView {
    let first = cards.with_untracked(|cards| cards.iter().find(|card| card.id == id).cloned());
    first.map(|first| {
        let name = format!("{} #{}", first.execution_name, first.execution_number);
        let step = first.step.clone();
        let (href, opened) = (routes::execution(workspace, first.execution_id), first.opened_at);
        // While the last of it leaves the page it stays as it was.
        let card = Signal::derive(move || {
            let known = cards.with(|cards| cards.iter().find(|card| card.id == id).cloned());
            known.unwrap_or_else(|| first.clone())
        });
        view! {
            <li class="card inbox__entry">
                <EntryHead href=href name=name step=step since=Some(opened) />
                <div class="card__body">
                    <DecisionPanel card=card on_change=on_change />
                </div>
            </li>
        }
    })
}
