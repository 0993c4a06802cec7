//! What to call the thing a brief is about, from however long a description of it.

use super::text::tidy;
use crate::providers::sample::phrasebook::words;

/// A subject taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// Short enough to stand within a sentence.
    pub(super) subject: String,
    /// The whole title, where the subject is one.
    pub(super) title: Option<String>,
    /// What it is, with its article.
    pub(super) description: Option<String>,
    /// Whole sentences that say more.
    pub(super) details: Vec<String>,
}

/// Beyond this a subject is a title and would not fit into a sentence.
const MOST_WORDS: usize = 8;
const LONGEST_TITLE: usize = 110;

/// Takes a product's or topic's text apart; `keyword` stands in for titles that are questions.
pub(super) fn read(text: &str, keyword: Option<&str>) -> Named {
    let mut sentences = text.split(". ").map(|sentence| sentence.trim().trim_end_matches('.'));
    let first = sentences.next().unwrap_or_default();
    let more: Vec<String> = sentences.filter(|s| !s.is_empty()).map(|s| format!("{s}.")).collect();
    if let Some(mut named) = product(first) {
        named.details.extend(more);
        return named;
    }
    let is_question = first
        .split(' ')
        .next()
        .is_some_and(|word| words("questions").contains(&word.to_lowercase()));
    let cuts = words("cuts").iter();
    let cut = cuts.filter_map(|mark| first.find(mark.as_str()).map(|at| (at, mark.len()))).min();
    let (head, rest) =
        cut.map_or((first, ""), |(at, length)| (&first[..at], &first[at + length..]));
    let many = first.split_whitespace().count();
    let title = (many >= 5 && first.len() <= LONGEST_TITLE).then(|| tidy(first));
    if is_question || head.split_whitespace().count() > MOST_WORDS {
        let subject = keyword.unwrap_or("this").to_owned();
        return Named {
            subject,
            title: title.or_else(|| Some(tidy(first))),
            details: more,
            ..Named::default()
        };
    }
    let told = cut.is_some_and(|(at, _)| {
        first[at..].starts_with([':', ',', '–', '—', '(', ' ']) && is_fact(rest)
    });
    let mut details = if told { vec![sentence(rest)] } else { Vec::new() };
    details.extend(more);
    Named { subject: lower_first(&tidy(head)), title, details, ..Named::default() }
}

/// `Fernway is a bottle …` and `Ledgerly turns photos into …`.
fn product(first: &str) -> Option<Named> {
    let words: Vec<&str> = first.split_whitespace().collect();
    let name = words.iter().take_while(|word| word.starts_with(char::is_uppercase)).count();
    let verb = words.get(name)?;
    let is = matches!(*verb, "is" | "are");
    if !(1..=3).contains(&name) || words.len() < name + 3 || !(is || verb.ends_with('s')) {
        return None;
    }
    let subject = words[..name].join(" ");
    let rest = words[name + 1..].join(" ");
    let described = is && ["a ", "an ", "the "].iter().any(|article| rest.starts_with(article));
    Some(Named {
        subject,
        title: None,
        description: described.then(|| rest.clone()),
        details: if described { Vec::new() } else { vec![format!("{first}.")] },
    })
}

fn is_fact(rest: &str) -> bool {
    rest.split_whitespace().count() >= 2 && rest.len() <= 120
}

fn sentence(text: &str) -> String {
    let text = tidy(text.trim_end_matches(')'));
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// In sentence case a first capital means nothing; in a name the second word has one too.
pub(super) fn lower_first(text: &str) -> String {
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    let sentence_case = words.next().is_some_and(|word| word.starts_with(char::is_lowercase));
    let plain = first.chars().skip(1).all(char::is_lowercase);
    if !(sentence_case && plain) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    let lower = letters.next().map(|letter| letter.to_lowercase().to_string()).unwrap_or_default();
    format!("{lower}{}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_its_name_and_what_is_said_of_it() {
        let named = read("Fernway is a steel bottle with a filter. It holds 750 ml.", None);
        assert_eq!(named.subject, "Fernway");
        assert_eq!(named.description.as_deref(), Some("a steel bottle with a filter"));
        assert_eq!(named.details, ["It holds 750 ml."]);

        let named = read("Ledgerly turns receipts into reports. It asks when unsure.", None);
        assert_eq!(named.subject, "Ledgerly");
        assert_eq!(
            named.details,
            ["Ledgerly turns receipts into reports.", "It asks when unsure."]
        );
    }

    #[test]
    fn topics_are_cut_to_what_fits_into_a_sentence() {
        let cases = [
            (
                "Our new sourdough class for beginners, Saturday mornings",
                "our new sourdough class for beginners",
            ),
            ("Ten small habits that keep houseplants alive", "ten small habits"),
            ("Spring workshop on balconies: two evenings online", "spring workshop on balconies"),
            ("Solar Kettle", "Solar Kettle"),
            ("How a small office can halve its heating bill", "this"),
        ];
        for (text, subject) in cases {
            assert_eq!(read(text, None).subject, subject, "{text}");
        }
        assert_eq!(
            read("How to heat an office well", Some("office heating")).subject,
            "office heating"
        );
    }
}
