//! Mentions of members in a comment. They are kept as `@[Name](id)`, so that no name is taken for
//! another; whoever writes sees `@Name`.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::{id::UserId, person::PersonName, text::markdown::events};

const OPEN: &str = "@[";
const MIDDLE: &str = "](";
const CLOSE: &str = ")";
/// Names of more words than this are completed from their first ones.
const MOST_WORDS: usize = 3;
/// The most characters of what is completed.
const MOST_TYPED: usize = 60;

/// A mention in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The bytes of the text that it takes.
    pub range: Range<usize>,
    /// The name as it was written, which may be an earlier one.
    pub name: String,
    /// Who is meant.
    pub user: UserId,
}

/// A mention that is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenMention {
    /// The byte offset of its `@`.
    pub start: usize,
    /// The byte offset behind what is typed of it.
    pub end: usize,
    /// What is typed of the name so far.
    pub typed: String,
}

/// The mentions in a text, in their order.
pub fn find_mentions(text: &str) -> Vec<Mention> {
    let (mut found, mut at) = (vec![], 0);
    while let Some(start) = text[at..].find(OPEN).map(|place| at + place) {
        let mention = read_mention(text, start);
        at = mention.as_ref().map_or(start + OPEN.len(), |mention| mention.range.end);
        found.extend(mention);
    }
    found
}

/// Whom a text names, in its order; what stands in code names nobody.
pub fn find_named(text: &str) -> Vec<UserId> {
    let is_code =
        |event: &Event<'_>| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_)));
    let code: Vec<Range<usize>> = events(text)
        .into_iter()
        .filter_map(|(event, range)| is_code(&event).then_some(range))
        .collect();
    let is_said =
        |mention: &Mention| !code.iter().any(|range| range.contains(&mention.range.start));
    find_mentions(text).into_iter().filter(is_said).map(|mention| mention.user).collect()
}

fn read_mention(text: &str, start: usize) -> Option<Mention> {
    let line = text[start + OPEN.len()..].lines().next()?;
    let (name, rest) = line.split_once(MIDDLE)?;
    let (id, _) = rest.split_once(CLOSE)?;
    if name.is_empty() || name.contains(['[', ']']) {
        return None;
    }
    let user = id.parse().ok()?;
    let end = start + OPEN.len() + name.len() + MIDDLE.len() + id.len() + CLOSE.len();
    Some(Mention { range: start..end, name: name.to_owned(), user })
}

/// A name as it may stand in a mention.
fn plain_name(name: &str) -> String {
    let name: String =
        name.chars().filter(|c| !matches!(c, '[' | ']') && !c.is_control()).collect();
    let name = name.trim();
    if name.is_empty() { "member".to_owned() } else { name.to_owned() }
}

fn write_mention(person: &PersonName) -> String {
    format!("{OPEN}{}{MIDDLE}{}{CLOSE}", plain_name(&person.name), person.id)
}

fn replace_mentions(text: &str, mut by: impl FnMut(&Mention) -> String) -> String {
    let (mut replaced, mut at) = (String::with_capacity(text.len()), 0);
    for mention in find_mentions(text) {
        replaced.push_str(&text[at..mention.range.start]);
        replaced.push_str(&by(&mention));
        at = mention.range.end;
    }
    replaced.push_str(&text[at..]);
    replaced
}

/// The text as Markdown to be read: those whom it names have the names that they have now.
pub fn to_markdown(text: &str, people: &[PersonName]) -> String {
    replace_mentions(text, |mention| {
        let known = people.iter().find(|person| person.id == mention.user);
        let name = known.map_or(mention.name.as_str(), |person| person.name.as_str());
        let mut shown = "@".to_owned();
        for letter in name.chars() {
            // A name is no Markdown.
            if letter.is_ascii_punctuation() {
                shown.push('\\');
            }
            shown.push(letter);
        }
        shown
    })
}

/// The text as it is written, with `@Name` for each mention, and who is meant by these. Where two
/// people of the same name are meant, the second one is left as it is kept.
pub fn to_draft(text: &str) -> (String, Vec<PersonName>) {
    let mut people: Vec<PersonName> = vec![];
    let draft = replace_mentions(text, |mention| {
        let person = PersonName { id: mention.user, name: mention.name.clone() };
        match people.iter().find(|known| known.name == person.name) {
            Some(known) if known.id != person.id => write_mention(&person),
            Some(_) => format!("@{}", person.name),
            None => {
                people.push(person.clone());
                format!("@{}", person.name)
            }
        }
    });
    (draft, people)
}

/// The text as it is kept: `@Name` of one of these people is a mention.
pub fn from_draft(draft: &str, people: &[PersonName]) -> String {
    let mut people: Vec<&PersonName> = people.iter().collect();
    // Of “Ada” and “Ada Owner” the longer name is meant where it stands.
    people.sort_by_key(|person| std::cmp::Reverse(person.name.len()));
    let (mut text, mut at) = (String::with_capacity(draft.len()), 0);
    for mention in find_mentions(draft) {
        write_names(&draft[at..mention.range.start], &people, &mut text);
        text.push_str(&draft[mention.range.clone()]);
        at = mention.range.end;
    }
    write_names(&draft[at..], &people, &mut text);
    text
}

/// Adds a part of a draft that holds no whole mention, with mentions in place of names.
fn write_names(part: &str, people: &[&PersonName], text: &mut String) {
    let mut rest = part;
    while let Some(at) = rest.find('@') {
        let (before, behind) = (&rest[..at], &rest[at + 1..]);
        text.push_str(before);
        let named = people.iter().find_map(|person| {
            let after = behind.strip_prefix(person.name.as_str())?;
            let ends = !after.starts_with(char::is_alphanumeric);
            ends.then_some((person, after))
        });
        if let Some((person, after)) = named {
            text.push_str(&write_mention(person));
            rest = after;
        } else {
            text.push('@');
            rest = behind;
        }
    }
    text.push_str(rest);
}

/// Finds the mention that the caret (a byte offset) stands at the end of: from its `@`, which
/// begins a word, to the caret.
pub fn find_open_mention(draft: &str, caret: usize) -> Option<OpenMention> {
    let before = draft.get(..caret)?;
    let start = before.rfind('@')?;
    let typed = &before[start + 1..];
    let begins = before[..start].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
    let is_name = typed.split(' ').count() <= MOST_WORDS
        && typed.chars().count() <= MOST_TYPED
        && !typed.starts_with(' ')
        && !typed.contains(['\n', '[', ']', '@']);
    (begins && is_name).then(|| OpenMention { start, end: caret, typed: typed.to_owned() })
}

/// The draft with the open mention completed, those who are meant in it by now, and the byte offset
/// of the caret behind it.
pub fn complete_mention(
    draft: &str,
    open: &OpenMention,
    person: &PersonName,
    people: &[PersonName],
) -> (String, Vec<PersonName>, usize) {
    let person = PersonName { id: person.id, name: plain_name(&person.name) };
    let mut people = people.to_vec();
    let written = match people.iter().find(|known| known.name == person.name) {
        Some(known) if known.id != person.id => write_mention(&person),
        Some(_) => format!("@{}", person.name),
        None => {
            let written = format!("@{}", person.name);
            people.push(person);
            written
        }
    };
    let rest = draft.get(open.end..).unwrap_or_default();
    let before = draft.get(..open.start).unwrap_or_default();
    let space = if rest.starts_with(char::is_whitespace) { "" } else { " " };
    let begun = format!("{before}{written}{space}");
    let caret = begun.len();
    (format!("{begun}{rest}"), people, caret)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const ADA: &str = "00000000-0000-0000-0000-000000000001";

    fn person(number: u128, name: &str) -> PersonName {
        PersonName { id: UserId(Uuid::from_u128(number)), name: name.to_owned() }
    }

    #[test]
    fn a_mention_is_found_by_its_id_and_what_only_looks_like_one_is_not() {
        let text = format!("Hi @[Ada Owner]({ADA}), and @[Ada]({ADA}): see [x](y).");

        let found = find_mentions(&text);

        assert_eq!(
            found.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
            ["Ada Owner", "Ada"]
        );
        assert!(found.iter().all(|one| one.user == person(1, "").id));
        assert_eq!(&text[found[1].range.clone()], format!("@[Ada]({ADA})"));
        for text in [
            "@[Ada](javascript:alert(1))".to_owned(),
            format!("@[]({ADA})"),
            format!("@[A\nda]({ADA})"),
            format!("@[A[d]a]({ADA})"),
            format!("@[Ada] ({ADA})"),
            "@[".repeat(5_000),
            "@Ada".to_owned(),
        ] {
            assert_eq!(find_mentions(&text), [], "{text:.60}");
        }
    }

    #[test]
    fn a_mention_in_code_names_nobody() {
        let mention = format!("@[Ada]({ADA})");

        for code in [
            format!("`{mention}`"),
            format!("Run ``a ` {mention}`` now"),
            format!("- so\n\n  ```\n  {mention}\n  ```"),
            format!("Look:\n\n    {mention}"),
        ] {
            assert_eq!(find_named(&code), [], "{code}");
            assert_eq!(
                find_named(&format!("{code}\n\n`a` {mention}`")),
                [person(1, "").id],
                "{code}"
            );
        }
    }

    #[test]
    fn what_is_read_has_the_name_of_now_and_no_marks_of_it() {
        let text = format!("Ask @[Old name]({ADA}).");

        assert_eq!(to_markdown(&text, &[person(1, "A*d*a")]), "Ask @A\\*d\\*a.");
        assert_eq!(to_markdown(&text, &[person(2, "Ben")]), "Ask @Old name.");
    }

    #[test]
    fn a_draft_shows_names_and_is_kept_with_ids() {
        let text = format!("@[Ada Owner]({ADA}) @[Ada](00000000-0000-0000-0000-000000000002)!");

        let (draft, people) = to_draft(&text);

        assert_eq!(draft, "@Ada Owner @Ada!");
        assert_eq!(people, [person(1, "Ada Owner"), person(2, "Ada")]);
        assert_eq!(from_draft(&draft, &people), text);
        assert_eq!(from_draft("mail@Adam.example", &people), "mail@Adam.example");
        let namesake = format!("@[Ada]({ADA}) @[Ada](00000000-0000-0000-0000-000000000002)");
        let (draft, people) = to_draft(&namesake);
        assert_eq!(from_draft(&draft, &people), namesake, "each is who was meant");
    }

    #[test]
    fn an_at_sign_that_begins_a_word_opens_a_mention() {
        let open = |text: &str| find_open_mention(text, text.len()).map(|open| open.typed);

        assert_eq!(open("@").as_deref(), Some(""));
        assert_eq!(open("So (@ad").as_deref(), Some("ad"));
        assert_eq!(open("@Ada Ow").as_deref(), Some("Ada Ow"));
        assert_eq!(open("ada@example"), None);
        assert_eq!(open("@Ada is at home"), None);
        assert_eq!(open("@ so"), None);
        assert_eq!(open("@Ada\n"), None);
        assert_eq!(find_open_mention("ä@", 1), None);
    }

    #[test]
    fn completing_writes_the_name_and_remembers_who_is_meant() {
        let open = find_open_mention("Ask @be now", 7).unwrap();

        let (draft, people, caret) =
            complete_mention("Ask @be now", &open, &person(3, "Ben [x]"), &[]);

        assert_eq!((draft.as_str(), caret), ("Ask @Ben x now", 10));
        assert_eq!(people, [person(3, "Ben x")]);
        let open = find_open_mention("@be", 3).unwrap();
        let (draft, people, _) = complete_mention("@be", &open, &person(4, "Ben x"), &people);
        assert_eq!(draft, format!("@[Ben x]({}) ", person(4, "").id));
        assert_eq!(people.len(), 1);
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in "[@\\[\\]()a-c \n\u{e9}0-9-]{0,40}") {
            let (draft, people) = to_draft(&text);
            prop_assert_eq!(from_draft(&draft, &people), text.clone());
            for caret in 0..=text.len() {
                find_open_mention(&text, caret);
            }
        }
    }
}
