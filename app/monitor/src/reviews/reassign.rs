//! Giving a review to others: the button, and the dialog in which they are chosen.

use api::reviews::{load_deciders, reassign_review};
use frame::{dialog_form::DialogForm, layout::session::use_session, sending::Sending};
use leptos::{prelude::*, task::spawn_local};
use model::{
    access::Permission,
    api::reviews::ReassignForm,
    id::ReviewId,
    pages::{PersonName, ReviewCard},
    review::{MOST_REASON_CHARS, assignment::Reviewers},
};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    dialog::Dialog,
    field::{Choice, LongTextField, PickerField, Picks, SelectField, SwitchField},
    icon::{Glyph, Icon},
    toast::{ToastKind, Toasts, use_toasts},
};

use super::{people::people_options, words};

/// Who can be asked, as it is offered.
const GROUPS: [(Reviewers, &str); 4] = [
    (Reviewers::People, "Specific people"),
    (Reviewers::Runners, "Anyone who can launch"),
    (Reviewers::Editors, "Editors and admins"),
    (Reviewers::Admins, "Admins only"),
];

/// What is chosen in the dialog of one review.
#[derive(Clone, Copy)]
struct Reassigning {
    card: Signal<ReviewCard>,
    review: ReviewId,
    open: RwSignal<bool>,
    group: RwSignal<String>,
    people: RwSignal<Vec<String>>,
    exclude_author: RwSignal<bool>,
    reason: RwSignal<String>,
    /// The members who can be named; none until they are loaded.
    members: RwSignal<Option<Vec<PersonName>>>,
    sending: Sending,
    toasts: Toasts,
    on_change: Callback<()>,
}

impl Reassigning {
    fn new(card: Signal<ReviewCard>, on_change: Callback<()>) -> Self {
        Self {
            card,
            review: card.with_untracked(|card| card.id),
            open: RwSignal::new(false),
            group: RwSignal::new(String::new()),
            people: RwSignal::new(vec![]),
            exclude_author: RwSignal::new(false),
            reason: RwSignal::new(String::new()),
            members: RwSignal::new(None),
            sending: Sending::default(),
            toasts: use_toasts(),
            on_change,
        }
    }

    /// Opens the dialog with who decides now.
    fn show(self) {
        let now = self.card.with_untracked(ReviewCard::assignment);
        self.group.set(Reviewers::People.as_str().to_owned());
        self.people.set(now.people.iter().map(ToString::to_string).collect());
        self.exclude_author.set(now.exclude_author);
        self.reason.set(String::new());
        self.sending.problem.set(None);
        self.members.set(None);
        self.open.set(true);
        spawn_local(async move {
            match load_deciders().await {
                Ok(members) => drop(self.members.try_set(Some(members))),
                Err(error) => drop(self.sending.problem.try_set(Some(error.0))),
            }
        });
    }

    fn send(self) {
        let people = self.people.get_untracked();
        let form = ReassignForm {
            reviewers: self.group.get_untracked().parse().unwrap_or_default(),
            people: people.iter().filter_map(|id| id.parse().ok()).collect(),
            exclude_author: Some(self.exclude_author.get_untracked()),
            reason: Some(self.reason.get_untracked()),
        };
        let sent = async move {
            let answer = reassign_review(self.review, form).await;
            // The panel may have left the page with what it was about.
            let _ = self.on_change.try_run(());
            answer
        };
        self.sending.send(sent, move |()| {
            self.open.try_set(false);
            self.toasts.show(ToastKind::Done, "Reassigned.".to_owned());
        });
    }

    /// What is wrong with a field or a part of it, as the server said.
    fn wrong(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            let problem = self.sending.problem.read();
            let mut errors = problem.as_ref()?.errors.iter();
            let is_about = |path: &str| path.starts_with(field);
            let error = errors.find(|error| error.path.as_deref().is_some_and(is_about));
            error.map(|error| error.message.clone())
        })
    }
}

/// Says so where nobody left can decide a review.
pub(super) fn render_stuck(card: Signal<ReviewCard>) -> impl IntoView {
    move || {
        card.with(words::stuck).map(|words| {
            view! {
                <p class="decision__why" data-state="stuck" role="note">
                    <Glyph icon=Icon::TriangleAlert size=14 />
                    {words}
                </p>
            }
        })
    }
}

/// Lets those who may give a review to others.
#[component]
pub(super) fn Reassign(
    card: Signal<ReviewCard>,
    #[prop(into)] on_change: Callback<()>,
) -> impl IntoView {
    let form = Reassigning::new(card, on_change);
    let may = Memo::new(move |_| card.with(|card| card.may_reassign));
    view! {
        <Show when=move || may.get()>
            <Button
                look=ButtonLook::Ghost
                size=ButtonSize::Small
                icon=Icon::Users
                on_press=move |()| form.show()
            >
                "Reassign…"
            </Button>
            <Dialog
                id=format!("reassign-{}", form.review)
                title="Reassign review"
                open=form.open
            >
                <Fields form=form />
            </Dialog>
        </Show>
    }
}

#[component]
fn Fields(form: Reassigning) -> impl IntoView {
    let id = form.review;
    let group = |(group, label): (Reviewers, &str)| Choice::new(group.as_str(), label);
    let groups: Vec<Choice> = GROUPS.into_iter().map(group).collect();
    // Only admins let somebody decide who was left out.
    let repairs = use_session().is_some_and(|session| session.may(Permission::RepairExecution));
    let switches = move || repairs || !form.card.with(|card| card.exclude_author);
    let names_people = move || form.group.with(|group| group == Reviewers::People.as_str());
    let people = move || {
        let members = form.members.get().filter(|_| names_people())?;
        let options = people_options(&members, &form.people.get_untracked());
        Some(view! {
            <PickerField
                name=format!("reassign-people-{id}")
                label="People"
                value=form.people
                options=options
                picks=Picks::Many
                nothing="No one else can decide reviews yet."
                error=form.wrong("people")
            />
        })
    };
    view! {
        <DialogForm
            open=form.open
            sending=form.sending
            on_submit=move |()| form.send()
            verb="Reassign"
        >
            <SelectField
                name=format!("reassign-group-{id}")
                label="Who decides"
                value=form.group
                options=Signal::stored(groups)
                error=form.wrong("reviewers")
            />
            {people}
            <Show when=switches>
                <SwitchField
                    name=format!("reassign-author-{id}")
                    label="Anyone but the author"
                    value=form.exclude_author
                    help="The person who launched the run doesn't decide."
                />
            </Show>
            <LongTextField
                name=format!("reassign-reason-{id}")
                label="Reason"
                help="Stays in the history of the review."
                value=form.reason
                error=form.wrong("reason")
                max_length=MOST_REASON_CHARS
                rows=2
            />
        </DialogForm>
    }
}
