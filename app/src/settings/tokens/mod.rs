//! API tokens: all of the workspace for an admin, one's own for everybody else.

mod create;

use api::tokens::{load_tokens, revoke_token};
use frame::layout::{page_resource::load_once, session::use_session};
use leptos::prelude::*;
use model::{
    access::{Permission, TokenScope},
    account::TokenView,
    id::TokenId,
};
use ui::{
    badge::{Tag, Tone},
    button::{ButtonLook, RowButton},
    card::{Card, Fact},
    dialog::RemovalDialog,
    empty::EmptyState,
    icon::Icon,
    relative_time::{LocalTime, RelativeTime},
};
use web::settings_page::SettingsPage;

use self::create::CreateDialog;
use super::sheet::{AddButton, SettingsSheet};

/// The tokens of the workspace that the person may see.
#[component]
pub fn TokensPage() -> impl IntoView {
    let page = load_once(|| (), |()| load_tokens());
    let (open, doomed) = (RwSignal::new(false), RwSignal::new(None::<TokenId>));
    let sees_all = use_session().is_some_and(|session| session.may(Permission::ManageTokens));
    let lead = if sees_all {
        "Programs use tokens to call the API on behalf of the member who created them. You see the tokens of all members."
    } else {
        "Programs use tokens to call the API in your name, with your role or a lower one."
    };
    let make = move || {
        view! { <AddButton verb="Create token" on_press=move |()| open.set(true) /> }
    };
    let changed = Callback::new(move |()| page.refetch());
    let show = move |tokens: Vec<TokenView>| {
        if tokens.is_empty() {
            return nothing().into_any();
        }
        let cards = tokens.into_iter().map(|token| view! { <Token token=token doomed=doomed /> });
        view! { <div class="tokens">{cards.collect_view()}</div> }.into_any()
    };
    view! {
        <SettingsSheet
            page=SettingsPage::Tokens
            lead=lead
            actions=make
            loads=page
            failure="Couldn't load tokens"
            count=2
            show=show
        />
        <CreateDialog open=open on_made=changed />
        <RemovalDialog
            id="revoke-token"
            title="Revoke this token?"
            text="Programs that use it lose access right away. Runs they launched continue."
            verb="Revoke token"
            doomed=doomed
            delete=revoke_token
            said="Token revoked."
            on_done=move |_| page.refetch()
        />
    }
}

fn nothing() -> impl IntoView {
    view! {
        <EmptyState
            icon=Icon::KeyRound
            title="No tokens yet"
            text="Create one for a program that launches workflows or reads results through the API."
        />
    }
}

/// A token: what it may do, until when, and who made it.
#[component]
fn Token(token: TokenView, doomed: RwSignal<Option<TokenId>>) -> impl IntoView {
    let (id, name) = (token.id, token.name.clone());
    let scope = (token.scope != TokenScope::Full)
        .then(|| view! { <Tag tone=Tone::Accent>{token.scope.label()}</Tag> });
    let ends = match (token.expires_at, token.expired) {
        (Some(at), true) => {
            view! { <Tag tone=Tone::Warning>"Expired"</Tag> " " <RelativeTime at=at /> }.into_any()
        }
        (Some(at), false) => view! { <LocalTime at=at /> }.into_any(),
        (None, _) => "Never".into_any(),
    };
    let used = match token.last_used_at {
        Some(at) => view! { <RelativeTime at=at /> }.into_any(),
        None => "Never".into_any(),
    };
    view! {
        <Card>
            <div class="tokens__head">
                <h2 class="tokens__name" dir="auto">{token.name}</h2>
                <Tag>{token.role.label()}</Tag>
                {scope}
            </div>
            <dl class="facts">
                <Fact name="Created" written=true>
                    <RelativeTime at=token.created_at />
                    " by "
                    {token.user_name}
                </Fact>
                <Fact name="Expires">{ends}</Fact>
                <Fact name="Last used">{used}</Fact>
            </dl>
            <footer class="settings__actions settings__foot">
                <RowButton
                    verb="Revoke"
                    of=format!(" {name}")
                    look=ButtonLook::Ghost
                    on_press=move |()| doomed.set(Some(id))
                />
            </footer>
        </Card>
    }
    .into_any()
}
