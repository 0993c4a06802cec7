//! Which kind of text a prompt asks for.

use super::phrasebook::{Form, texts, words};

/// The form that the instruction names first.
pub(super) fn form_of(prompt: &str) -> &'static Form {
    let prompt = prompt.to_lowercase();
    let instruction = words("verbs").iter().filter_map(|verb| find_word(&prompt, verb)).min();
    let named = instruction.and_then(|start| first_named(sentence(&prompt[start..])));
    named.or_else(|| first_named(&prompt)).unwrap_or_else(|| {
        let sells = words("selling").iter().any(|word| find_word(&prompt, word).is_some());
        texts().form(if sells { "body" } else { "explanation" })
    })
}

/// The sentence of the instructions that names a form, where the task names none.
pub(super) fn form_sentence<'a>(task: &str, instructions: &'a str) -> Option<&'a str> {
    let names = |text: &str| first_named(&text.to_lowercase()).is_some();
    if names(task) {
        return None;
    }
    instructions.split_inclusive(['.', '!', '?', '\n']).map(str::trim).find(|part| names(part))
}

fn sentence(text: &str) -> &str {
    let end = text.find(['\n', '?', '!']).into_iter().chain(text.find(". ")).min();
    &text[..end.unwrap_or(text.len())]
}

/// The first name in a text, the longest of those that start at one place; of a compound such as
/// "email subject line" its last part.
fn first_named(text: &str) -> Option<&'static Form> {
    let names =
        texts().forms.iter().flat_map(|form| form.names.iter().map(move |name| (name, form)));
    let found = names.filter_map(|(name, form)| Some((find_word(text, name)?, name, form)));
    let (at, name, form) = found.min_by_key(|(at, name, _)| (*at, usize::MAX - name.len()))?;
    let rest = text[at + name.len()..].trim_start_matches('s');
    let compound = &rest[..rest.find([',', '.', ':', ';']).unwrap_or(rest.len())];
    let breaks = |word: &str| words("breaks").iter().any(|end| end == word);
    let tail = compound
        .split_whitespace()
        .take_while(|word| !breaks(word))
        .take(4)
        .collect::<Vec<_>>()
        .join(" ");
    if tail.is_empty() {
        return Some(form);
    }
    first_named(&tail).or(Some(form))
}

/// Where a word or phrase stands on its own, a plural included.
fn find_word(text: &str, word: &str) -> Option<usize> {
    let is_letter = |letter: char| letter.is_alphanumeric();
    text.match_indices(word).map(|(at, _)| at).find(|&at| {
        let after = &text[at + word.len()..];
        let after = after.strip_prefix('s').unwrap_or(after);
        !text[..at].ends_with(is_letter) && !after.starts_with(is_letter)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_what_the_instruction_names_first() {
        let cases = [
            ("Write a Facebook ad for Solar Kettle. Include a call to action.", "ad"),
            ("Write 5 email subject lines about our sale", "subject_line"),
            ("Write the body of an email about our sale", "email"),
            ("Generate a compelling headline for a blog article", "headline"),
            ("Create a blog post outline about tea", "outline"),
            ("You are an editor.\nWrite a blog post from this outline:\n## One", "article"),
            ("Topic: tea\nWrite an Instagram caption.", "caption"),
            ("Write landing page hero copy", "hero"),
            ("Add a roadmap", "explanation"),
            ("Write a Facebook ad headline for tea", "headline"),
            ("Write a blog post title", "headline"),
            ("Write copy for our new product", "body"),
            ("Diagnose why the deployment failed", "change"),
            ("Score this text against the rubric", "verdict"),
            ("Triage the issue below", "triage"),
        ];

        for (prompt, form) in cases {
            assert_eq!(form_of(prompt).name, form, "{prompt}");
        }
    }
}
