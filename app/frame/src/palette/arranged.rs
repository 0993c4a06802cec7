//! The groups of the palette for a query: the best of each kind, the kind that fits best first.

use model::text::fuzzy::{Fit, rank_matches};
use ui::combobox::{Choice, ChoiceGroup};

use super::{
    asked::{Among, Asked},
    found::Answer,
};

/// The heading of the choices made recently.
const RECENT: &str = "Recent";

/// The groups to list, of what the browser knows (`stock`), the choices made recently, and what the
/// server has found so far.
pub(super) fn arrange_groups(
    asked: &Asked,
    stock: &[ChoiceGroup],
    recent: &[Choice],
    answer: &Answer,
) -> Vec<ChoiceGroup> {
    let stock = stock.iter().filter(|group| asked.admits(group.title));
    if asked.words.is_empty() {
        return groups_without_query(asked, stock, recent);
    }
    let known = stock.filter_map(|group| best(asked, group));
    let found = answer.groups.iter().filter(|group| asked.admits(group.title));
    let found = found.filter_map(|group| {
        if answer.words == asked.words {
            whole(asked, group)
        } else {
            // Until the answer comes, matches among what was found for other words are shown.
            best(asked, group)
        }
    });
    let mut groups: Vec<(Fit, ChoiceGroup)> = known.chain(found).collect();
    groups.sort_by_key(|(fit, _)| *fit);
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The groups before anything is typed: the choices made recently, and a few of each kind.
fn groups_without_query<'a>(
    asked: &Asked,
    stock: impl Iterator<Item = &'a ChoiceGroup>,
    recent: &[Choice],
) -> Vec<ChoiceGroup> {
    let lately: &[Choice] = if asked.among == Among::Everything { recent } else { &[] };
    let first = ChoiceGroup { title: RECENT, choices: lately.to_vec() };
    let rest = stock.map(|group| {
        let is_new = |choice: &&Choice| lately.iter().all(|known| known.key != choice.key);
        let choices = group.choices.iter().filter(is_new).take(asked.most()).cloned().collect();
        ChoiceGroup { title: group.title, choices }
    });
    let groups = std::iter::once(first).chain(rest);
    groups.filter(|group| !group.choices.is_empty()).collect()
}

/// The choices of a group that fit, and how well the best of them does; none where none fits.
fn best(asked: &Asked, group: &ChoiceGroup) -> Option<(Fit, ChoiceGroup)> {
    let found = rank_matches(&group.choices, |choice| choice.fit(&asked.words));
    let fit = found.first()?.0;
    let choices = found.into_iter().take(asked.most()).map(|(_, choice)| choice.clone()).collect();
    Some((fit, ChoiceGroup { title: group.title, choices }))
}

/// All of a group, in the order of the server: it searches texts that the browser does not have.
fn whole(asked: &Asked, group: &ChoiceGroup) -> Option<(Fit, ChoiceGroup)> {
    let fits = group.choices.iter().map(|choice| choice.fit(&asked.words).unwrap_or(Fit::About));
    Some((fits.min()?, group.clone()))
}

#[cfg(test)]
mod tests {
    use ui::icon::Icon;

    use super::*;
    use crate::palette::{COMMANDS, NODES, PAGES};

    fn group(title: &'static str, names: &[&str]) -> ChoiceGroup {
        let choice = |name: &&str| Choice::new(format!("{title}:{name}"), Icon::Square, *name);
        ChoiceGroup { title, choices: names.iter().map(choice).collect() }
    }

    fn stock() -> Vec<ChoiceGroup> {
        vec![
            group(COMMANDS, &["Tidy", "Launch", "Save a version", "Versions"]),
            group(NODES, &["Write", "Autosave"]),
            group(PAGES, &["Home", "Workflows"]),
        ]
    }

    fn listed(typed: &str, stock: &[ChoiceGroup], answer: &Answer) -> Vec<(&'static str, String)> {
        let groups = arrange_groups(&Asked::read(typed, stock), stock, &[], answer);
        let rows = groups.into_iter().flat_map(|group| {
            group.choices.into_iter().map(move |choice| (group.title, choice.name))
        });
        rows.collect()
    }

    #[test]
    fn commands_and_nodes_can_be_asked_for_alone() {
        let (stock, none) = (stock(), Answer::default());
        let all = |typed: &str| listed(typed, &stock, &none);

        assert_eq!(all("> tidy"), [(COMMANDS, "Tidy".to_owned())]);
        assert_eq!(all("tdy"), [(COMMANDS, "Tidy".to_owned())]);
        assert_eq!(all(">").len(), 4);
        assert_eq!(all("#wr"), [(NODES, "Write".to_owned())]);
        assert_eq!(all("launch"), [(COMMANDS, "Launch".to_owned())]);
    }

    #[test]
    fn the_kind_that_fits_best_comes_first() {
        let answer = Answer {
            words: "save".to_owned(),
            groups: vec![group("Documents", &["Save the date", "Letter"])],
            failed: false,
        };
        let titles = |typed: &str| -> Vec<&str> {
            listed(typed, &stock(), &answer).into_iter().map(|(title, _)| title).collect()
        };

        assert_eq!(titles("save"), [COMMANDS, "Documents", "Documents", NODES]);
        assert_eq!(titles("save t"), ["Documents", NODES], "nothing found waits for an answer");
    }

    #[test]
    fn what_was_chosen_lately_is_offered_first_and_once() {
        let (stock, recent) = (stock(), [Choice::new("Commands:Tidy", Icon::Square, "Tidy")]);
        let asked = Asked::read("", &stock);

        let groups = arrange_groups(&asked, &stock, &recent, &Answer::default());

        let titles: Vec<&str> = groups.iter().map(|group| group.title).collect();
        assert_eq!(titles, [RECENT, COMMANDS, NODES, PAGES]);
        assert!(groups.iter().skip(1).flat_map(|g| &g.choices).all(|one| one.name != "Tidy"));
    }
}
