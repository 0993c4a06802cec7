//! Numbers a prompt gives: how many things, and how long.

const NUMBERS: [&str; 13] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
];
const THINGS: [&str; 17] = [
    "headline",
    "subject",
    "idea",
    "caption",
    "tweet",
    "snippet",
    "variation",
    "title",
    "tip",
    "line",
    "post",
    "option",
    "bullet",
    "tagline",
    "slogan",
    "suggestion",
    "item",
];

/// How many things a prompt wants, e.g. 5 for "five short headlines".
pub(super) fn count_things(prompt: &str) -> Option<usize> {
    let opening = prompt.split("\n\n").next().unwrap_or(prompt);
    let words: Vec<String> = opening.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let is_thing = |word: &String| THINGS.iter().any(|thing| word.starts_with(thing));
    let counts = words.iter().enumerate().filter_map(|(at, word)| {
        let count = number(word).filter(|count| (1..=20).contains(count))?;
        words[at + 1..].iter().take(3).any(is_thing).then_some(count)
    });
    counts.into_iter().next()
}

/// The number right before one of these units, e.g. 90 for "under 90 characters".
pub(super) fn number_before(prompt: &str, units: &[&str]) -> Option<usize> {
    let prompt = prompt.to_lowercase();
    let words: Vec<&str> =
        prompt.split([' ', '\n', '-', '–', ',']).filter(|w| !w.is_empty()).collect();
    let is_unit = |word: &str| units.iter().any(|unit| word.starts_with(unit));
    words.windows(2).find(|pair| is_unit(pair[1])).and_then(|pair| number(pair[0]))
}

fn number(word: &str) -> Option<usize> {
    let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    word.parse().ok().or_else(|| NUMBERS.iter().position(|name| *name == word))
}

/// How many slides a carousel is to have.
pub(in crate::providers::sample) fn count_slides(prompt: &str) -> Option<usize> {
    number_before(prompt, &["slide"])
}
