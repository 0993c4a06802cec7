//! The page a link to a review opens, for somebody who need not have an account.

use api::{
    ApiError,
    html::SafeHtml,
    page::answer_with,
    review_links::{LinkedReading, load_linked_item, load_linked_review},
};
use frame::{
    action::SentAction,
    formatted_text::FormattedText,
    layout::{brand::Logo, page_resource::load_once, theme::ThemeSwitch},
};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_params_map;
use model::{
    agent::approval::ReviewKind, api::review_links::LinkedItem, id::ReviewId,
    nodes::ai_review::Verdict, problem::ProblemKind,
};
use serde_json::Value;
use ui::{
    button::{Button, ButtonSize},
    empty::EmptyState,
    failure::ErrorCard,
    format::pluralize,
    icon::{Glyph, Icon},
    relative_time::LocalTime,
    skeleton::{Skeleton, SkeletonShape},
};
use uuid::Uuid;
use web::{client::clock::use_zone, routes};

use super::{
    changes::Changes,
    content::{Keep, data, render_long, render_request, render_sample, render_verdict, show_texts},
    draft::Draft,
    form::{DecisionForm, ReviewAccess, Verdicts},
    words,
};

/// The only review of the page: it is told no id.
const ONLY: ReviewId = ReviewId(Uuid::nil());

/// An item, and what it says as HTML where it is a document.
type Readable = (LinkedItem, Option<SafeHtml>);

/// What the link in the address asks to decide.
#[component]
pub fn LinkedReviewPage() -> impl IntoView {
    let params = use_params_map();
    let link = Memo::new(move |_| params.with(|params| params.get("link").unwrap_or_default()));
    let page = load_once(move || link.get(), load_linked_review);
    let again = Callback::new(move |()| page.refetch());
    // What has been said stays when others change what it is about.
    let said = RwSignal::new(String::new());
    let show = move || {
        // What is read later may be gone: a build that is thrown away goes on waiting.
        let link = link.get_untracked();
        Suspend::new(async move {
            match page.await {
                Ok(reading) => {
                    view! { <Linked link=link reading=reading said=said on_change=again /> }
                        .into_any()
                }
                Err(error) => render_refusal(error, again),
            }
        })
    };
    view! {
        <Title text="Review" />
        <Meta name="robots" content="noindex" />
        <main class="linked" id="content">
            <header class="session__brand">
                <Logo size=32 />
                <span>"Atelier"</span>
                <span class="spring"></span>
                <ThemeSwitch />
            </header>
            <Transition fallback=|| {
                view! { <Skeleton shape=SkeletonShape::Lines count=6 /> }
            }>{show}</Transition>
        </main>
    }
}

/// Why the link leads nowhere, and what to do about it.
fn render_refusal(ApiError(problem): ApiError, again: Callback<()>) -> AnyView {
    answer_with(problem.status());
    let (title, text) = if problem.kind == ProblemKind::Gone {
        let title = match problem.code.as_str() {
            "review_over" => "Already decided",
            "link_expired" => "This link has expired",
            _ => "This link was revoked",
        };
        (title, problem.detail)
    } else if problem.kind == ProblemKind::NotFound {
        let text = "Check that you copied the whole link, or ask the sender for a new one.";
        ("Review link not found", text.to_owned())
    } else {
        return view! {
            <ErrorCard title="Couldn't open review" problem=problem on_retry=again />
        }
        .into_any();
    };
    view! {
        <h1 class="unseen">{title}</h1>
        <EmptyState icon=Icon::UserCheck title=title text=text />
    }
    .into_any()
}

#[component]
fn Linked(
    link: String,
    reading: LinkedReading,
    said: RwSignal<String>,
    on_change: Callback<()>,
) -> impl IntoView {
    let LinkedReading { review, documents } = reading;
    // Nothing is edited here: as far as the draft knows the items are of any kind.
    let (items, kind) = (vec![Value::Null; review.items.len()], review.kind);
    let draft = Draft::new(ONLY, review.edition, &items, &[]).with_words(said).with_kind(kind);
    let access = ReviewAccess::Link(StoredValue::new(link.clone()));
    let form = DecisionForm::new(draft, access, on_change);
    let (zone, needed, approvals) = (use_zone(), review.needed, review.approvals);
    let given = review.approved.clone().map(|approved| {
        Signal::derive(move || words::link_approval(&approved, needed, approvals, zone.get()))
    });
    let no_changes = review.no_changes.clone();
    let no_changes = MaybeProp::derive(move || no_changes.clone());
    let (open, several) = (given.is_none(), review.items.len() > 1);
    let keep = if kind == ReviewKind::ToolCalls { "Run call" } else { "Keep" };
    let is_picture = |item: &LinkedItem| matches!(item, LinkedItem::Image { .. });
    let pictures = several && review.items.iter().all(is_picture);
    let item = |(place, item): (usize, Readable)| {
        let shown = if review.cut.contains(&place) {
            view! { <Beginning link=link.clone() place=place item=item /> }.into_any()
        } else {
            find_request(kind, &item.0).unwrap_or_else(|| render_item(&link, place, item))
        };
        view! {
            <li class="decision__item">
                {(open && several).then(|| view! { <Keep place=place draft=draft word=keep /> })}
                {shown}
            </li>
        }
    };
    let items = review.items.into_iter().zip(documents).enumerate().map(item).collect_view();
    let asked = (!review.instructions.trim().is_empty())
        .then(|| view! { <p class="decision__instructions">{review.instructions}</p> });
    let needed = (review.needed > 1).then(|| {
        let people = pluralize(review.needed.into(), "person", "people");
        format!("{} of {people} approved so far.", review.approvals)
    });
    view! {
        <section class="decision" aria-labelledby="linked-heading" data-testid="linked-review">
            <h1 id="linked-heading" dir="auto">
                {format!("{} asks for your decision", review.made_by)}
            </h1>
            <p class="muted">
                {render_sample(review.sample)}
                {format!(" For {}. Link expires ", review.execution)}
                <LocalTime at=review.expires_at /> "."
            </p>
            {asked}
            {needed.map(|words| view! { <p class="small">{words}</p> })}
            <ul class="decision__items" data-pictures=pictures.then_some("")>{items}</ul>
            <Changes access=access review=ONLY earlier=review.earlier several=several />
            {match given {
                Some(words) => view! { <Given words=words /> }.into_any(),
                None => view! { <Verdicts form=form no_changes=no_changes /> }.into_any(),
            }}
        </section>
    }
}

/// The link has approved already: there is nothing more to decide by it.
#[component]
fn Given(words: Signal<String>) -> impl IntoView {
    view! {
        <p class="decision__why" role="note" data-testid="approved">
            <Glyph icon=Icon::CircleCheck size=14 />
            {move || words.get()}
        </p>
    }
}

/// An item that is too long to come along with the page: its beginning, and all of it when somebody
/// wants to read it.
#[component]
fn Beginning(link: String, place: usize, item: Readable) -> impl IntoView {
    let (now, whole) = (RwSignal::new(item), RwSignal::new(false));
    let (action, link) = (SentAction::default(), StoredValue::new(link));
    let load = move |()| {
        action.send(load_linked_item(link.get_value(), place), move |loaded| {
            now.try_set(loaded);
            whole.try_set(true);
        });
    };
    view! {
        <div class="decision__beginning" data-testid="beginning">
            {render_long(move || link.with_value(|link| render_item(link, place, now.get())))}
            <Show when=move || !whole.get()>
                <div class="row">
                    <Button size=ButtonSize::Small busy=action.busy on_press=load>
                        "Show all"
                    </Button>
                </div>
            </Show>
        </div>
    }
}

fn render_item(link: &str, place: usize, readable: Readable) -> AnyView {
    let (item, html) = readable;
    match item {
        LinkedItem::Texts { texts } => show_texts(texts),
        LinkedItem::Image { alt, width, height } => {
            let (address, full) =
                (routes::linked_picture(link, place), routes::linked_picture(link, place));
            view! {
                <a class="decision__picture" href=full target="_blank" rel="external noopener">
                    <img src=address alt=alt width=width height=height loading="lazy" />
                </a>
            }
            .into_any()
        }
        LinkedItem::Document { title, .. } => view! {
            <article class="linked__document">
                <h2 dir="auto" translate="no">{title}</h2>
                {html.map(|html| view! { <FormattedText html=html /> })}
            </article>
        }
        .into_any(),
        LinkedItem::Data { json } => render_data(json),
    }
}

/// What an agent asks with an item; none where that is content.
fn find_request(kind: ReviewKind, item: &LinkedItem) -> Option<AnyView> {
    match item {
        LinkedItem::Data { json } => render_request(kind, &serde_json::from_str(json).ok()?),
        LinkedItem::Texts { .. } | LinkedItem::Image { .. } | LinkedItem::Document { .. } => None,
    }
}

fn render_data(json: String) -> AnyView {
    let value: Option<Value> = serde_json::from_str(&json).ok();
    match value.as_ref().and_then(Verdict::from_value) {
        Some(verdict) => render_verdict(verdict),
        None => data(json),
    }
}
