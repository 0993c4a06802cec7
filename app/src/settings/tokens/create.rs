//! The dialog in which a token is made; its key is shown there once.

use api::tokens::create_token;
use frame::{dialog_form::DialogForm, layout::session::use_session, sending::Sending};
use leptos::prelude::*;
use model::{
    access::{Role, TokenScope},
    account::TokenForm,
};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    copy::CopyButton,
    dialog::Dialog,
    field::{Choice, SelectField, TextField},
};
use web::client::focus::focus_first;

/// How long a token may live, as it is offered: days, or nothing for ever.
const SPANS: [(&str, &str); 4] =
    [("30", "30 days"), ("90", "90 days"), ("365", "1 year"), ("", "Never")];

/// Makes a token. What is typed, and the key, are gone from the page once it is closed.
#[component]
pub(super) fn CreateDialog(
    /// Whether it is shown, both ways.
    open: RwSignal<bool>,
    /// Called when there is a new token.
    on_made: Callback<()>,
) -> impl IntoView {
    let key = RwSignal::new(None::<String>);
    Effect::new(move || {
        if !open.get() {
            key.set(None);
        }
    });
    let title = Signal::derive(move || match key.get() {
        Some(_) => "Your new token".to_owned(),
        None => "Create token".to_owned(),
    });
    let content = move || match key.get() {
        Some(key) => view! { <NewKey key=key open=open /> }.into_any(),
        None => view! { <Form key=key open=open on_made=on_made /> }.into_any(),
    };
    view! {
        <Dialog id="create-token" title=title open=open>
            {move || open.get().then(content)}
        </Dialog>
    }
}

/// What the person fills in.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    role: RwSignal<String>,
    scope: RwSignal<String>,
    days: RwSignal<String>,
}

impl Fields {
    /// The role that is offered first is the least one that launches.
    fn new() -> Self {
        Self {
            name: RwSignal::new(String::new()),
            role: RwSignal::new(Role::Runner.as_str().to_owned()),
            scope: RwSignal::new(TokenScope::Launch.as_str().to_owned()),
            days: RwSignal::new("90".to_owned()),
        }
    }

    fn form(self, own: Role) -> TokenForm {
        TokenForm {
            name: self.name.get_untracked(),
            role: self.role.get_untracked().parse().unwrap_or(own),
            scope: self.scope.get_untracked().parse().unwrap_or_default(),
            expires_in_days: self.days.get_untracked().parse().ok(),
        }
    }
}

#[component]
fn Form(
    key: RwSignal<Option<String>>,
    open: RwSignal<bool>,
    on_made: Callback<()>,
) -> impl IntoView {
    let own = use_session().map_or(Role::Viewer, |session| session.view().role);
    let fields = Fields::new();
    if own < Role::Runner {
        fields.role.set(own.as_str().to_owned());
        fields.scope.set(TokenScope::Read.as_str().to_owned());
    }
    let sending = Sending::default();
    let make = move |()| {
        sending.send(create_token(fields.form(own)), move |made| {
            key.try_set(Some(made.token));
            on_made.try_run(());
        });
    };
    view! {
        <DialogForm
            open=open
            sending=sending
            on_submit=make
            verb="Create token"
            test_id="token-form"
        >
            <Inputs own=own fields=fields sending=sending />
        </DialogForm>
    }
}

/// The inputs of the form, with the problems of each.
#[component]
fn Inputs(own: Role, fields: Fields, sending: Sending) -> impl IntoView {
    let roles: Vec<Choice> =
        own.grantable().map(|role| Choice::new(role.as_str(), role.label())).collect();
    let scopes = TokenScope::ALL.iter();
    let scopes: Vec<Choice> =
        scopes.map(|scope| Choice::new(scope.as_str(), scope.label())).collect();
    let spans = SPANS.map(|(days, label)| Choice::new(days, label)).to_vec();
    view! {
        <TextField
            name="token_name"
            label="Name"
            value=fields.name
            error=sending.wrong("name")
            help="The program that will use it."
            placeholder="Nightly campaign"
            required=true
        />
        <SelectField
            name="token_role"
            label="Role"
            value=fields.role
            options=Signal::stored(roles)
            error=sending.wrong("role")
            help="Your role or lower. If your role is lowered, the token's is too."
        />
        <SelectField
            name="token_scope"
            label="Scope"
            value=fields.scope
            options=Signal::stored(scopes)
            error=sending.wrong("scope")
            help="Give the program only what it needs. A token that can launch can't decide reviews."
        />
        <SelectField
            name="token_days"
            label="Expires after"
            value=fields.days
            options=Signal::stored(spans)
            error=sending.wrong("expires_in_days")
        />
    }
}

/// The key of the new token, which is shown only now.
#[component]
fn NewKey(key: String, open: RwSignal<bool>) -> impl IntoView {
    // The form that had the focus is gone.
    Effect::new(|| focus_first(".tokens__key"));
    let shown = key.clone();
    view! {
        <div class="stack" data-testid="new-token">
            <p>
                "Copy it now and store it where your program can read it. You can't see it again."
            </p>
            <div class="tokens__key">
                <input class="input" readonly=true aria-label="Token" value=shown />
                <CopyButton text=key verb="Copy" what="token" size=ButtonSize::Regular />
            </div>
            <footer class="dialog__footer">
                <Button look=ButtonLook::Primary on_press=move |()| open.set(false)>"Done"</Button>
            </footer>
        </div>
    }
}
