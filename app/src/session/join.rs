//! Joining a workspace by the link of an invitation. Opening the page accepts nothing.

use api::{
    ApiError,
    members::{Join, find_invitation},
    page::answer_with,
    session::{SignOut, find_sign_in_ways},
};
use frame::layout::page_resource::load_once;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_params_map;
use model::{
    api::members::{InvitationView, JoinWay},
    oidc::SignInWays,
    problem::{Problem, ProblemKind},
};
use ui::{
    button::{Button, ButtonLook, ButtonSize, LinkButton},
    failure::ErrorCard,
    field::{PasswordField, PasswordUse, TextField, TextKind},
    icon::Icon,
    relative_time::LocalTime,
    skeleton::{Skeleton, SkeletonShape},
};
use web::routes;

use super::{
    form::{SubmitForm, message_of},
    frame::SessionFrame,
    provider::ProviderLink,
};

/// What the link in the address invites to, and what it takes to join.
#[component]
pub fn JoinPage() -> impl IntoView {
    let params = use_params_map();
    let token = Memo::new(move |_| params.with(|params| params.get("token").unwrap_or_default()));
    let page = load_once(move || token.get(), find_invitation);
    let ways = load_once(|| (), |()| find_sign_in_ways());
    let again = Callback::new(move |()| {
        page.refetch();
        ways.refetch();
    });
    let show = move || {
        // What is read later may be gone: a build that is thrown away goes on waiting.
        let (token, ways) = (token.get_untracked(), ways.into_future());
        Suspend::new(async move {
            match (page.await, ways.await) {
                (Ok(invitation), Ok(ways)) => {
                    view! { <Invited token=token invitation=invitation ways=ways again=again /> }
                        .into_any()
                }
                (Err(ApiError(problem)), _) | (Ok(_), Err(ApiError(problem))) => {
                    view! { <NoInvitation problem=problem again=again /> }.into_any()
                }
            }
        })
    };
    view! {
        <Title text="Join a workspace" />
        <Meta name="robots" content="noindex" />
        <Transition fallback=|| {
            view! { <Skeleton shape=SkeletonShape::Lines count=4 /> }
        }>{show}</Transition>
    }
}

/// Why the link leads nowhere, and what to do about it.
#[component]
fn NoInvitation(problem: Problem, again: Callback<()>) -> impl IntoView {
    answer_with(problem.status());
    let (title, lead) = if problem.kind == ProblemKind::Gone {
        let title = match problem.code.as_str() {
            "invitation_used" => "This invitation was already used",
            "invitation_expired" => "This invitation has expired",
            _ => "This invitation no longer works",
        };
        (title, problem.detail)
    } else if problem.kind == ProblemKind::NotFound {
        let lead = "Check that you copied the whole link, or ask the sender for a new one.";
        ("Invitation not found", lead.to_owned())
    } else {
        return view! {
            <main class="not-found" id="content">
                <ErrorCard
                    title="Couldn't open invitation"
                    problem=problem
                    on_retry=again
                />
            </main>
        }
        .into_any();
    };
    view! {
        <SessionFrame title=title lead=lead>
            <LinkButton href=routes::entry() size=ButtonSize::Large icon=Icon::ArrowRight>
                "Go to your workspace"
            </LinkButton>
        </SessionFrame>
    }
    .into_any()
}

#[component]
fn Invited(
    token: String,
    invitation: InvitationView,
    /// How people sign in here.
    ways: SignInWays,
    again: Callback<()>,
) -> impl IntoView {
    let InvitationView { workspace, invited_by, email, role, expires_at, way } = invitation;
    let title = format!("Join {workspace}");
    let lead = format!("{invited_by} invited {email} as {}.", role.label().to_lowercase());
    let verb = format!("Join {workspace}");
    let is_guest = matches!(way, JoinWay::NewAccount | JoinWay::Password);
    let SignInWays { provider, password, .. } = ways;
    let (next, sole) = (routes::join(&token), !password);
    let provider = provider.filter(|_| is_guest);
    let provider = provider.map(|name| view! { <ProviderLink name=name next=next sole=sole /> });
    let form = (!is_guest || password).then(|| match way {
        JoinWay::NewAccount => view! { <NewAccount token=token verb=verb /> }.into_any(),
        JoinWay::Password => {
            view! { <WithPassword token=token verb=verb email=email /> }.into_any()
        }
        JoinWay::SignedIn => view! { <AsSignedIn token=token verb=verb /> }.into_any(),
        JoinWay::Other { email: other } => {
            view! { <AsOther invited=email other=other token=token again=again /> }.into_any()
        }
    });
    view! {
        <SessionFrame title=title lead=lead>
            <div class="stack" data-testid="invitation">
                {provider}
                {form}
                <p class="subtle small num">
                    "The link expires " <LocalTime at=expires_at /> "."
                </p>
            </div>
        </SessionFrame>
    }
}

#[component]
fn NewAccount(token: String, verb: String) -> impl IntoView {
    let action = ServerAction::<Join>::new();
    view! {
        <SubmitForm action=action verb=verb icon=Icon::ArrowRight>
            <input type="hidden" name="token" value=token />
            <TextField name="name" label="Your name" kind=TextKind::PersonName required=true
                error=message_of(action, "name") />
            <PasswordField name="password" label="Choose a password" purpose=PasswordUse::New
                error=message_of(action, "password")
                help="At least 10 characters. A short sentence works well. You sign in with it and your email." />
        </SubmitForm>
    }
}

#[component]
fn WithPassword(token: String, verb: String, email: String) -> impl IntoView {
    let action = ServerAction::<Join>::new();
    view! {
        <SubmitForm action=action verb=verb icon=Icon::ArrowRight>
            <input type="hidden" name="token" value=token />
            <PasswordField name="password" label="Password" purpose=PasswordUse::Current
                error=message_of(action, "password")
                help=format!("You already have an account here. Enter the password for {email}.") />
        </SubmitForm>
    }
}

#[component]
fn AsSignedIn(token: String, verb: String) -> impl IntoView {
    let action = ServerAction::<Join>::new();
    view! {
        <SubmitForm action=action verb=verb icon=Icon::ArrowRight>
            <input type="hidden" name="token" value=token />
        </SubmitForm>
    }
}

/// Says that somebody else is signed in, and offers to sign them out.
#[component]
fn AsOther(
    /// The address that is invited.
    invited: String,
    /// The address with which the visitor is signed in.
    other: String,
    token: String,
    again: Callback<()>,
) -> impl IntoView {
    let action = ServerAction::<SignOut>::new();
    Effect::new(move || {
        if action.value().get() == Some(Ok(())) {
            again.run(());
        }
    });
    let next = routes::join(&token);
    let sign_out = move |()| drop(action.dispatch(SignOut { next: next.clone() }));
    view! {
        <p dir="auto">
            {format!("You're signed in as {other}, but this invitation is for {invited}. Sign out, then join.")}
        </p>
        <div class="row">
            <Button
                look=ButtonLook::Primary
                size=ButtonSize::Large
                icon=Icon::LogOut
                busy=action.pending()
                on_press=sign_out
            >
                "Sign out"
            </Button>
            <LinkButton href=routes::entry() size=ButtonSize::Large>
                "Stay signed in"
            </LinkButton>
        </div>
    }
}
