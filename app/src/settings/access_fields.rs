//! The fields of a workspace's own access to a provider.

use frame::sending::wrong_at;
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

/// The fields of the form; the key's is emptied as soon as it is saved.
#[derive(Clone, Copy)]
pub struct Fields {
    base_url: RwSignal<String>,
    /// Emptied as soon as it is saved.
    pub api_key: RwSignal<String>,
    text_model: RwSignal<String>,
    image_model: RwSignal<String>,
    calls_at_once: RwSignal<String>,
    calls_per_minute: RwSignal<String>,
}

impl Fields {
    /// The fields filled in with the saved access; empty without one. The key is never filled in.
    pub fn from_saved(saved: Option<&ProviderView>) -> Self {
        let text = |of: fn(&ProviderView) -> &Option<String>| {
            RwSignal::new(saved.and_then(|saved| of(saved).clone()).unwrap_or_default())
        };
        let number = |of: fn(Pace) -> Option<u32>| {
            let number = saved.and_then(|saved| of(saved.pace));
            RwSignal::new(number.map(|number| number.to_string()).unwrap_or_default())
        };
        Self {
            base_url: text(|saved| &saved.base_url),
            api_key: RwSignal::new(String::new()),
            text_model: text(|saved| &saved.text_model),
            image_model: text(|saved| &saved.image_model),
            calls_at_once: number(|pace| pace.calls_at_once),
            calls_per_minute: number(|pace| pace.calls_per_minute),
        }
    }

    /// The form as it was filled in.
    ///
    /// # Errors
    /// The fields that are no whole number.
    pub fn form(self) -> Result<ProviderForm, Problem> {
        let text = |field: RwSignal<String>| Some(field.get_untracked());
        let mut errors = vec![];
        let mut number = |path: &str, field: RwSignal<String>| {
            let text = field.get_untracked();
            if text.trim().is_empty() {
                return None;
            }
            let words = match parse_number(&text, NumberKind::Whole) {
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
            calls_at_once: number(AT_ONCE, self.calls_at_once),
            calls_per_minute: number(PER_MINUTE, self.calls_per_minute),
        };
        let form = ProviderForm {
            base_url: text(self.base_url),
            api_key: text(self.api_key),
            text_model: text(self.text_model),
            image_model: text(self.image_model),
            pace,
        };
        if errors.is_empty() { Ok(form) } else { Err(invalid_provider(errors)) }
    }

    /// Empties all fields.
    pub fn clear(self) {
        let limits = [self.calls_at_once, self.calls_per_minute];
        let others = [self.base_url, self.api_key, self.text_model, self.image_model];
        for field in others.into_iter().chain(limits) {
            field.try_set(String::new());
        }
    }
}

/// The inputs of the form, with the problems of each.
#[component]
pub fn Inputs(
    page: RwSignal<ProvidersPage>,
    vendor: Vendor,
    fields: Fields,
    problem: RwSignal<Option<Problem>>,
    /// The models that a test found.
    #[prop(into)]
    models: Signal<Vec<String>>,
) -> impl IntoView {
    let wrong = move |path: &'static str| wrong_at(problem, path);
    let named = |field: &str| input_name(vendor, field);
    let has_key = move || page.read().own(vendor).is_some_and(|saved| saved.has_key);
    let key_help = Signal::derive(move || {
        let words = if has_key() {
            "A key is saved. Leave empty to keep it, or enter a new one to replace it."
        } else {
            "Stored encrypted. No one can see it after you save."
        };
        Some(words.to_owned())
    });
    let image_model = vendor.image_model().map(|usual| {
        view! {
            <TextField
                name=named("image_model")
                label="Image model"
                value=fields.image_model
                error=wrong("image_model")
                placeholder=usual
                suggestions=models
            />
        }
    });
    view! {
        <TextField
            name=named("base_url")
            label="URL"
            kind=TextKind::Url
            value=fields.base_url
            error=wrong("base_url")
            help=format!(
                "Leave empty for {}. URLs of compatible servers usually end in /v1.",
                vendor.label(),
            )
            placeholder=vendor.address()
        />
        <PasswordField
            name=named("api_key")
            label="API key"
            purpose=PasswordUse::Key
            value=fields.api_key
            error=wrong("api_key")
            help=key_help
        />
        <div class="form__pair">
            <TextField
                name=named("text_model")
                label="Text model"
                value=fields.text_model
                error=wrong("text_model")
                placeholder=vendor.text_model()
                suggestions=models
            />
            {image_model}
        </div>
        <LimitInputs vendor=vendor fields=fields problem=problem />
    }
}

/// How hard the vendor may be asked.
#[component]
fn LimitInputs(
    vendor: Vendor,
    fields: Fields,
    problem: RwSignal<Option<Problem>>,
) -> impl IntoView {
    view! {
        <div class="form__pair">
            <TextField
                name=input_name(vendor, "calls_at_once")
                label="Maximum parallel calls"
                kind=TextKind::Amount
                value=fields.calls_at_once
                error=wrong_at(problem, AT_ONCE)
                help="Leave empty for the server's limit."
            />
            <TextField
                name=input_name(vendor, "calls_per_minute")
                label="Maximum calls per minute"
                kind=TextKind::Amount
                value=fields.calls_per_minute
                error=wrong_at(problem, PER_MINUTE)
                help="Match your provider's rate limit. More calls wait. Leave empty for the server's limit."
            />
        </div>
    }
}

/// The name of an input. The forms of several vendors stand on one page, and names are ids there.
fn input_name(vendor: Vendor, field: &str) -> String {
    format!("{vendor}_{field}")
}
