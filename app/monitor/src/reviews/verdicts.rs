//! The buttons by which a person decides.

use leptos::prelude::*;
use model::{
    agent::approval::ReviewKind,
    review::{MOST_REASON_CHARS, Verdict},
};
use ui::{
    button::{Button, ButtonLook},
    field::{LongTextField, SwitchField},
    icon::Icon,
};

use super::{
    access::ReviewAccess,
    form::{DecisionForm, words_of},
    kind::{KindWords, picked_words},
};

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
