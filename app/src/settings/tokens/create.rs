//! The dialog in which a token is made; its key is shown there once.

use api::tokens::create_token;
use frame::{
    dialog_form::{DialogForm, KeyDialog, KeyWords},
    form::Form,
    layout::session::use_session,
};
use leptos::prelude::*;
use model::{
    access::{Role, TokenScope},
    account::TokenForm,
};
use ui::field::{Choice, SelectField, TextField, choices};

/// How long a token may live, as it is offered: days, or nothing for ever.
const SPANS: [(&str, &str); 4] =
    [("30", "30 days"), ("90", "90 days"), ("365", "1 year"), ("", "Never")];
const KEY: KeyWords = KeyWords {
    title: "Your new token",
    text: "Copy it now and store it where your program can read it. You can't see it again.",
    label: "Token",
    what: "token",
    test_id: "new-token",
};

/// Makes a token.
#[component]
pub(super) fn CreateDialog(
    /// Whether it is shown, both ways.
    open: RwSignal<bool>,
    /// Called when there is a new token.
    on_made: Callback<()>,
) -> impl IntoView {
    let key = RwSignal::new(None);
    view! {
        <KeyDialog id="create-token" title="Create token" open=open key=key words=KEY>
            <MakeToken key=key open=open on_made=on_made />
        </KeyDialog>
    }
}

#[component]
fn MakeToken(
    key: RwSignal<Option<String>>,
    open: RwSignal<bool>,
    on_made: Callback<()>,
) -> impl IntoView {
    let own = use_session().map_or(Role::Viewer, |session| session.view().role);
    // The role that is offered first is the least one that launches.
    let scope = if own < Role::Runner { TokenScope::Read } else { TokenScope::Launch };
    let role = own.min(Role::Runner);
    let form = Form::new(TokenForm { name: String::new(), role, scope, expires_in_days: Some(90) });
    let make = move |()| {
        form.sending.send(create_token(form.filled()), move |made| {
            key.try_set(Some(made.token));
            on_made.try_run(());
        });
    };
    let roles = choices(own.grantable(), Role::as_str, Role::label);
    let scopes = choices(TokenScope::ALL.iter().copied(), TokenScope::as_str, TokenScope::label);
    view! {
        <DialogForm open=open sending=form.sending on_submit=make verb="Create token" test_id="token-form">
            <TextField name="token_name" label="Name" required=true placeholder="Nightly campaign"
                value=form.text("name", |form| &mut form.name)
                help="The program that will use it." />
            <SelectField name="token_role" label="Role" options=roles
                value=form.text("role", |form| &mut form.role)
                help="Your role or lower. If your role is lowered, the token's is too." />
            <SelectField name="token_scope" label="Scope" options=scopes
                value=form.text("scope", |form| &mut form.scope)
                help="Give the program only what it needs. A token that can launch can't decide reviews." />
            <SelectField name="token_days" label="Expires after" options=Choice::list(SPANS)
                value=form.optional("expires_in_days", |form| &mut form.expires_in_days) />
        </DialogForm>
    }
}
