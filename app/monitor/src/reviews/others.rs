//! Having others decide: links for somebody without an account, and giving a review to other members.

use api::{
    review_links::{load_review_links, make_review_link, revoke_review_link},
    reviews::{load_deciders, reassign_review},
};
use frame::{dialog_form::DialogForm, layout::session::use_session, sending::Sending};
use leptos::{prelude::*, task::spawn_local};
use model::{
    access::Permission,
    api::{
        review_links::{ReviewLinkForm, ReviewLinkRow},
        reviews::ReassignForm,
    },
    id::ReviewId,
    pages::{PersonName, ReviewCard},
    problem::Problem,
    review::{MOST_REASON_CHARS, assignment::Reviewers},
};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    dialog::Dialog,
    failure::FormError,
    field::{Choice, LongTextField, PickOption, PickerField, Picks, SelectField, SwitchField},
    icon::{Glyph, Icon},
    relative_time::LocalTime,
    toast::{ToastKind, Toasts, use_toasts},
};
use web::client::{clipboard::copy_text, page::full_address};

use super::words;

/// How long a link may work, as it is offered.
const SPANS: [(&str, &str); 4] =
    [("24", "1 day"), ("72", "3 days"), ("168", "7 days"), ("720", "30 days")];

/// The links to one review.
#[derive(Clone, Copy)]
struct Links {
    review: ReviewId,
    rows: RwSignal<Vec<ReviewLinkRow>>,
    /// The whole address of the one just made.
    made: RwSignal<Option<String>>,
    hours: RwSignal<String>,
    busy: RwSignal<bool>,
    /// Why one was not made or not taken back.
    refused: RwSignal<Option<Problem>>,
    toasts: Toasts,
}

impl Links {
    fn load(self) {
        spawn_local(async move {
            if let Ok(rows) = load_review_links(self.review).await {
                self.rows.try_set(rows);
            }
        });
    }

    fn make(self) {
        let Ok(hours) = self.hours.get_untracked().parse() else { return };
        self.busy.set(true);
        self.refused.set(None);
        spawn_local(async move {
            match make_review_link(self.review, ReviewLinkForm { hours }).await {
                Ok(link) => {
                    let address = full_address(&link.path);
                    let copied = copy_text(&address).await;
                    self.made.try_set(Some(address));
                    if copied {
                        self.toasts.show(ToastKind::Done, "Copied.".to_owned());
                    }
                    self.load();
                }
                Err(error) => drop(self.refused.try_set(Some(error.0))),
            }
            self.busy.try_set(false);
        });
    }

    fn revoke(self, row: &ReviewLinkRow) {
        let id = row.id;
        self.refused.set(None);
        spawn_local(async move {
            match revoke_review_link(self.review, id).await {
                Ok(()) => drop(self.made.try_set(None)),
                Err(error) => drop(self.refused.try_set(Some(error.0))),
            }
            self.load();
        });
    }
}

/// The button that makes links, and the dialog in which they are.
#[component]
pub(super) fn ReviewLinks(review: ReviewId) -> impl IntoView {
    let open = RwSignal::new(false);
    let links = Links {
        review,
        rows: RwSignal::new(vec![]),
        made: RwSignal::new(None),
        hours: RwSignal::new("72".to_owned()),
        busy: RwSignal::new(false),
        refused: RwSignal::new(None),
        toasts: use_toasts(),
    };
    let show = move |()| {
        links.made.set(None);
        links.refused.set(None);
        links.load();
        open.set(true);
    };
    view! {
        <Button
            look=ButtonLook::Ghost
            size=ButtonSize::Small
            icon=Icon::ExternalLink
            on_press=show
        >
            "Review link…"
        </Button>
        <Dialog id=format!("links-{review}") title="Review link" open=open>
            <LinkDialog links=links />
        </Dialog>
    }
}

#[component]
fn LinkDialog(links: Links) -> impl IntoView {
    let span = |(hours, label): (&str, &str)| Choice::new(hours, label);
    let spans: Vec<Choice> = SPANS.into_iter().map(span).collect();
    let address = move || {
        links.made.get().map(|address| {
            view! {
                <input
                    class="input"
                    readonly=true
                    aria-label="Review link"
                    data-testid="review-link"
                    value=address
                />
                <p class="small muted">
                    "Copy it now. You can't see it again. Anyone with this link can decide in your name. The history shows “link of” and your name."
                </p>
            }
        })
    };
    let row = move |row: ReviewLinkRow| {
        let (words, expires_at) = (format!("By {}, expires ", row.made_by), row.expires_at);
        view! {
            <li class="links__row">
                <span class="small">{words} <LocalTime at=expires_at /></span>
                <Button size=ButtonSize::Small icon=Icon::Trash on_press=move |()| links.revoke(&row)>
                    "Revoke"
                </Button>
            </li>
        }
    };
    view! {
        <div class="stack">
            <p>
                "Anyone with the link can read this review and decide once, without an account. The link expires after the decision."
            </p>
            <FormError error=links.refused />
            <SelectField
                name=format!("span-{}", links.review)
                label="Expires after"
                value=links.hours
                options=Signal::stored(spans)
            />
            {address}
            <ul class="links">
                <For each=move || links.rows.get() key=|row| row.id children=row />
            </ul>
            <div class="dialog__footer">
                <Button
                    look=ButtonLook::Primary
                    busy=links.busy
                    on_press=move |()| links.make()
                >
                    "Create and copy link"
                </Button>
            </div>
        </div>
    }
}

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

/// The members who can be named; those of `named` who are not among them follow, so that they can be
/// taken out.
pub fn people_options(people: &[PersonName], named: &[String]) -> Vec<PickOption> {
    let here = people.iter().map(|person| PickOption {
        value: person.id.to_string(),
        title: person.name.clone(),
        ..PickOption::default()
    });
    let mut options: Vec<PickOption> = here.collect();
    for id in named {
        if options.iter().all(|option| option.value != *id) {
            options.push(PickOption {
                value: id.clone(),
                title: "Former member".to_owned(),
                ..PickOption::default()
            });
        }
    }
    options
}
