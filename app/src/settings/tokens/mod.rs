//! API tokens: all of the workspace for an admin, one's own for everybody else.

mod create;

use api::tokens::{load_tokens, revoke_token};
use frame::layout::{
    page_resource::{ResourceView, load_once},
    session::use_session,
};
use leptos::prelude::*;
use model::{
    access::{Permission, TokenScope},
    account::TokenView,
    id::TokenId,
};
use ui::{
    badge::{Tag, Tone},
    button::{Button, ButtonLook, ButtonSize},
    card::{Card, PageHeader},
    dialog::RemovalDialog,
    empty::EmptyState,
    icon::Icon,
    relative_time::{LocalTime, RelativeTime},
    skeleton::SkeletonShape,
    toast::{ToastKind, use_toasts},
};
use web::settings_page::SettingsPage;

use self::create::CreateDialog;

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
        view! {
            <Button
                look=ButtonLook::Primary
                icon=Icon::Plus
                on_press=move |()| open.set(true)
            >
                "Create token"
            </Button>
        }
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
        <div class="page page--narrow settings">
            <PageHeader title=SettingsPage::Tokens.title() lead=lead actions=make />
            <ResourceView
                page=page
                failure="Couldn't load tokens"
                shape=SkeletonShape::Cards
                count=2
                show=show
            />
        </div>
        <CreateDialog open=open on_made=changed />
        <Revocation doomed=doomed on_done=changed />
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
                <div class="facts__row">
                    <dt>"Created"</dt>
                    <dd dir="auto"><RelativeTime at=token.created_at /> " by " {token.user_name}</dd>
                </div>
                <div class="facts__row">
                    <dt>"Expires"</dt>
                    <dd>{ends}</dd>
                </div>
                <div class="facts__row">
                    <dt>"Last used"</dt>
                    <dd>{used}</dd>
                </div>
            </dl>
            <footer class="settings__actions settings__foot">
                <Button
                    size=ButtonSize::Small
                    look=ButtonLook::Ghost
                    on_press=move |()| doomed.set(Some(id))
                >
                    "Revoke" <span class="unseen">{format!(" {name}")}</span>
                </Button>
            </footer>
        </Card>
    }
    .into_any()
}

/// Asks for consent before a token is revoked.
#[component]
fn Revocation(doomed: RwSignal<Option<TokenId>>, on_done: Callback<()>) -> impl IntoView {
    let toasts = use_toasts();
    let delete = |id| async move { revoke_token(id).await.map_err(|error| error.0) };
    let done = move |_: TokenId| {
        toasts.show(ToastKind::Done, "Token revoked.");
        on_done.run(());
    };
    view! {
        <RemovalDialog
            id="revoke-token"
            title="Revoke this token?"
            text="Programs that use it lose access right away. Runs they launched continue."
            verb="Revoke token"
            doomed=doomed
            delete=delete
            on_done=done
        />
    }
}
