//! The form of a decision: what was entered, the buttons by which a person decides, and how it is sent.

use api::{
    ApiError,
    review_links::decide_by_link,
    reviews::{decide, load_review_item},
};
use leptos::{
    prelude::{StoredValue, *},
    task::spawn_local,
};
use model::{
    agent::approval::ReviewKind,
    id::ReviewId,
    problem::Problem,
    review::{Approval, Decision, MOST_REASON_CHARS, Verdict},
};
use ui::{
    button::{Button, ButtonLook},
    field::{LongTextField, SwitchField},
    icon::Icon,
    toast::{ToastKind, Toasts, use_toasts},
};
use web::client::{clipboard::copy_text, focus::focus};

use super::{
    draft::Draft,
    words::{KindWords, picked_words},
};

/// The form of one review: what was entered, and sending it, one decision at a time.
#[derive(Clone, Copy)]
pub struct DecisionForm {
    pub(super) draft: Draft,
    pub(super) access: ReviewAccess,
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

    /// Why it is not approved; where that is still to be said, what asks for it.
    fn reason(self, words: KindWords) -> Result<String, &'static str> {
        let said = self.draft.words.get_untracked().trim().to_owned();
        if said.is_empty() { words.reason_unsaid.map(str::to_owned) } else { Ok(said) }
    }

    /// Sends the decision, unless one is on its way or a reason is missing.
    pub(super) fn send(self, verdict: Verdict) {
        let words = KindWords::for_kind(self.draft.kind);
        let reason = match self.reason(words) {
            Err(missing) if verdict != Verdict::Approved => {
                self.draft.wrong.set(Some(missing.to_owned()));
                focus(&words_of(self.draft.review));
                return;
            }
            reason => reason.unwrap_or_default(),
        };
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
                    self.toasts.show(ToastKind::Done, words.decided(verdict).to_owned());
                }
                Err(error) if ["review_over", "items_changed"].contains(&error.0.code.as_str()) => {
                    self.tell_late(error.0, edited);
                }
                Err(error) => {
                    self.draft.refuse(&error.0);
                    self.toasts.show(ToastKind::Failed, error.0);
                }
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

    /// Whether this verdict is on its way.
    pub(super) fn is_busy(self, verdict: Verdict) -> Signal<bool> {
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

/// The id of the field of the comment or reason.
pub(super) fn words_of(review: ReviewId) -> String {
    format!("words-{review}")
}

/// Copies what a person has written, and says so; `else_said` where the browser does not let it.
pub(super) fn copy_mine(text: String, else_said: String, toasts: Toasts) {
    spawn_local(async move {
        if copy_text(&text).await {
            toasts.show(ToastKind::Done, "Copied.")
        } else {
            toasts.show(ToastKind::Failed, else_said)
        }
    });
}

/// By which right a review is read and decided.
#[derive(Clone, Copy)]
pub enum ReviewAccess {
    /// As the person who is signed in.
    Person,
    /// By the link of the page.
    Link(StoredValue<String>),
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
    let words = KindWords::for_kind(draft.kind);
    let count =
        move || draft.kept.with(|kept| (kept.iter().filter(|one| **one).count(), kept.len()));
    let unfit = Memo::new(move |_| draft.why_unfit());
    let picked = Memo::new(move |_| {
        let (kept, all) = count();
        unfit.get().or_else(|| (all > 1).then(|| picked_words(draft.kind, kept, all)))
    });
    let approve = move || match count() {
        (kept, all) if kept < all => format!("{} {kept} of {all}", words.approve),
        _ => words.approve.to_owned(),
    };
    // Calls that were not made, limits and results that were not reached have no other version.
    let changes = (draft.kind == ReviewKind::Content).then(|| {
        view! {
            <Button
                icon=Icon::RotateCcw
                why_not=no_changes
                busy=form.is_busy(Verdict::Changes)
                on_press=move |()| form.send(Verdict::Changes)
            >
                "Ask for changes"
            </Button>
        }
    });
    view! {
        <div class="decision__verdicts">
            <LongTextField
                name=words_of(draft.review)
                label="Comment or reason"
                help=words.help
                value=draft.words
                error=draft.wrong
                max_length=MOST_REASON_CHARS
                rows=2
            />
            <Always form=form />
            <div class="decision__go">
                <Show when=move || picked.read().is_some()>
                    <p class="small muted num" role="status">
                        {move || picked.get()}
                    </p>
                </Show>
                <div class="row" role="group" aria-label="Decision">
                    <Button
                        look=ButtonLook::Primary
                        icon=Icon::Check
                        disabled=Signal::derive(move || unfit.read().is_some())
                        busy=form.is_busy(Verdict::Approved)
                        on_press=move |()| form.send(Verdict::Approved)
                    >
                        {approve}
                    </Button>
                    {changes}
                    <Button
                        icon=Icon::X
                        busy=form.is_busy(Verdict::Rejected)
                        on_press=move |()| form.send(Verdict::Rejected)
                    >
                        {words.reject}
                    </Button>
                </div>
            </div>
        </div>
    }
}

/// Lets a person who is signed in allow the tools of the calls once and for all in this execution.
#[component]
fn Always(form: DecisionForm) -> impl IntoView {
    let draft = form.draft;
    let offered = match form.access {
        ReviewAccess::Person => draft.kind == ReviewKind::ToolCalls,
        ReviewAccess::Link(_) => false,
    };
    offered.then(|| {
        view! {
            <SwitchField
                name=format!("always-{}", draft.review)
                label="Always allow in this run"
                help="Atelier doesn't ask again about the tools you approve now."
                value=draft.always
            />
        }
    })
}
