//! The fields of a workspace's own access to a provider.

use frame::form::Form;
use leptos::prelude::*;
use model::{
    number::{NumberKind, parse_number},
    problem::{FieldProblem, Problem},
    provider::{Pace, ProviderForm, ProviderView, ProvidersPage, invalid_provider},
    provider_choice::Vendor,
};
use ui::field::{PasswordField, PasswordUse, TextField, TextKind};

const AT_ONCE: &str = "pace.calls_at_once";
const PER_MINUTE: &str = "pace.calls_per_minute";

/// What is filled in; the key is emptied as soon as it is saved.
#[derive(Clone, Default)]
pub struct AccessDraft {
    /// All but the limits.
    pub access: ProviderForm,
    calls_at_once: String,
    calls_per_minute: String,
}

impl AccessDraft {
    /// The saved access; empty without one. The key is never filled in.
    pub fn from_saved(saved: Option<&ProviderView>) -> Self {
        let Some(saved) = saved else { return Self::default() };
        let number = |limit: Option<u32>| limit.map(|limit| limit.to_string()).unwrap_or_default();
        Self {
            access: ProviderForm {
                base_url: saved.base_url.clone(),
                text_model: saved.text_model.clone(),
                image_model: saved.image_model.clone(),
                ..ProviderForm::default()
            },
            calls_at_once: number(saved.pace.calls_at_once),
            calls_per_minute: number(saved.pace.calls_per_minute),
        }
    }

    /// The form to send.
    ///
    /// # Errors
    /// The limits that are no whole number.
    pub fn form(self) -> Result<ProviderForm, Problem> {
        let mut errors = vec![];
        let mut number = |path: &str, text: &str| {
            if text.trim().is_empty() {
                return None;
            }
            let words = match parse_number(text, NumberKind::Whole) {
                Ok(number) => match number.as_u64().map(u32::try_from) {
                    Some(Ok(number)) => return Some(number),
                    _ => "Enter a whole number, such as 60, or leave empty.".to_owned(),
                },
                Err(error) => error.to_string(),
            };
            errors.push(FieldProblem::field("bad_provider", path, words));
            None
        };
        let pace = Pace {
            calls_at_once: number(AT_ONCE, &self.calls_at_once),
            calls_per_minute: number(PER_MINUTE, &self.calls_per_minute),
        };
        let form = ProviderForm { pace, ..self.access };
        if errors.is_empty() { Ok(form) } else { Err(invalid_provider(errors)) }
    }
}

/// The inputs of the form, with the problems of each.
#[component]
pub fn Inputs(
    page: RwSignal<ProvidersPage>,
    vendor: Vendor,
    form: Form<AccessDraft>,
    /// The models that a test found.
    #[prop(into)]
    models: Signal<Vec<String>>,
) -> impl IntoView {
    // The forms of several vendors stand on one page, and names are ids there.
    let named = |field: &str| format!("{vendor}_{field}");
    let has_key = move || page.read().own(vendor).is_some_and(|saved| saved.has_key);
    let key_help = Signal::derive(move || {
        let words = if has_key() {
            "A key is saved. Leave empty to keep it, or enter a new one to replace it."
        } else {
            "Stored encrypted. No one can see it after you save."
        };
        Some(words.to_owned())
    });
    let url_help = format!(
        "Leave empty for {}. URLs of compatible servers usually end in /v1.",
        vendor.label()
    );
    let image_model = vendor.image_model().map(|usual| {
        view! {
            <TextField name=named("image_model") label="Image model"
                value=form.optional("image_model", |draft| &mut draft.access.image_model)
                placeholder=usual suggestions=models />
        }
    });
    view! {
        <TextField name=named("base_url") label="URL" kind=TextKind::Url
            value=form.optional("base_url", |draft| &mut draft.access.base_url)
            help=url_help placeholder=vendor.address() />
        <PasswordField name=named("api_key") label="API key" purpose=PasswordUse::Key
            value=form.optional("api_key", |draft| &mut draft.access.api_key) help=key_help />
        <div class="form__pair">
            <TextField name=named("text_model") label="Text model"
                value=form.optional("text_model", |draft| &mut draft.access.text_model)
                placeholder=vendor.text_model() suggestions=models />
            {image_model}
        </div>
        <div class="form__pair">
            <TextField name=named("calls_at_once") label="Maximum parallel calls" kind=TextKind::Amount
                value=form.text(AT_ONCE, |draft| &mut draft.calls_at_once)
                help="Leave empty for the server's limit." />
            <TextField name=named("calls_per_minute") label="Maximum calls per minute"
                kind=TextKind::Amount
                value=form.text(PER_MINUTE, |draft| &mut draft.calls_per_minute)
                help="Match your provider's rate limit. More calls wait. Leave empty for the server's limit." />
        </div>
    }
}
