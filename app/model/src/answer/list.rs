//! Reads the lists that models write.
//!
//! Where lines are numbered or have bullets, these begin the items; what is indented or has no mark
//! belongs to the item above it, and what stands before the first or says goodbye to none. Without
//! marks each line is an item.

use serde_json::Value;

use super::find::values;

/// Bullets behind which there is white space.
const SPACED_BULLETS: [char; 6] = ['-', '*', '+', '–', '—', '·'];
/// Bullets that need none.
const BULLETS: [char; 10] = ['•', '・', '◦', '‣', '▪', '●', '■', '►', '➤', '\u{f0b7}'];
/// The most digits of an item's number.
const MOST_DIGITS: usize = 3;
/// From so many columns on, a line stands within the item above it.
const NESTED: usize = 2;

/// The items of a list answer: of JSON with one list, or of lines.
pub fn list_items(text: &str) -> Vec<String> {
    if let Some(items) = json_list(text) {
        return items.into_iter().map(words).collect();
    }
    let lines = lines(text);
    if has_marks(&lines) { marked_items(&lines) } else { unmarked_items(&lines) }
}

/// The last list of JSON that stands by itself on its lines, where no line is marked.
fn json_list(text: &str) -> Option<Vec<Value>> {
    let on_own_lines = |&(begin, end): &(usize, usize)| {
        let before = text[..begin].trim_end_matches([' ', '\t']);
        let after = text[end..].trim_start_matches([' ', '\t']);
        (before.is_empty() || before.ends_with('\n'))
            && (after.is_empty() || after.starts_with(['\n', '\r']))
    };
    let mut found = values(text).0.into_iter().rev().filter(|found| on_own_lines(&found.place));
    let ((begin, end), items) =
        found.find_map(|found| Some((found.place, one_list(found.value)?)))?;
    (!has_marks(&lines(&text[..begin])) && !has_marks(&lines(&text[end..]))).then_some(items)
}

fn has_marks(lines: &[Line<'_>]) -> bool {
    lines.iter().any(|line| matches!(line, Line::Marked(_)))
}

/// The list that a value is, or the only one that it has.
fn one_list(value: Value) -> Option<Vec<Value>> {
    let fields = match value {
        Value::Array(items) => return Some(items),
        Value::Object(fields) => fields,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
    };
    let mut lists = fields.into_iter().filter_map(|(_, field)| match field {
        Value::Array(items) => Some(items),
        _ => None,
    });
    lists.next().filter(|_| lists.next().is_none())
}

fn words(item: Value) -> String {
    match item {
        Value::String(text) => text,
        data => data.to_string(),
    }
}

/// A line of an answer.
#[derive(Debug)]
enum Line<'a> {
    Blank,
    /// A heading, a rule, or a fence around the list.
    Off,
    Marked(Mark<'a>),
    /// Words, or a line of code within an item.
    Plain {
        line: &'a str,
        is_code: bool,
    },
}

/// A line with a number or a bullet before its words.
#[derive(Debug)]
struct Mark<'a> {
    line: &'a str,
    /// Columns before the mark.
    indent: usize,
    is_number: bool,
    words: String,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let (mut has_marks, mut is_wrapped, mut in_code) = (false, false, false);
    let read = text.lines().map(|line| {
        let words = line.trim();
        if words.starts_with("```") || words.starts_with("~~~") {
            // One that was opened before the first item is around the list.
            let is_code = in_code || has_marks && (!is_wrapped || words.len() > 3);
            if !is_code {
                is_wrapped = !is_wrapped;
                return Line::Off;
            }
            in_code = !in_code;
            return Line::Plain { line, is_code };
        }
        if in_code {
            return Line::Plain { line, is_code: true };
        }
        if words.is_empty() {
            return Line::Blank;
        }
        let title = words.trim_start_matches('#');
        if title.len() < words.len() && title.starts_with(' ') || is_rule(words) {
            return Line::Off;
        }
        let mark = read_mark(line);
        has_marks |= mark.is_some();
        mark.map_or(Line::Plain { line, is_code: false }, Line::Marked)
    });
    read.collect()
}

/// Three or more of the same sign.
fn is_rule(words: &str) -> bool {
    ['-', '*', '_'].iter().any(|sign| {
        words.matches(*sign).count() > 2 && words.chars().all(|c| c == *sign || c == ' ')
    })
}

fn read_mark(line: &str) -> Option<Mark<'_>> {
    let text = line.trim_start();
    let mark = |is_number, words: &str| {
        let words = words.trim().to_owned();
        Some(Mark { line, indent: indent(line), is_number, words })
    };
    let bold = text.strip_prefix("**");
    if let Some(words) = after_number(bold.unwrap_or(text), bold.is_some()) {
        return match (bold, words.strip_prefix("**")) {
            (None, _) => mark(true, words),
            (Some(_), Some(words)) => mark(true, words),
            // What was bold with the number stays so.
            (Some(_), None) => mark(true, &format!("**{}", words.trim_start())),
        };
    }
    if let Some(words) = text.strip_prefix(BULLETS) {
        return mark(false, words);
    }
    let words = text.strip_prefix(SPACED_BULLETS)?;
    if words.is_empty() || words.starts_with(char::is_whitespace) {
        mark(false, words)
    } else {
        None
    }
}

/// What stands behind the number at the beginning of an item: in the digits of any script, with a
/// point or bracket, in a circle, or on a key.
fn after_number(text: &str, is_bold: bool) -> Option<&str> {
    let inner = text.strip_prefix(['(', '（']);
    let number = inner.unwrap_or(text);
    let first = number.chars().next()?;
    if is_enclosed(first) {
        return Some(&number[first.len_utf8()..]);
    }
    let end = number.find(|c: char| !is_digit(c)).unwrap_or(number.len());
    if !(1..=MOST_DIGITS).contains(&number[..end].chars().count()) {
        return None;
    }
    let rest = number[end..].trim_start_matches(['\u{fe0f}', '\\']);
    let after = |signs: &[char]| rest.strip_prefix(signs);
    if inner.is_none()
        && let Some(words) = after(&['\u{20e3}', '．', '、', '｡'])
    {
        return Some(words);
    }
    if let Some(words) = after(&['）']) {
        return Some(words);
    }
    let words = after(if inner.is_some() { &[')'] } else { &['.', ')', '-'] })?;
    let is_apart = words.is_empty() || words.starts_with(char::is_whitespace);
    (is_apart || is_bold && words.starts_with("**")).then_some(words)
}

fn is_digit(c: char) -> bool {
    c.is_numeric() || "一二三四五六七八九十".contains(c)
}

fn is_enclosed(c: char) -> bool {
    matches!(c, '①'..='⒛' | '⓪'..='⓿' | '❶'..='➓' | '㈠'..='㈩' | '㊀'..='㊉')
}

/// Columns of white space at the beginning.
fn indent(line: &str) -> usize {
    let space = line.chars().take_while(|c| c.is_whitespace());
    space.map(|c| if matches!(c, '\t') { 4 } else { 1 }).sum()
}

/// An item that more lines may belong to.
#[derive(Debug, Default)]
struct Item<'a> {
    words: String,
    /// Bytes before its words.
    inset: usize,
    /// Paragraphs that follow it and are not indented.
    loose: Vec<Vec<&'a str>>,
}

impl<'a> Item<'a> {
    fn add(&mut self, line: &str, after_blank: bool) {
        let space = line.len() - line.trim_start().len();
        let line = line.get(space.min(self.inset)..).unwrap_or(line);
        self.words.push_str(if after_blank { "\n\n" } else { "\n" });
        self.words.push_str(line.trim_end());
    }

    fn add_loose(&mut self, line: &'a str, after_blank: bool) {
        match self.loose.last_mut() {
            Some(paragraph) if !after_blank => paragraph.push(line.trim()),
            _ => self.loose.push(vec![line.trim()]),
        }
    }

    /// Takes in so many of the paragraphs that follow it.
    fn close(&mut self, most: usize) -> usize {
        let loose = std::mem::take(&mut self.loose);
        let taken = loose.len().min(most);
        for paragraph in loose.into_iter().take(most) {
            self.add(&paragraph.join("\n"), true);
        }
        taken
    }
}

fn marked_items(lines: &[Line<'_>]) -> Vec<String> {
    let marks = || {
        lines.iter().filter_map(|line| match line {
            Line::Marked(mark) => Some(mark),
            Line::Blank | Line::Off | Line::Plain { .. } => None,
        })
    };
    let nested = marks().map(|mark| mark.indent).min().unwrap_or_default() + NESTED;
    // Bullets below numbers belong to the numbers.
    let is_numbered = marks().find(|mark| mark.indent < nested).is_some_and(|mark| mark.is_number);
    let begins = |mark: &Mark<'_>| mark.indent < nested && (mark.is_number || !is_numbered);
    let mut items: Vec<Item<'_>> = vec![];
    let (mut after_blank, mut is_closed, mut most_loose) = (false, true, 0);
    for line in lines {
        match line {
            Line::Blank => {}
            Line::Off => is_closed = true,
            Line::Marked(mark) if begins(mark) => {
                if let Some(item) = items.last_mut() {
                    item.loose.pop_if(|paragraph| is_label(paragraph));
                    most_loose = most_loose.max(item.close(usize::MAX));
                }
                let inset = mark.line.find(&mark.words).unwrap_or_default();
                items.push(Item { words: mark.words.clone(), inset, loose: vec![] });
                is_closed = false;
            }
            Line::Marked(Mark { line: words, .. }) | Line::Plain { line: words, .. } => {
                let is_bare = matches!(line, Line::Plain { is_code: false, .. });
                let is_bare = is_bare && indent(words) < nested;
                match items.last_mut().filter(|_| !is_closed) {
                    Some(item) if is_bare && (after_blank || !item.loose.is_empty()) => {
                        item.add_loose(words, after_blank);
                    }
                    Some(item) => {
                        item.close(usize::MAX);
                        item.add(words, after_blank);
                    }
                    None => {}
                }
            }
        }
        after_blank = matches!(line, Line::Blank);
    }
    if let Some(last) = items.last_mut() {
        // What follows the last item belongs to it only as far as it does to others.
        last.close(most_loose);
    }
    items.iter().map(|item| item.words.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}

fn unmarked_items(lines: &[Line<'_>]) -> Vec<String> {
    let words = lines.iter().filter_map(|line| match line {
        Line::Plain { line, .. } => Some(line.trim()),
        Line::Blank | Line::Off | Line::Marked(_) => None,
    });
    let mut words: Vec<&str> = words.collect();
    if words.len() > 1 && is_label(&words[..1]) {
        words.remove(0);
    }
    words.into_iter().map(str::to_owned).collect()
}

/// Whether a paragraph is a title of what follows it.
fn is_label(paragraph: &[&str]) -> bool {
    let [line] = paragraph else { return false };
    line.ends_with([':', '：']) || line.starts_with("**") && line.ends_with("**")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_bullets_and_arrays_are_the_same_list() {
        for text in [
            "1. One\n2. Two",
            "- One\n- Two\n",
            "* One\n\n• Two",
            "One\nTwo",
            "Two words for it:\nOne\nTwo",
            "１．One\n２．Two",
            "（1）One\n② Two",
            "一、One\n二、Two",
            "١. One\n٢- Two",
            "1️⃣ One\n2️⃣ Two",
            "**1.** One\n**2.** Two",
            "[\"One\", \"Two\"]",
            "Here you are:\n```json\n['One', 'Two',]\n```",
            "{\"items\": [\"One\", \"Two\"], \"count\": 2}",
            "\"[\\\"One\\\", \\\"Two\\\"]\"",
        ] {
            assert_eq!(list_items(text), ["One", "Two"], "{text}");
        }
        assert_eq!(list_items("[12345678901234567890123]"), ["12345678901234567890123"]);
        assert!(list_items(" \n").is_empty());
    }

    #[test]
    fn only_marked_lines_begin_items() {
        for (text, items) in [
            ("Sure! Two ideas:\n\n1. One\n2. Two\n", vec!["One", "Two"]),
            ("Sure:\n\n- One\n* Two\n3) Three\n\nI hope it helps!", vec!["One", "Two", "Three"]),
            (
                "### Ideas\n\n1. **One** – a\n\n2. **Two** – b\n\n---\n",
                vec!["**One** – a", "**Two** – b"],
            ),
            ("1. One goes\non here\n2. Two", vec!["One goes\non here", "Two"]),
            ("1. One\n   - why: cheap\n2. Two\n", vec!["One\n- why: cheap", "Two"]),
            ("1. One\n- why: cheap\n2. Two\n", vec!["One\n- why: cheap", "Two"]),
            (" 9. One\n10. Two\n\n    more of it", vec!["One", "Two\n\nmore of it"]),
            (
                "1. One\n\nAll of one.\n\n2. Two\n\nAll of two.\n\nBye!",
                vec!["One\n\nAll of one.", "Two\n\nAll of two."],
            ),
            ("**Good**\n- One\n\n**Bad**\n- Two", vec!["One", "Two"]),
            ("```\n1. One\n2. Two\n```", vec!["One", "Two"]),
            (
                "1. One\n```sh\n# 1. no item\n```\n2. Two",
                vec!["One\n```sh\n# 1. no item\n```", "Two"],
            ),
            ("**1. One** is\n**2. Two**", vec!["**One** is", "**Two**"]),
            ("3.5 litres\n10 ideas", vec!["3.5 litres", "10 ideas"]),
            ("1. See [1]\n2. See [2]\n\n[1]", vec!["See [1]", "See [2]"]),
        ] {
            assert_eq!(list_items(text), items, "{text}");
        }
    }
}
