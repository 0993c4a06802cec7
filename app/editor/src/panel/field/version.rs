//! A version of what a step names: a template or an agent.

use leptos::prelude::*;
use serde_json::Value;
use ui::field::{Choice, SelectField};

use super::labels::FieldLabels;
use crate::panel::field_binding::{FieldBinding, bind_signal};

/// Always the newest version, or one of those that there are.
#[component]
pub(super) fn VersionChoice(
    binding: FieldBinding,
    labels: FieldLabels,
    /// The newest version; none where there is none, or what is named is not known.
    newest: Memo<Option<i32>>,
) -> impl IntoView {
    let value = bind_signal(
        binding,
        |version| version.as_i64().map(|version| version.to_string()).unwrap_or_default(),
        |chosen: &String| match chosen.as_str() {
            "" => Ok(Value::Null),
            chosen => chosen.parse::<i32>().map(Value::from).map_err(|error| error.to_string()),
        },
    );
    let options = move || versions(newest.get(), &value.get());
    let help = labels.help();
    view! {
        <SelectField
            name=binding.id()
            label=labels.label
            value=value
            options=Signal::derive(options)
            help=MaybeProp::derive(move || help.clone())
            error=binding.error
        />
    }
}

/// The choices: always the newest, each version from the newest down, and the set one if it is none
/// of these.
fn versions(newest: Option<i32>, now: &str) -> Vec<Choice> {
    let usual = newest.map_or(String::new(), |version| format!(" (now v{version})"));
    let mut choices = vec![Choice::new("", format!("Newest{usual}"))];
    let known = (1..=newest.unwrap_or(0)).rev();
    choices.extend(known.map(|version| Choice::new(version.to_string(), format!("v{version}"))));
    if choices.iter().all(|choice| choice.value != now) {
        choices.push(Choice::new(now, format!("v{now}")));
    }
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_can_be_chosen_and_the_one_that_is_set_stays() {
        let values = |newest, now: &str| {
            versions(newest, now).into_iter().map(|choice| choice.value).collect::<Vec<_>>()
        };

        assert_eq!(values(Some(2), ""), ["", "2", "1"]);
        assert_eq!(values(None, "7"), ["", "7"]);
    }
}
