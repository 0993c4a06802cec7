//! The first visit: creates the owner and their workspace.

use api::session::{SetUp, Visitor, find_visitor};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Redirect;
use ui::{
    field::{PasswordField, PasswordUse, TextField, TextKind},
    icon::Icon,
};

use super::{
    entry::{Unreachable, place_of},
    form::{SubmitForm, message_of},
    frame::SessionFrame,
};

/// The set-up page; everybody but the first visitor is redirected.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let who = Resource::new_blocking(|| (), |()| find_visitor());
    view! {
        <Title text="Welcome" />
        <Suspense>
            {move || Suspend::new(async move {
                match who.await {
                    Ok(Visitor::First { code_needed }) => {
                        let code = if code_needed { CodeField::Shown } else { CodeField::Hidden };
                        view! { <SetUpForm code=code /> }.into_any()
                    }
                    Ok(other) => view! { <Redirect path=place_of(&other) /> }.into_any(),
                    Err(error) => view! { <Unreachable error=error retry=move |()| who.refetch() /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// Whether the form asks for the one-time code from the server's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeField {
    /// The code is asked for: the server is reachable from other machines.
    Shown,
    /// No code is asked for: the server is reachable from this machine only.
    Hidden,
}

/// The form of the first visit.
#[component]
pub fn SetUpForm(
    /// Whether the one-time code is asked for.
    code: CodeField,
) -> impl IntoView {
    let action = ServerAction::<SetUp>::new();
    view! {
        <SessionFrame
            title="Welcome to your Atelier"
            lead="Create the owner account. You don't need a key or an account anywhere else: nothing \
            leaves this server until you connect a provider or a tool server."
        >
            <SubmitForm action=action verb="Create account" icon=Icon::Sparkles>
                <OwnerFields action=action />
                {(code == CodeField::Shown)
                    .then(|| view! { <CodeInput error=message_of(action, "code") /> })}
            </SubmitForm>
        </SessionFrame>
    }
    .into_any()
}

#[component]
fn OwnerFields(action: ServerAction<SetUp>) -> impl IntoView {
    let wrong = move |path| message_of(action, path);
    let [name, email, password, workspace] = std::array::from_fn(|_| RwSignal::new(String::new()));
    view! {
        <div class="form__pair">
            <TextField
                name="name"
                label="Your name"
                kind=TextKind::PersonName
                value=name
                error=wrong("name")
                required=true
            />
            <TextField
                name="workspace"
                label="Workspace"
                value=workspace
                placeholder="Spring studio"
                error=wrong("workspace")
                required=true
            />
        </div>
        <TextField
            name="email"
            label="Email"
            kind=TextKind::Email
            value=email
            help="You sign in with it."
            error=wrong("email")
            required=true
        />
        <PasswordField
            name="password"
            label="Password"
            purpose=PasswordUse::New
            value=password
            help="At least 10 characters. A short sentence works well."
            error=wrong("password")
        />
    }
    .into_any()
}

#[component]
fn CodeInput(error: Signal<Option<String>>) -> impl IntoView {
    let code = RwSignal::new(String::new());
    view! {
        <TextField
            name="code"
            label="One-time code"
            value=code
            help="Other machines can reach this server. Enter the code from its log to prove it's \
            yours."
            error=error
            required=true
        />
    }
    .into_any()
}
