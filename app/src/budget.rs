//! A budget as it is asked for: of one execution, or of the workspace in a month.

use leptos::{ev::SubmitEvent, prelude::*};
use model::budget::{Dollars, parse_dollars};

use crate::{
    api::ApiError,
    ui::{
        button::{Button, ButtonLook, ButtonRole},
        failure::FormError,
        field::NumberField,
    },
};

/// What was typed as a budget, in millionths of a dollar; nothing typed is no cap. With `cap`, what
/// the person may not go beyond.
///
/// # Errors
/// What is wrong with it, in words.
fn asked(text: &str, cap: Option<u64>) -> Result<Option<u64>, String> {
    let micros = match text.trim() {
        "" => None,
        text => Some(parse_dollars(text).map_err(|error| error.words_for_budget())?),
    };
    match cap {
        Some(cap) if micros.is_none_or(|micros| micros > cap) => {
            Err(format!("At most {}: the workflow's own budget.", sum(cap)))
        }
        _ => Ok(micros),
    }
}

/// An amount in words.
pub fn sum(micros: u64) -> Dollars {
    Dollars(i64::try_from(micros).unwrap_or(i64::MAX))
}

/// Dollars as a person types them.
fn typed(micros: Option<i64>) -> String {
    micros.map_or(String::new(), |micros| Dollars(micros).to_string().replace('$', ""))
}

/// Asks for an amount, in a dialog.
#[component]
pub fn BudgetForm(
    /// The id of its field.
    name: &'static str,
    /// What the budget does, under the field.
    #[prop(into)]
    help: String,
    /// What it is now, in millionths of a dollar.
    now: Option<i64>,
    /// What the person may not go beyond.
    cap: Option<u64>,
    /// Why the server did not take it.
    refused: RwSignal<Option<ApiError>>,
    /// Whether it is being saved.
    #[prop(into)]
    busy: Signal<bool>,
    /// Takes the new amount; none is no budget.
    #[prop(into)]
    on_save: Callback<Option<u64>>,
    /// The dialog's.
    open: RwSignal<bool>,
) -> impl IntoView {
    let value = RwSignal::new(typed(now));
    let error = Signal::derive(move || asked(&value.get(), cap).err());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        if let Ok(micros) = asked(&value.get_untracked(), cap) {
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
    fn a_budget_is_an_amount_within_what_the_person_may_set() {
        assert_eq!(asked(" 0.25 ", None), Ok(Some(250_000)));
        assert_eq!(asked("", None), Ok(None));
        assert_eq!(asked("1,5", None), Ok(Some(1_500_000)));
        assert!(asked("1,234", None).is_err_and(|words| words.contains("1.234 or 1234")));
        assert!(asked("-1", None).is_err_and(|words| words.contains("dollars")));
        assert_eq!(asked("0.25", Some(250_000)), Ok(Some(250_000)));
        for above in ["0.250001", ""] {
            assert!(asked(above, Some(250_000)).is_err_and(|words| words.contains("$0.25")));
        }
        for micros in [0, 1, 1_500_000, 12_345_000_000] {
            assert_eq!(asked(&typed(Some(micros)), None), Ok(u64::try_from(micros).ok()));
        }
    }
}
