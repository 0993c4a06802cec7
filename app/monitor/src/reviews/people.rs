//! The people whom a review can name, as they are picked.

use model::pages::PersonName;
use ui::field::PickOption;

/// The members who can be named; those of `named` who are not among them follow, so that they can be
/// taken out.
pub fn people_options(people: &[PersonName], named: &[String]) -> Vec<PickOption> {
    let here = people.iter().map(|person| PickOption {
        value: person.id.to_string(),
        title: person.name.clone(),
        ..PickOption::default()
    });
    let mut options: Vec<PickOption> = here.collect();
    for id in named {
        if options.iter().all(|option| option.value != *id) {
            options.push(PickOption {
                value: id.clone(),
                title: "Former member".to_owned(),
                ..PickOption::default()
            });
        }
    }
    options
}
