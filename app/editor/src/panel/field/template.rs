//! The template that a step runs, and its version.

use leptos::prelude::*;
use model::{pages::TemplateOffer, panel::value_of};
use serde_json::Value;
use ui::field::{Choice, SelectField};

use super::labels::FieldLabels;
use crate::panel::{
    field_binding::{FieldBinding, bind_signal},
    subject::Subject,
};

/// The published templates of the workspace, by name.
pub(super) fn template_choices(subject: Subject) -> Vec<Choice> {
    subject.stock.with_value(|stock| {
        let named = stock.templates.iter().map(|offer| Choice::from(offer.name.as_str()));
        std::iter::once(Choice::new("", "Choose a workflow")).chain(named).collect()
    })
}

/// The version of the template in the field beside it.
#[component]
pub(super) fn VersionWidget(binding: FieldBinding, labels: FieldLabels) -> impl IntoView {
    let subject = binding.subject;
    let newest = Memo::new(move |_| {
        let named = subject.node.with(|node| value_of(&node.data.config, "template"));
        let named = named.as_str().unwrap_or_default().to_owned();
        subject.stock.with_value(|stock| version_of(&stock.templates, &named))
    });
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

fn version_of(offers: &[TemplateOffer], named: &str) -> Option<i32> {
    let same = |offer: &&TemplateOffer| offer.name == named || offer.id.to_string() == named;
    offers.iter().find(same).map(|offer| offer.version)
}

/// The choices: always the newest, each version from the newest down, and the set one if it is none
/// of these.
fn versions(newest: Option<i32>, now: &str) -> Vec<Choice> {
    let usual = newest.map_or(String::new(), |version| format!(" (now v{version})"));
    let mut choices = vec![Choice::new("", format!("The newest{usual}"))];
    let known = (1..=newest.unwrap_or(0)).rev();
    choices.extend(known.map(|version| Choice::new(version.to_string(), format!("v{version}"))));
    if choices.iter().all(|choice| choice.value != now) {
        choices.push(Choice::new(now, format!("v{now}")));
    }
    choices
}

#[cfg(test)]
mod tests {
    use model::id::TemplateId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_version_can_be_chosen_and_the_one_that_is_set_stays() {
        let offers = [TemplateOffer {
            id: TemplateId(Uuid::from_u128(1)),
            name: "Ads".to_owned(),
            version: 2,
        }];
        let values = |newest, now: &str| {
            versions(newest, now).into_iter().map(|choice| choice.value).collect::<Vec<_>>()
        };

        assert_eq!(version_of(&offers, "Ads"), Some(2));
        assert_eq!(values(Some(2), ""), ["", "2", "1"]);
        assert_eq!(values(None, "7"), ["", "7"]);
    }
}
