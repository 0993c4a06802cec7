//! The inbox: everything in the workspace that waits for a decision, or for the person; and what was
//! decided. Which of these is shown stands in the address.

use std::collections::BTreeSet;

use api::{
    ApiError,
    reviews::{load_decisions, load_questions, load_reviews, load_reviews_of},
};
use frame::{
    begin::may_launch,
    comments::button::CommentsButton,
    layout::{
        page_resource::{ResourceView, load_once},
        pagination::Pagination,
        session::use_session,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{
    access::Permission,
    api::{
        listing::{Page, PageRequest},
        reviews::{ReviewFilter, ReviewScope},
    },
    comment::subject::CommentSubject,
    execution::question::QuestionCard,
    id::{ReviewId, WorkspaceId},
    pages::{DecisionRow, ReviewCard, ReviewList},
    time::Timestamp,
};
use ui::{
    button::{Button, LinkButton},
    card::PageHeader,
    empty::EmptyState,
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
    skeleton::SkeletonShape,
};
use web::{realtime, routes};

use super::{decision::DecisionPanel, words};

/// What the page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// What waits, for whomever.
    Open(ReviewScope),
    Decided,
}

impl Part {
    const ALL: [Self; 3] =
        [Self::Open(ReviewScope::Everybody), Self::Open(ReviewScope::Me), Self::Decided];

    /// The part that an address names by its `show`; what it does not know is everything open.
    fn from_address(show: Option<&str>) -> Self {
        match show {
            Some("mine") => Self::Open(ReviewScope::Me),
            Some("decided") => Self::Decided,
            Some(_) | None => Self::Open(ReviewScope::Everybody),
        }
    }

    fn address(self, workspace: WorkspaceId) -> String {
        match self {
            Self::Open(ReviewScope::Everybody) => routes::reviews(workspace),
            Self::Open(ReviewScope::Me) => routes::reviews_for_me(workspace),
            Self::Decided => routes::decisions(workspace),
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Open(ReviewScope::Everybody) => "All open",
            Self::Open(ReviewScope::Me) => "Waiting for me",
            Self::Decided => "Decided",
        }
    }
}

/// How many reviews are shown at first, and how many more at a time.
const STEP: i64 = 50;
/// The most that are shown: those that come after are shown once some are decided.
const MOST: i64 = 200;

async fn load_inbox(
    scope: ReviewScope,
    limit: i64,
) -> Result<(Page<ReviewCard>, Vec<QuestionCard>), ApiError> {
    let asked = PageRequest { limit: Some(limit), cursor: None };
    Ok((load_reviews(ReviewFilter { scope }, asked).await?, load_questions().await?))
}

async fn load_part(part: Part) -> Result<ReviewList, ApiError> {
    match part {
        Part::Open(scope) => {
            let (page, questions) = load_inbox(scope, STEP).await?;
            let more = page.next_cursor.is_some();
            Ok(ReviewList::Open { scope, cards: page.items, more, questions })
        }
        Part::Decided => load_decisions(PageRequest::default()).await.map(ReviewList::Decided),
    }
}

/// What waits for a decision, each where it can be decided; or what was decided.
#[component]
pub fn ReviewsPage() -> impl IntoView {
    let query = use_query_map();
    let part = Memo::new(move |_| query.with(|query| Part::from_address(query.get_str("show"))));
    let loaded = load_once(move || part.get(), load_part);
    let workspace = use_session().map(|session| session.workspace());
    let show = move |list: ReviewList| {
        let view = |workspace| match list {
            ReviewList::Open { scope, cards, more, questions } => view! {
                <Inbox workspace=workspace scope=scope cards=cards more=more questions=questions />
            }
            .into_any(),
            ReviewList::Decided(page) => {
                view! { <Decisions workspace=workspace page=page /> }.into_any()
            }
        };
        workspace.map(view).into_any()
    };
    view! {
        <Title text="Reviews" />
        <div class="page page--narrow">
            <PageHeader title="Reviews" lead="Approve, edit or reject what your workflows made." />
            {workspace.map(|workspace| view! { <Parts workspace=workspace part=part /> })}
            <ResourceView
                page=loaded
                failure="Couldn't load reviews"
                shape=SkeletonShape::Rows
                count=3
                show=show
            />
        </div>
    }
}

/// The parts of the page as links, the present one marked.
#[component]
fn Parts(workspace: WorkspaceId, part: Memo<Part>) -> impl IntoView {
    let link = |own: Part| {
        let current = move || (part.get() == own).then_some("page");
        view! {
            <li>
                <a class="pill" href=own.address(workspace) aria-current=current>
                    {own.label()}
                </a>
            </li>
        }
    };
    view! {
        <nav class="inbox__parts" aria-label="Filter reviews">
            <ul class="pills">{Part::ALL.map(link).into_iter().collect_view()}</ul>
        </nav>
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
        all.extend(take(card.id).or_else(end).or_else(|| card.end.is_some().then(|| card.clone())));
    }
    all.extend(now.into_iter().flatten());
    all
}

/// The reviews that wait, kept current; an empty state when there are none.
#[component]
pub fn Inbox(
    workspace: WorkspaceId,
    /// For whom what is shown waits.
    scope: ReviewScope,
    /// What waits, the oldest first.
    cards: Vec<ReviewCard>,
    /// Whether more reviews wait.
    more: bool,
    /// Calls that nobody knows the end of; what left first comes first.
    questions: Vec<QuestionCard>,
) -> impl IntoView {
    let (more, limit) = (RwSignal::new(more), RwSignal::new(STEP));
    // A call that nobody knows the end of waits for whoever may say what became of it.
    let answers = scope == ReviewScope::Everybody
        || use_session().is_some_and(|session| session.may(Permission::ControlExecution));
    let asked = move |questions: Vec<QuestionCard>| if answers { questions } else { vec![] };
    let (cards, questions) = (RwSignal::new(cards), RwSignal::new(asked(questions)));
    let own = StoredValue::new(BTreeSet::new());
    let me = use_session().map(|session| session.view().user_name).unwrap_or_default();
    let me = StoredValue::new(me);
    let reload = realtime::load_one_at_a_time(move || async move {
        let limit = limit.try_get_untracked().unwrap_or(STEP);
        if let Ok((page, open)) = load_inbox(scope, limit).await {
            more.try_set(page.next_cursor.is_some());
            let now = page.items;
            let gone = find_gone(cards, &now, &own.try_get_value().unwrap_or_default());
            let ended = load_ended(gone, &me.try_get_value().unwrap_or_default()).await;
            cards.try_update(|cards| *cards = merge_inbox(std::mem::take(cards), now, ended));
            questions.try_set(asked(open));
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
            fallback=move || view! { <NoReviews workspace=workspace scope=scope /> }
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
            <Show when=move || more.get()>
                {move || {
                    if limit.get() < MOST {
                        let show_more = move |()| {
                            limit.update(|limit| *limit += STEP);
                            reload.run(());
                        };
                        view! { <Button on_press=show_more>"Show more"</Button> }.into_any()
                    } else {
                        let words = format!("Only the oldest {MOST} are shown. Decide some to see the rest.");
                        view! { <p class="muted">{words}</p> }.into_any()
                    }
                }}
            </Show>
        </Show>
    }
}

/// Says that nothing waits, and where the first review comes from.
#[component]
fn NoReviews(workspace: WorkspaceId, scope: ReviewScope) -> impl IntoView {
    let title = match scope {
        ReviewScope::Everybody => "No open reviews",
        ReviewScope::Me => "No reviews waiting for you",
    };
    if !may_launch() {
        let text = "When a run reaches a review step, you decide here.";
        return view! { <EmptyState icon=Icon::UserCheck title=title text=text /> }.into_any();
    }
    view! {
        <EmptyState
            icon=Icon::UserCheck
            title=title
            text="When a run reaches a review step, you decide here. Launch a template with a review to try it."
        >
            <LinkButton href=routes::templates_with_review(workspace) icon=Icon::UserCheck>
                "Templates with a review"
            </LinkButton>
        </EmptyState>
    }
    .into_any()
}

/// A call that nobody knows the end of, with the way to where a person says how to go on.
#[component]
fn Question(workspace: WorkspaceId, card: QuestionCard) -> impl IntoView {
    let name = format!("{} #{}", card.execution_name, card.execution_number);
    let step = card.step;
    let href = routes::execution(workspace, card.execution_id);
    view! {
        <li class="card inbox__entry" data-testid="inbox-question">
            <EntryHead href=href name=name step=step at=card.sent_at />
            <div class="card__body">
                <p>"Did its call go through? " {card.message}</p>
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
                <EntryHead href=href name=name.clone() step=step at=Some(opened)>
                    <CommentsButton subject=CommentSubject::from(id) about=name />
                </EntryHead>
                <div class="card__body">
                    <DecisionPanel card=card on_change=on_change />
                </div>
            </li>
        }
    })
}

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

/// Of which execution and step it is, and when it happened or since when it waits.
#[component]
pub(super) fn EntryHead(
    href: String,
    name: String,
    step: String,
    at: Option<Timestamp>,
    /// Buttons at its end.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let at = at.map(|at| view! { <RelativeTime at=at /> });
    let title = format!("{name} · {step}");
    view! {
        <header class="card__header">
            <h2 class="card__title" translate="no" title=title>
                <a class="link clip" href=href>
                    {name}
                </a>
                <span class="muted clip">{step}</span>
            </h2>
            <span class="small subtle">{at}</span>
            {children.map(|children| children())}
        </header>
    }
}
