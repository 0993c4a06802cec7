//! Sending a review to somebody without an account: links that work for a while.

use api::review_links::{load_review_links, make_review_link, revoke_review_link};
use leptos::{prelude::*, task::spawn_local};
use model::{
    api::review_links::{ReviewLinkForm, ReviewLinkRow},
    id::ReviewId,
    problem::Problem,
};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    dialog::Dialog,
    failure::FormError,
    field::{Choice, SelectField},
    icon::Icon,
    relative_time::LocalTime,
    toast::{ToastKind, Toasts, use_toasts},
};
use web::client::{clipboard::copy_text, page::full_address};

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
