//! The first visit: creates the owner and their workspace.

use api::session::{SetUp, Visitor};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    field::{PasswordField, PasswordUse, TextField, TextKind},
    icon::Icon,
};

use super::{
    entry::VisitorPage,
    form::{SubmitForm, message_of},
    frame::SessionFrame,
};

/// The set-up page; everybody but the first visitor is redirected.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let show = |visitor| match visitor {
        Visitor::First { code_needed } => {
            let code = if code_needed { CodeField::Shown } else { CodeField::Hidden };
            Ok(view! { <SetUpForm code=code /> }.into_any())
        }
        other => Err(other),
    };
    view! {
        <Title text="Welcome" />
        <VisitorPage show=show />
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
                    .then(|| {
                        view! {
                            <TextField name="code" label="One-time code" required=true
                                error=message_of(action, "code")
                                help="Other machines can reach this server. Enter the code from its log to prove it's \
                                yours." />
                        }
                    })}
            </SubmitForm>
        </SessionFrame>
    }
    .into_any()
}

#[component]
fn OwnerFields(action: ServerAction<SetUp>) -> impl IntoView {
    let wrong = move |path| message_of(action, path);
    view! {
        <div class="form__pair">
            <TextField name="name" label="Your name" kind=TextKind::PersonName required=true
                error=wrong("name") />
            <TextField name="workspace" label="Workspace" placeholder="Spring studio" required=true
                error=wrong("workspace") />
        </div>
        <TextField name="email" label="Email" kind=TextKind::Email required=true
            error=wrong("email") help="You sign in with it." />
        <PasswordField name="password" label="Password" purpose=PasswordUse::New
            error=wrong("password")
            help="At least 10 characters. A short sentence works well." />
    }
    .into_any()
}
