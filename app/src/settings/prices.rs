//! What models cost: the workspace's own prices, and the list prices that hold beside them.

use api::providers::{delete_price, set_price};
use frame::{
    action::ActionButton,
    form::{CardForm, Form},
};
use leptos::prelude::*;
use model::{
    budget::parse_dollars,
    price::{Price, PriceView},
    problem::{FieldProblem, Problem},
    provider::ProvidersPage,
    provider_choice::Vendor,
};
use ui::{
    button::ButtonLook,
    card::Card,
    field::{SelectField, TextField, choices},
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
    let (of, model) = (format!(" the price of {}", row.model), row.model.clone());
    let remove = row.provider.parse::<Vendor>().ok().map(|vendor| {
        view! {
            <ActionButton
                verb="Remove"
                of=of
                look=ButtonLook::Ghost
                send=move || delete_price(vendor, model.clone())
                done=move |now| drop(page.try_set(now))
            />
        }
    });
    view! {
        <div class="facts__row">
            <dt dir="auto">{row.provider} " · " {row.model}</dt>
            <dd>{row.price.words()} " " {remove}</dd>
        </div>
    }
}

/// What is filled in, in dollars as people write them.
#[derive(Clone)]
struct PriceDraft {
    vendor: Vendor,
    model: String,
    input: String,
    cached: String,
    output: String,
    image: String,
}

impl PriceDraft {
    fn new(vendor: Vendor) -> Self {
        let [model, input, cached, output, image] = [const { String::new() }; 5];
        Self { vendor, model, input, cached, output, image }
    }

    /// The price that was entered.
    fn price(&self) -> Result<Price, Problem> {
        let mut errors = vec![];
        let mut read = |path: &str, text: &str| {
            let micros = parse_dollars(text).map(i64::try_from);
            if let (Err(error), false) = (&micros, text.trim().is_empty()) {
                errors.push(FieldProblem::field("bad_price", path, error.to_string()));
            }
            micros.ok()?.ok()
        };
        let price = Price {
            input_micros_per_mtok: read("input_micros_per_mtok", &self.input),
            cached_input_micros_per_mtok: read("cached_input_micros_per_mtok", &self.cached),
            output_micros_per_mtok: read("output_micros_per_mtok", &self.output),
            image_micros: read("image_micros", &self.image),
        };
        if errors.is_empty() {
            price.checked(self.model.trim())
        } else {
            Err(Problem::invalid("The price was not saved.", errors))
        }
    }
}

#[component]
fn PriceForm(page: RwSignal<ProvidersPage>) -> impl IntoView {
    let (form, toasts) = (Form::new(PriceDraft::new(Vendor::OpenAi)), use_toasts());
    let save = move |()| {
        let draft = form.filled();
        let price = match draft.price() {
            Ok(price) => price,
            Err(wrong) => return form.sending.problem.set(Some(wrong)),
        };
        let sent = set_price(draft.vendor, draft.model.trim().to_owned(), price);
        form.sending.send(sent, move |now| {
            form.value.try_update(|draft| *draft = PriceDraft::new(draft.vendor));
            page.try_set(now);
            toasts.show(ToastKind::Done, "Saved. Applies to the next call.");
        });
    };
    let vendors = choices(Vendor::ALL.iter().copied(), Vendor::as_str, Vendor::label);
    view! {
        <CardForm sending=form.sending on_submit=save verb="Save price" test_id="price">
            <div class="form__pair">
                <SelectField name="price_provider" label="Provider" options=vendors
                    value=form.text("provider", |draft| &mut draft.vendor) />
                <TextField name="price_model" label="Model"
                    value=form.text("model", |draft| &mut draft.model) />
            </div>
            <div class="form__pair">
                <TextField name="price_input" label="Input price (dollars per million tokens)"
                    value=form.text("input_micros_per_mtok", |draft| &mut draft.input) />
                <TextField name="price_output" label="Output price (dollars per million tokens)"
                    value=form.text("output_micros_per_mtok", |draft| &mut draft.output) />
            </div>
            <div class="form__pair">
                <TextField name="price_cached_input"
                    label="Cached input price (dollars per million tokens)"
                    value=form.text("cached_input_micros_per_mtok", |draft| &mut draft.cached)
                    help="Leave empty if cached tokens cost as much as others." />
                <TextField name="price_image" label="Price per image (dollars)"
                    value=form.text("image_micros", |draft| &mut draft.image)
                    help="Only for models that charge per image." />
            </div>
        </CardForm>
    }
}
