//! The links of invitations that were just made: they are shown this once.

use leptos::prelude::*;
use model::api::members::NewInvitation;
use ui::copy::CopyButton;
use web::client::page::full_address;

/// The links, each with a button that copies it, and one that copies all of several.
#[component]
pub(super) fn MadeLinks(made: Vec<NewInvitation>) -> impl IntoView {
    let links: Vec<(String, String)> =
        made.into_iter().map(|one| (one.email, full_address(&one.path))).collect();
    let lines: Vec<String> = links.iter().map(|(email, link)| format!("{email} {link}")).collect();
    let all = (lines.len() > 1).then(|| {
        let text = lines.join("\n");
        view! { <CopyButton text=text verb="Copy all" what="link" /> }
    });
    let rows = links.into_iter().map(|(email, link)| {
        let label = format!("Link for {email}");
        view! {
            <li class="members__link">
                <span class="small" dir="auto">
                    {email.clone()}
                </span>
                <input class="input" readonly=true aria-label=label value=link.clone() />
                <CopyButton text=link verb="Copy" what="link" of=email />
            </li>
        }
    });
    view! {
        <div class="stack" data-testid="made-links">
            <p>
                "Send each person their link. It works once, for seven days, and only with that address. Copy it now. You can't see it again."
            </p>
            <ul class="members__links">{rows.collect_view()}</ul>
            {all}
        </div>
    }
}
