//! The template that a step runs, and its version.

use leptos::prelude::*;
use model::{pages::TemplateOffer, panel::value_of};
use ui::field::Choice;

use super::{labels::FieldLabels, version::VersionChoice};
use crate::panel::{field_binding::FieldBinding, subject::Subject};

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
    view! { <VersionChoice binding=binding labels=labels newest=newest /> }
}

fn version_of(offers: &[TemplateOffer], named: &str) -> Option<i32> {
    let same = |offer: &&TemplateOffer| offer.name == named || offer.id.to_string() == named;
    offers.iter().find(same).map(|offer| offer.version)
}

#[cfg(test)]
mod tests {
    use model::id::TemplateId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_template_is_named_by_its_name_or_its_id() {
        let id = TemplateId(Uuid::from_u128(1));
        let offers = [TemplateOffer { id, name: "Ads".to_owned(), version: 2 }];

        assert_eq!(version_of(&offers, "Ads"), Some(2));
        assert_eq!(version_of(&offers, &id.to_string()), Some(2));
        assert_eq!(version_of(&offers, "Other"), None);
    }
}
