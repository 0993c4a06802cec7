//! What models cost: the workspace's own prices, and the list prices that hold beside them.

use api::providers::{delete_price, set_price};
use frame::sending::Sending;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::{
    budget::parse_dollars,
    price::{Price, PriceView},
    problem::{FieldProblem, Problem},
    provider::ProvidersPage,
    provider_choice::Vendor,
};
use ui::{
    button::{Button, ButtonLook, ButtonRole, ButtonSize},
    card::Card,
    failure::FormError,
    field::{Choice, SelectField, TextField},
    toast::{ToastKind, use_toasts},
};

/// The workspace's own prices, a form for another, and the list prices.
#[component]
pub fn Prices(page: RwSignal<ProvidersPage>) -> impl IntoView {
    let own = Memo::new(move |_| filter_prices(&page.read(), true));
    let others = Memo::new(move |_| filter_prices(&page.read(), false));
    let rows = move || own.get().into_iter().map(move |row| view! { <Own page=page row=row /> });
    view! {
        <Card title="Prices">
            <p class="muted">
                "What the provider charges you. With a budget set, calls to models without a price pause."
            </p>
            <dl class="facts prices" data-testid="own-prices">{move || rows().collect_view()}</dl>
            <PriceForm page=page />
            <details class="prices__list">
                <summary>"List prices"</summary>
                <dl class="facts">
                    {move || others.get().into_iter().map(price_row).collect_view()}
                </dl>
            </details>
        </Card>
    }
}

/// The workspace's own prices, or the list prices.
fn filter_prices(page: &ProvidersPage, own: bool) -> Vec<PriceView> {
    page.prices.iter().filter(|row| row.changed_at.is_some() == own).cloned().collect()
}

fn price_row(row: PriceView) -> impl IntoView {
    let words = row.price.words();
    view! {
        <div class="facts__row">
            <dt dir="auto">{row.provider} " · " {row.model}</dt>
            <dd>{words}</dd>
        </div>
    }
}

/// A price of the workspace's own, with a button that removes it.
#[component]
fn Own(page: RwSignal<ProvidersPage>, row: PriceView) -> impl IntoView {
    let (toasts, busy) = (use_toasts(), RwSignal::new(false));
    let (vendor, model) = (row.provider.parse::<Vendor>().ok(), row.model.clone());
    let remove = move |()| {
        let Some(vendor) = vendor else { return };
        busy.set(true);
        let sent = delete_price(vendor, model.clone());
        spawn_local(async move {
            match sent.await {
                Ok(now) => drop(page.try_set(now)),
                Err(error) => toasts.show(ToastKind::Failed, error.0),
            }
            busy.try_set(false);
        });
    };
    let of = format!(" the price of {}", row.model);
    view! {
        <div class="facts__row">
            <dt dir="auto">{row.provider} " · " {row.model}</dt>
            <dd>
                {row.price.words()} " "
                <Button
                    look=ButtonLook::Ghost
                    size=ButtonSize::Small
                    busy=busy
                    on_press=remove
                >
                    "Remove" <span class="unseen">{of}</span>
                </Button>
            </dd>
        </div>
    }
}

/// The fields of the form, in dollars as people write them.
#[derive(Clone, Copy)]
struct Fields {
    provider: RwSignal<String>,
    model: RwSignal<String>,
    input: RwSignal<String>,
    cached: RwSignal<String>,
    output: RwSignal<String>,
    image: RwSignal<String>,
}

impl Fields {
    fn new() -> Self {
        let [model, input, cached, output, image] = [(); 5].map(|()| RwSignal::new(String::new()));
        let provider = RwSignal::new(Vendor::OpenAi.to_string());
        Self { provider, model, input, cached, output, image }
    }

    /// The price that was entered.
    fn price(self) -> Result<Price, Problem> {
        let mut errors = vec![];
        let mut read = |path: &str, field: RwSignal<String>| {
            let text = field.get_untracked();
            let micros = parse_dollars(&text).map(i64::try_from);
            if let (Err(error), false) = (&micros, text.trim().is_empty()) {
                errors.push(FieldProblem::field("bad_price", path, error.to_string()));
            }
            micros.ok()?.ok()
        };
        let price = Price {
            input_micros_per_mtok: read("input_micros_per_mtok", self.input),
            cached_input_micros_per_mtok: read("cached_input_micros_per_mtok", self.cached),
            output_micros_per_mtok: read("output_micros_per_mtok", self.output),
            image_micros: read("image_micros", self.image),
        };
        if errors.is_empty() {
            price.checked(self.model.get_untracked().trim())
        } else {
            Err(Problem::invalid("The price was not saved.", errors))
        }
    }

    fn clear(self) {
        for field in [self.model, self.input, self.cached, self.output, self.image] {
            field.try_set(String::new());
        }
    }
}

#[component]
fn PriceForm(page: RwSignal<ProvidersPage>) -> impl IntoView {
    let (fields, sending, toasts) = (Fields::new(), Sending::default(), use_toasts());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let price = match fields.price() {
            Ok(price) => price,
            Err(wrong) => return sending.problem.set(Some(wrong)),
        };
        let Ok(vendor) = fields.provider.get_untracked().parse::<Vendor>() else { return };
        let sent = set_price(vendor, fields.model.get_untracked().trim().to_owned(), price);
        sending.send(sent, move |now| {
            fields.clear();
            page.try_set(now);
            toasts.show(ToastKind::Done, "Saved. Applies to the next call.");
        });
    };
    let vendors: Vec<Choice> =
        Vendor::ALL.iter().map(|vendor| Choice::new(vendor.as_str(), vendor.label())).collect();
    view! {
        <form class="form" novalidate on:submit=save data-testid="price">
            <FormError error=sending.problem />
            <div class="form__pair">
                <SelectField
                    name="price_provider"
                    label="Provider"
                    value=fields.provider
                    options=Signal::stored(vendors)
                />
                <TextField
                    name="price_model"
                    label="Model"
                    value=fields.model
                    error=sending.wrong("model")
                />
            </div>
            <div class="form__pair">
                <TextField
                    name="price_input"
                    label="Input price (dollars per million tokens)"
                    value=fields.input
                    error=sending.wrong("input_micros_per_mtok")
                />
                <TextField
                    name="price_output"
                    label="Output price (dollars per million tokens)"
                    value=fields.output
                    error=sending.wrong("output_micros_per_mtok")
                />
            </div>
            <div class="form__pair">
                <TextField
                    name="price_cached_input"
                    label="Cached input price (dollars per million tokens)"
                    help="Leave empty if cached tokens cost as much as others."
                    value=fields.cached
                    error=sending.wrong("cached_input_micros_per_mtok")
                />
                <TextField
                    name="price_image"
                    label="Price per image (dollars)"
                    help="Only for models that charge per image."
                    value=fields.image
                    error=sending.wrong("image_micros")
                />
            </div>
            <footer class="settings__actions">
                <Button role=ButtonRole::Submit busy=sending.busy>"Save price"</Button>
            </footer>
        </form>
    }
}
