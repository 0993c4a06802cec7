//! Budgets on the screen: the form in which one is typed, of one execution or of a month, and what
//! is spent of it.

use leptos::{ev::SubmitEvent, prelude::*};
use model::{
    budget::{Dollars, parse_dollars},
    problem::Problem,
};
use ui::{
    button::{Button, ButtonLook, ButtonRole},
    failure::FormError,
    field::NumberField,
    format,
};

pub const CAPPED: &str = "Runs pause before they exceed this in a calendar month (UTC), until \
                          someone resumes them. Leave empty for no budget. The sample provider is \
                          free.";

/// What is spent in millionths of a dollar, and of which budget, in words.
pub fn spent_words(spent: i64, budget: Option<i64>) -> String {
    match budget {
        Some(budget) => {
            let (spent, budget) = format::money_of(spent, budget);
            format!("{spent} of {budget}")
        }
        None => format::money(spent),
    }
}

/// The share of a budget that is spent, in percent.
#[expect(clippy::cast_precision_loss, reason = "a share on the screen")]
pub fn spent_percent(spent: i64, budget: i64) -> f64 {
    spent as f64 * 100.0 / budget.max(1) as f64
}

/// Reads a budget in dollars; the result is in millionths of a dollar, and none for an empty field:
/// no budget. `cap` is the largest budget that the person may set, if there is one.
///
/// # Errors
/// What is wrong with the text, as shown to the person.
fn parse_budget(text: &str, cap: Option<u64>) -> Result<Option<u64>, String> {
    let micros = match text.trim() {
        "" => None,
        text => Some(parse_dollars(text).map_err(|error| error.words_for_budget())?),
    };
    match cap {
        Some(cap) if micros.is_none_or(|micros| micros > cap) => {
            Err(format!("Enter at most {}, the budget of the workflow.", sum(cap)))
        }
        _ => Ok(micros),
    }
}

/// An amount of millionths of a dollar, to be shown as dollars.
pub fn sum(micros: u64) -> Dollars {
    Dollars(i64::try_from(micros).unwrap_or(i64::MAX))
}

/// Dollars as a person types them.
fn typed(micros: Option<i64>) -> String {
    micros.map_or(String::new(), |micros| Dollars(micros).to_string().replace('$', ""))
}

/// The form of a dialog that asks for a budget.
#[component]
pub fn BudgetForm(
    /// The id of its field.
    name: &'static str,
    /// What the budget does, under the field.
    #[prop(into)]
    help: String,
    /// The present budget in millionths of a dollar; none for no budget.
    now: Option<i64>,
    /// The largest budget that the person may set, in millionths of a dollar.
    cap: Option<u64>,
    /// Why the server refused to save the budget; cleared at the next attempt.
    refused: RwSignal<Option<Problem>>,
    /// Whether the budget is being saved.
    #[prop(into)]
    busy: Signal<bool>,
    /// Called with the new budget in millionths of a dollar; none for no budget.
    #[prop(into)]
    on_save: Callback<Option<u64>>,
    /// Whether the dialog around the form is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let value = RwSignal::new(typed(now));
    let error = Signal::derive(move || parse_budget(&value.get(), cap).err());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        if let Ok(micros) = parse_budget(&value.get_untracked(), cap) {
            refused.set(None);
            on_save.run(micros);
        }
    };
    view! {
        <form class="form" novalidate on:submit=save>
            <FormError error=refused />
            <NumberField
                name=name
                label="Budget in dollars"
                help=help
                value=value
                min=0.0
                error=error
            />
            <footer class="dialog__footer">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button look=ButtonLook::Primary role=ButtonRole::Submit busy=busy>
                    "Save"
                </Button>
            </footer>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spent_is_said_of_its_budget() {
        assert_eq!(spent_words(3_120_000, Some(20_000_000)), "$3.12 of $20.00");
        assert_eq!(spent_words(3_120_000, None), "$3.12");
        assert!((spent_percent(3_000_000, 20_000_000) - 15.0).abs() < 1e-9);
    }

    #[test]
    fn a_budget_is_an_amount_within_what_the_person_may_set() {
        assert_eq!(parse_budget(" 0.25 ", None), Ok(Some(250_000)));
        assert_eq!(parse_budget("", None), Ok(None));
        assert_eq!(parse_budget("1,5", None), Ok(Some(1_500_000)));
        assert!(parse_budget("1,234", None).is_err_and(|words| words.contains("1.234 or 1234")));
        assert!(parse_budget("-1", None).is_err_and(|words| words.contains("dollars")));
        assert_eq!(parse_budget("0.25", Some(250_000)), Ok(Some(250_000)));
        for above in ["0.250001", ""] {
            assert!(parse_budget(above, Some(250_000)).is_err_and(|words| words.contains("$0.25")));
        }
        for micros in [0, 1, 1_500_000, 12_345_000_000] {
            assert_eq!(parse_budget(&typed(Some(micros)), None), Ok(u64::try_from(micros).ok()));
        }
    }
}
