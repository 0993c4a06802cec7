//! The panel in which a person decides.

use api::{
    ApiError,
    review_links::decide_by_link,
    reviews::{decide, load_review_item},
};
use frame::layout::session::use_session;
use leptos::{prelude::*, task::spawn_local};
use model::{
    id::ReviewId,
    pages::ReviewCard,
    problem::Problem,
    review::{Approval, Decision, MOST_REASON_CHARS, Verdict, edition},
    time::Timestamp,
};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    field::LongTextField,
    format,
    icon::{Glyph, Icon},
    toast::{ToastKind, Toasts, use_toasts},
};
use web::client::{clipboard::copy_text, clock::use_now, focus::focus};

use super::{
    access::ReviewAccess,
    changes::Changes,
    content::Content,
    draft::{Draft, Drafts},
    links::ReviewLinks,
    reassign::Reassign,
    words,
};

const NO_REASON: &str = "Say why: it goes into the next attempt, or into the record.";

/// The id of the heading of a review's panel, for moving the focus there.
pub fn heading_of(review: ReviewId) -> String {
    format!("review-{review}")
}

/// The form of one review: what was entered, and sending it, one decision at a time.
#[derive(Clone, Copy)]
pub struct DecisionForm {
    draft: Draft,
    access: ReviewAccess,
    busy: RwSignal<Option<Verdict>>,
    toasts: Toasts,
    on_change: Callback<()>,
}

impl DecisionForm {
    /// `on_change` is called after a decision was taken, by whomever.
    pub(super) fn new(draft: Draft, access: ReviewAccess, on_change: Callback<()>) -> Self {
        let (busy, toasts) = (RwSignal::new(None), use_toasts());
        Self { draft, access, busy, toasts, on_change }
    }

    fn send(self, verdict: Verdict) {
        let reason = self.draft.words.get_untracked().trim().to_owned();
        if verdict != Verdict::Approved && reason.is_empty() {
            self.draft.wrong.set(Some(NO_REASON.to_owned()));
            focus(&words_of(self.draft.review));
            return;
        }
        if self.busy.get_untracked().is_some() {
            return;
        }
        self.draft.wrong.set(None);
        let decision = match verdict {
            Verdict::Changes => Decision::Changes { reason },
            Verdict::Rejected => Decision::Reject { reason },
            // Nobody decides that a review is dropped.
            Verdict::Approved | Verdict::Cancelled => Decision::Approve(self.draft.approval()),
        };
        self.busy.set(Some(verdict));
        let edited = self.draft.edited_texts();
        let (review, unread) = (self.draft.review, self.draft.unread_places());
        spawn_local(async move {
            let answer = match self.access {
                ReviewAccess::Person => match with_whole_items(review, decision, unread).await {
                    Ok(decision) => decide(review, decision).await,
                    Err(error) => Err(error),
                },
                ReviewAccess::Link(link) => decide_by_link(link.get_value(), decision).await,
            };
            self.busy.try_set(None);
            match answer {
                Ok(()) => {
                    self.draft.sent.try_set(true);
                    self.toasts.show(ToastKind::Done, verdict.words().to_owned());
                }
                Err(error) if ["review_over", "items_changed"].contains(&error.0.code.as_str()) => {
                    self.tell_late(error.0, edited);
                }
                Err(error) => self.toasts.show(ToastKind::Failed, error.0),
            }
            // The panel may have left the page with what it was about.
            let _ = self.on_change.try_run(());
        });
    }

    /// Says that somebody else has decided before, and offers to copy what the person had written.
    fn tell_late(self, why: Problem, edited: Option<String>) {
        let Some(edited) = edited else { return self.toasts.show(ToastKind::Info, why) };
        let toasts = self.toasts;
        let copied = move |()| copy_mine(edited.clone(), edited.clone(), toasts);
        toasts.offer(ToastKind::Failed, why, "Copy my text", copied);
    }

    fn is_busy(self, verdict: Verdict) -> Signal<bool> {
        Signal::derive(move || self.busy.get() == Some(verdict))
    }
}

/// The decision with all of the items that go along with it, of which the page has the beginning only.
async fn with_whole_items(
    review: ReviewId,
    mut decision: Decision,
    unread: Vec<usize>,
) -> Result<Decision, ApiError> {
    if let Decision::Approve(Approval { items: Some(items), .. }) = &mut decision {
        for place in unread {
            let whole = load_review_item(review, place).await?;
            if let Some(item) = items.get_mut(place) {
                *item = whole;
            }
        }
    }
    Ok(decision)
}

fn words_of(review: ReviewId) -> String {
    format!("words-{review}")
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
    let begin = || Draft::new(first.id, edition(&first.approvals), &first.items, &first.cut);
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
        view! { <Content items=now.items draft=draft open=open /> }
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
                <ReviewLinks review=draft.review />
            </Show>
            <Reassign card=card on_change=on_change />
        </section>
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

/// Copies what a person has written, and says so; `else_said` where the browser does not let it.
fn copy_mine(text: String, else_said: String, toasts: Toasts) {
    spawn_local(async move {
        if copy_text(&text).await {
            toasts.show(ToastKind::Done, "Your text is on the clipboard.")
        } else {
            toasts.show(ToastKind::Failed, else_said)
        }
    });
}

/// What the person had written when somebody else decided.
#[component]
fn TooLate(words: String) -> impl IntoView {
    let toasts = use_toasts();
    let text = words.clone();
    let copied = move |()| {
        copy_mine(words.clone(), "The browser does not let it be copied.".to_owned(), toasts);
    };
    view! {
        <div class="decision__late">
            <p class="small muted">"What you had written:"</p>
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
    let who = move || card.with(words::who_decides);
    let said = move || {
        let said = card.with(|card| words::approval_comments(&card.approvals)).into_iter();
        said.map(|words| view! { <p class="decided__said" dir="auto">{words}</p> }).collect_view()
    };
    view! {
        <p class="decision__facts num">
            <span>{who}</span>
            {move || approvals().map(|words| view! { <span>{words}</span> })}
            {move || {
                until
                    .get()
                    .map(|at| view! { <span>"Approves itself: " <Countdown until=at /></span> })
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
    let now = use_now(1_000);
    let words = move || match now.get() {
        Some(now) => format::time_left(until, now),
        None => format::minute(until),
    };
    view! {
        <time class="num" datetime=format::iso(until) title=format::minute(until)>
            {words}
        </time>
    }
}

/// The buttons of the verdicts, and the words that ask for changes.
#[component]
pub fn Verdicts(
    /// What was entered, and how it is sent.
    form: DecisionForm,
    /// Why nobody can ask for changes.
    no_changes: MaybeProp<String>,
) -> impl IntoView {
    let draft = form.draft;
    let count =
        move || draft.kept.with(|kept| (kept.iter().filter(|one| **one).count(), kept.len()));
    let unfit = Memo::new(move |_| draft.why_unfit());
    let picked = Memo::new(move |_| {
        let (kept, all) = count();
        unfit.get().or_else(|| (all > 1).then(|| words::kept_words(kept, all)))
    });
    let approve = move || match count() {
        (kept, all) if kept < all => format!("Approve {kept} of {all}"),
        _ => "Approve".to_owned(),
    };
    view! {
        <div class="decision__verdicts">
            <LongTextField
                name=words_of(draft.review)
                label="Comment or reason"
                help="Needed to ask for changes or to reject."
                value=draft.words
                error=draft.wrong
                max_length=MOST_REASON_CHARS
                rows=2
            />
            <Show when=move || picked.read().is_some()>
                <p class="small muted num" role="status">
                    {move || picked.get()}
                </p>
            </Show>
            <div class="row" role="group" aria-label="Decide">
                <Button
                    look=ButtonLook::Primary
                    icon=Icon::Check
                    disabled=Signal::derive(move || unfit.read().is_some())
                    busy=form.is_busy(Verdict::Approved)
                    on_press=move |()| form.send(Verdict::Approved)
                >
                    {approve}
                </Button>
                <Button
                    icon=Icon::RotateCcw
                    why_not=no_changes
                    busy=form.is_busy(Verdict::Changes)
                    on_press=move |()| form.send(Verdict::Changes)
                >
                    "Ask for changes"
                </Button>
                <Button
                    icon=Icon::X
                    busy=form.is_busy(Verdict::Rejected)
                    on_press=move |()| form.send(Verdict::Rejected)
                >
                    "Reject"
                </Button>
            </div>
        </div>
    }
}
