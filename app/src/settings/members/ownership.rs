//! Handing the workspace to another owner.

use api::members::{load_member_holdings, transfer_ownership};
use frame::layout::{
    page_resource::{ResourceView, load_once},
    session::Session,
};
use leptos::{prelude::*, task::spawn_local};
use model::api::members::MemberHoldings;
use ui::{
    button::Button,
    card::Card,
    dialog::ConfirmDialog,
    field::{Choice, SelectField},
    skeleton::SkeletonShape,
    toast::{ToastKind, use_toasts},
};
use web::client::page::reload;

/// For the owner: who may become owner instead, and the button for it.
#[component]
pub(super) fn Ownership(session: Session) -> impl IntoView {
    let own = session.view().user_id;
    let page = load_once(|| (), move |()| load_member_holdings(own));
    let show = |holdings: MemberHoldings| view! { <Transfer holdings=holdings /> }.into_any();
    view! {
        <Card title="Ownership">
            <ResourceView
                page=page
                failure="Couldn't load editors and admins"
                shape=SkeletonShape::Lines
                count=2
                show=show
            />
        </Card>
    }
}

#[component]
fn Transfer(holdings: MemberHoldings) -> impl IntoView {
    if holdings.candidates.is_empty() {
        return view! {
            <p class="muted">
                "To transfer the workspace, invite an editor or an admin first."
            </p>
        }
        .into_any();
    }
    let (toasts, asked) = (use_toasts(), RwSignal::new(false));
    let people = holdings.candidates;
    let first = people.first().map(|person| person.id.to_string()).unwrap_or_default();
    let chosen = RwSignal::new(first);
    let options: Vec<Choice> = people
        .iter()
        .map(|person| Choice::new(person.id.to_string(), person.name.clone()))
        .collect();
    let people = StoredValue::new(people);
    let question = move || {
        let id = chosen.get();
        let named = people.with_value(|people| {
            people.iter().find(|one| one.id.to_string() == id).map(|one| one.name.clone())
        });
        format!("Make {} the owner?", named.unwrap_or_default())
    };
    let agree = move |()| {
        let Ok(user) = chosen.get_untracked().parse() else { return };
        spawn_local(async move {
            match transfer_ownership(user).await {
                // With another role the pages are others.
                Ok(()) => reload(),
                Err(error) => toasts.show(ToastKind::Failed, error.0),
            }
        });
    };
    view! {
        <div class="stack">
            <p class="muted">
                "Only the owner can transfer or delete the workspace. You become an admin."
            </p>
            <SelectField
                name="next-owner"
                label="New owner"
                value=chosen
                options=Signal::stored(options)
            />
            <div class="row">
                <Button on_press=move |()| asked.set(true)>"Transfer ownership…"</Button>
            </div>
        </div>
        <ConfirmDialog
            id="transfer-ownership"
            title=Signal::derive(question)
            text="They can remove you, and you can't undo this."
            verb="Transfer ownership"
            open=asked
            on_confirm=agree
        />
    }
    .into_any()
}
