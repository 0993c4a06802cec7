//! The panel in which a person decides.

use frame::layout::session::use_session;
use leptos::prelude::*;
use model::{id::ReviewId, pages::ReviewCard, review::edition, time::Timestamp};
use ui::{
    button::{Button, ButtonSize},
    format,
    icon::{Glyph, Icon},
    toast::use_toasts,
};
use web::client::clock::{use_now, use_zone};

use super::{
    changes::Changes,
    content::{Reviewed, render_sample},
    draft::{Draft, Drafts},
    form::{DecisionForm, ReviewAccess, Verdicts, copy_mine},
    others::{Reassign, ReviewLinks, render_stuck},
    words,
};

/// The id of the heading of a review's panel, for moving the focus there.
pub fn heading_of(review: ReviewId) -> String {
    format!("review-{review}")
}

/// What is decided about beside what is asked, and the decision itself where the person may take it.
#[component]
pub fn DecisionPanel(
    /// The review; its id stays as it is.
    #[prop(into)]
    card: Signal<ReviewCard>,
    /// Called after a decision was taken, by whomever.
    #[prop(into)]
    on_change: Callback<()>,
    /// Where what is begun stays when the panel goes.
    #[prop(optional)]
    drafts: Option<Drafts>,
    /// Whether what it asks about is no longer what counts.
    #[prop(optional, into)]
    outdated: Signal<bool>,
) -> impl IntoView {
    let first = card.get_untracked();
    let begin = || Draft::from_card(&first);
    let draft = drafts.map_or_else(begin, |drafts| drafts.get_or_insert_with(first.id, begin));
    let form = DecisionForm::new(draft, ReviewAccess::Person, on_change);
    let person = use_session().map(|session| session.read(|view| view.user_id));
    let why_not = Memo::new(move |_| match person {
        Some(person) => card.with(|card| words::why_not(card, person)),
        None => Some(String::new()),
    });
    let open = Signal::derive(move || why_not.read().is_none());
    let several = first.items.len() > 1;
    let (heading, labelled_by) = (heading_of(first.id), heading_of(first.id));
    let edition = Memo::new(move |_| card.with(|card| edition(&card.approvals)));
    let content = move || {
        let (edition, now) = (edition.get(), card.get_untracked());
        draft.renew(edition, &now.items, &now.cut);
        view! { <Reviewed items=now.items draft=draft open=open /> }
    };
    let changed = move || {
        let by = (edition.get() != draft.first).then(|| card.with(words::changed_by)).flatten()?;
        open.get().then(|| view! { <p class="decision__why" role="status">{by}</p> })
    };
    let outdated = move || {
        let said = || view! { <p class="decision__why" role="status">{words::OUTDATED}</p> };
        outdated.get().then(said)
    };
    let refused = move || why_not.get().map(render_locked);
    let late = move || {
        let over = card.with(|card| card.end.is_some()) && !draft.sent.get();
        let written = over.then(|| draft.written_text()).flatten();
        written.map(|words| view! { <TooLate words=words /> })
    };
    let title = move || card.with(|card| words::panel_title(card, open.get()));
    view! {
        <section class="decision" aria-labelledby=labelled_by data-testid="decision">
            <div class="decision__columns">
                <div class="decision__asked">
                    <h3 class="decision__title" id=heading tabindex="-1">
                        {title}
                    </h3>
                    <DecisionFacts card=card />
                    <Instructions card=first.clone() />
                    {outdated}
                    {changed}
                    {refused}
                    {late}
                </div>
                {content}
            </div>
            <Changes
                access=ReviewAccess::Person
                review=first.id
                earlier=first.earlier
                several=several
            />
            <Show when=move || open.get()>
                <Verdicts
                    form=form
                    no_changes=MaybeProp::derive(move || card.with(|card| card.no_changes.clone()))
                />
            </Show>
            <Others card=card open=open on_change=on_change />
        </section>
    }
}

/// The ways to have others decide, side by side.
#[component]
fn Others(
    card: Signal<ReviewCard>,
    /// Whether the person may decide.
    open: Signal<bool>,
    on_change: Callback<()>,
) -> impl IntoView {
    let review = card.with_untracked(|card| card.id);
    view! {
        {render_stuck(card)}
        <div class="row decision__others">
            <Show when=move || open.get()>
                <ReviewLinks review=review />
            </Show>
            <Reassign card=card on_change=on_change />
        </div>
    }
}

/// What the reviewers are asked, and what somebody asked to be different of the version before.
#[component]
fn Instructions(card: ReviewCard) -> impl IntoView {
    let instructions = Some(card.instructions).filter(|words| !words.trim().is_empty());
    let before = card.before.map(|end| {
        let reason = end.reason;
        view! {
            <div class="decision__before" data-testid="asked-before">
                <p class="small muted">{words::verdict_words(end.verdict, &end.by)} ":"</p>
                <p class="decision__written" dir="auto">
                    {reason}
                </p>
            </div>
        }
    });
    view! {
        {instructions.map(|words| view! { <p class="decision__instructions">{words}</p> })}
        {before}
    }
}

/// What the person had written when somebody else decided.
#[component]
fn TooLate(words: String) -> impl IntoView {
    let toasts = use_toasts();
    let text = words.clone();
    let copied = move |()| {
        copy_mine(
            words.clone(),
            "Your browser blocked copying. Select the text and copy it.".to_owned(),
            toasts,
        );
    };
    view! {
        <div class="decision__late">
            <p class="small muted">"Your unsent text:"</p>
            <p class="decision__written" dir="auto">
                {text}
            </p>
            <Button size=ButtonSize::Small on_press=copied>
                "Copy my text"
            </Button>
        </div>
    }
}

/// Why the person cannot decide.
fn render_locked(why: String) -> impl IntoView {
    view! {
        <p class="decision__why" role="note">
            <Glyph icon=Icon::Lock size=14 />
            {why}
        </p>
    }
}

#[component]
fn DecisionFacts(card: Signal<ReviewCard>) -> impl IntoView {
    let approvals = move || card.with(|card| words::approvals(&card.approvals, card.needed));
    let until = Memo::new(move |_| card.with(|card| card.until));
    let who = move || format!("Reviewer: {}", card.with(words::who_decides));
    let said = move || {
        let said = card.with(|card| words::approval_comments(&card.approvals)).into_iter();
        said.map(|words| view! { <p class="decided__said" dir="auto">{words}</p> }).collect_view()
    };
    view! {
        <p class="decision__facts num">
            {move || render_sample(card.with(|card| card.sample))}
            <span>{who}</span>
            {move || approvals().map(|words| view! { <span>{words}</span> })}
            {move || {
                until
                    .get()
                    .map(|at| view! { <span>"Approves automatically: " <Countdown until=at /></span> })
            }}
        </p>
        {said}
    }
}

/// The time that is left, as a running countdown; the instant itself in the server's page.
#[component]
pub fn Countdown(
    /// When it ends.
    until: Timestamp,
) -> impl IntoView {
    let (now, zone) = (use_now(1_000), use_zone());
    let words = move || match now.get() {
        Some(now) => format::time_left(until, now),
        None => format::minute(until, zone.get()),
    };
    view! {
        <time
            class="num"
            translate="no"
            datetime=format::iso(until)
            title=move || format::minute_and_utc(until, zone.get())
        >
            {words}
        </time>
    }
}
