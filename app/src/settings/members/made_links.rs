//! The links of invitations that were just made: they are shown this once.

use leptos::{prelude::*, task::spawn_local};
use model::api::members::NewInvitation;
use ui::{
    button::{Button, ButtonSize},
    icon::Icon,
    toast::{ToastKind, use_toasts},
};
use web::client::clipboard::copy_text;

/// The links, each with a button that copies it, and one that copies all of several.
#[component]
pub(super) fn MadeLinks(made: Vec<NewInvitation>) -> impl IntoView {
    let origin = window().location().origin().unwrap_or_default();
    let links: Vec<(String, String)> =
        made.into_iter().map(|one| (one.email, format!("{origin}{}", one.path))).collect();
    let lines: Vec<String> = links.iter().map(|(email, link)| format!("{email} {link}")).collect();
    let all = (lines.len() > 1).then(|| {
        let text = lines.join("\n");
        view! { <CopyButton text=text verb="Copy all" /> }
    });
    let rows = links.into_iter().map(|(email, link)| {
        let label = format!("Link for {email}");
        view! {
            <li class="members__link">
                <span class="small" dir="auto">
                    {email.clone()}
                </span>
                <input class="input" readonly=true aria-label=label value=link.clone() />
                <CopyButton text=link verb="Copy" of=email />
            </li>
        }
    });
    view! {
        <div class="stack" data-testid="made-links">
            <p>
                "Send each link to its person: it works once, for seven days, and only for that address. It is shown only now."
            </p>
            <ul class="members__links">{rows.collect_view()}</ul>
            {all}
        </div>
    }
}

/// A button that copies a text.
#[component]
pub(super) fn CopyButton(
    /// What is copied.
    text: String,
    /// The word on the button.
    verb: &'static str,
    /// Whose link it is, for screen readers.
    #[prop(optional)]
    of: String,
) -> impl IntoView {
    let toasts = use_toasts();
    let copy = move |()| {
        let text = text.clone();
        spawn_local(async move {
            if copy_text(&text).await {
                toasts.show(ToastKind::Done, "Copied");
            } else {
                let words = "The browser did not copy it. Select the link and copy it yourself.";
                toasts.show(ToastKind::Failed, words);
            }
        });
    };
    let whose =
        (!of.is_empty()).then(|| view! { <span class="unseen">{format!(" for {of}")}</span> });
    view! {
        <Button size=ButtonSize::Small icon=Icon::Copy on_press=copy>
            {verb}
            {whose}
        </Button>
    }
}
