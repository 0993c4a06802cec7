//! Reads the lists that models write.
//!
//! Marks begin the items: numbered headings where there are any, else numbers, else bullets. What is
//! indented or has a lesser mark or none belongs to the item above it; titles of groups belong to
//! none, nor does what stands before the first item or says goodbye. Without marks each line is an
//! item.

use serde_json::Value;

use super::{
    json_list::json_list,
    lines::{Line, Mark, Sign, has_colon, indent, lines},
};

/// From so many columns on, a line stands within the item above it.
const NESTED: usize = 2;

/// The items of a list answer: of JSON, or of lines.
pub fn list_items(text: &str) -> Vec<String> {
    if let Some(items) = json_list(text) {
        return items.into_iter().map(words).collect();
    }
    let lines = lines(text);
    match Lead::read(&lines) {
        Some(lead) => marked_items(&lines, &lead),
        None => unmarked_items(&lines),
    }
}

fn words(item: Value) -> String {
    match item {
        Value::String(text) => text,
        data => data.to_string(),
    }
}

/// Which marks begin the items.
#[derive(Debug)]
struct Lead {
    /// This one and those that are greater.
    sign: Sign,
    /// The columns from which on a line stands within the item above it.
    nested: usize,
}

impl Lead {
    /// None where no line is marked, or each mark names who said the line above it.
    fn read(lines: &[Line<'_>]) -> Option<Self> {
        let marks = || {
            lines
                .iter()
                .filter_map(|line| if let Line::Marked(mark) = line { Some(mark) } else { None })
        };
        let nested = marks().map(|mark| mark.indent).min()? + NESTED;
        let outer = || marks().filter(|mark| mark.indent < nested).map(|mark| mark.sign);
        let numbers = outer().filter(|sign| *sign == Sign::Number).count();
        let before = outer().take_while(|sign| *sign != Sign::Number);
        let bullets = before.filter(|sign| *sign == Sign::Bullet).count();
        let sign = match outer().min()? {
            // Bullets before numbers are no items where at least as many numbers follow.
            Sign::Number if bullets > 0 && numbers < bullets.max(2) => Sign::Bullet,
            Sign::Dash
                if lines.windows(2).filter(|pair| is_said_by(pair)).count() == marks().count() =>
            {
                return None;
            }
            sign => sign,
        };
        Some(Self { sign, nested })
    }

    fn begins(&self, line: &Line<'_>) -> bool {
        matches!(line, Line::Marked(mark) if mark.indent < self.nested && mark.sign <= self.sign)
    }

    /// Whether a line is the title of items that begin below it.
    fn is_title(&self, line: &str, below: &[Line<'_>], may_be_bold: bool) -> bool {
        let is_label = has_colon(line) || may_be_bold && is_bold(line);
        let next = || below.iter().find(|line| !matches!(line, Line::Blank));
        is_label && indent(line) < self.nested && next().is_some_and(|next| self.begins(next))
    }
}

/// Whether the second of two lines has a mark and the first is words that it may stand below.
fn is_said_by(pair: &[Line<'_>]) -> bool {
    let [Line::Plain { line, is_code: false }, Line::Marked(_)] = pair else { return false };
    indent(line) < NESTED && !has_colon(line) && !is_bold(line)
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

fn marked_items(lines: &[Line<'_>], lead: &Lead) -> Vec<String> {
    let mut items: Vec<Item<'_>> = vec![];
    let (mut after_blank, mut is_closed, mut most_loose, mut has_titles) = (false, true, 0, false);
    for (at, line) in lines.iter().enumerate() {
        match line {
            Line::Blank => {}
            Line::Fence | Line::Rule => is_closed = true,
            Line::Heading { level, .. } if Sign::Heading(*level) <= lead.sign => {
                is_closed = true;
            }
            Line::Marked(mark) if lead.begins(line) => {
                let closed = items.last_mut().map(|item| item.close(usize::MAX));
                most_loose = most_loose.max(closed.unwrap_or_default());
                let inset = mark.line.find(&mark.words).unwrap_or_default();
                items.push(Item { words: mark.words.clone(), inset, loose: vec![] });
                is_closed = false;
            }
            Line::Plain { line: words, is_code: false }
                if lead.is_title(
                    words,
                    &lines[at + 1..],
                    after_blank || has_titles || items.is_empty(),
                ) =>
            {
                has_titles |= is_bold(words);
            }
            Line::Marked(Mark { line: words, .. })
            | Line::Heading { line: words, .. }
            | Line::Plain { line: words, .. } => {
                let is_bare = matches!(line, Line::Plain { is_code: false, .. });
                let is_bare = is_bare && indent(words) < lead.nested;
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

/// The lines without titles: those within fences where there are any.
fn unmarked_items(lines: &[Line<'_>]) -> Vec<String> {
    let parts: Vec<&[Line<'_>]> = lines.split(|line| matches!(line, Line::Fence)).collect();
    let is_fenced = parts.len() > 1;
    let inner = parts.into_iter().skip(usize::from(is_fenced)).step_by(2);
    let words = |line: &Line<'_>| matches!(line, Line::Plain { .. } | Line::Marked(_));
    let mut paragraphs: Vec<Vec<String>> =
        inner.flat_map(|lines| lines.split(|line| !words(line))).map(paragraph_items).collect();
    let all = || paragraphs.iter().flatten();
    let has_titles =
        all().next().is_some_and(|line| is_bold(line)) && !all().all(|line| is_bold(line));
    let is_title = |line: &str| has_colon(line) || has_titles && is_bold(line);
    if !all().all(|line| is_title(line)) {
        paragraphs.iter_mut().for_each(|lines| lines.retain(|line| !is_title(line)));
    }
    paragraphs.retain(|lines| !lines.is_empty());
    match paragraphs.as_mut_slice() {
        // A line apart from a list whose own lines are not is around it.
        [list, last] if !is_fenced && list.len() > 1 && last.len() == 1 => std::mem::take(list),
        [first, list, last] if !is_fenced && list.len() > 2 && first.len() + last.len() == 2 => {
            std::mem::take(list)
        }
        _ => paragraphs.concat(),
    }
}

/// The lines of a paragraph, each with who said it.
fn paragraph_items(lines: &[Line<'_>]) -> Vec<String> {
    let mut items: Vec<String> = vec![];
    for line in lines {
        match (line, items.last_mut()) {
            (Line::Marked(mark), Some(item)) => {
                item.push('\n');
                item.push_str(mark.line.trim());
            }
            (Line::Marked(Mark { line, .. }) | Line::Plain { line, .. }, _) => {
                items.push(line.trim().to_owned());
            }
            (Line::Blank | Line::Fence | Line::Rule | Line::Heading { .. }, _) => {}
        }
    }
    items
}

/// Whether a line is bold as a whole.
fn is_bold(line: &str) -> bool {
    let inner = line.trim().strip_prefix("**").and_then(|line| line.strip_suffix("**"));
    inner.is_some_and(|inner| !inner.contains("**"))
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

    #[test]
    fn lesser_marks_belong_to_the_item_above() {
        for (text, items) in [
            (
                "## Ideas\n### 1. One\n- why\n\n#### Steps\n1. go\n\n### **2. Two**\n- how\n## Notes\n- no item",
                vec!["One\n- why\n\n#### Steps\n1. go", "**Two**\n- how"],
            ),
            ("Aims:\n- short\n- new\n\n1. One\n- why\n2. Two\n", vec!["One\n- why", "Two"]),
            ("- One\n- Two\n- Three\n\n1. Four\n", vec!["One", "Two", "Three", "Four"]),
            ("- “One”\n— A\n- “Two”\n— B", vec!["“One”\n— A", "“Two”\n— B"]),
            ("Here:\n\n“One”\n— A\n\n“Two”\n– B\n", vec!["“One”\n— A", "“Two”\n– B"]),
            ("> One\n> — A\n>\n> Two\n> — B", vec!["> One\n> — A", "> Two\n> — B"]),
            ("Two “ideas”\n– One\n– Two", vec!["One", "Two"]),
            (
                "1. ```one```\n2. Two\n```two```\n3. Three",
                vec!["```one```", "Two\n```two```", "Three"],
            ),
            ("- ```sh\n  - one\n  ```\n- Two", vec!["```sh\n- one\n```", "Two"]),
            ("```one```\n```two```", vec!["```one```", "```two```"]),
        ] {
            assert_eq!(list_items(text), items, "{text}");
        }
    }

    #[test]
    fn titles_and_what_is_said_around_a_list_are_no_items() {
        for (text, items) in [
            ("Email:\n- One\n- Two\nSocial media:\n- Three", vec!["One", "Two", "Three"]),
            ("- One\n\n**Social media:**\n\n- Two", vec!["One", "Two"]),
            ("**Email**\n- One\n**Social media**\n- Two", vec!["One", "Two"]),
            ("- One\n**why**\n- Two\n**how**", vec!["One\n**why**", "Two\n**how**"]),
            ("1. One\nWhy:\n- cheap\n2. Two", vec!["One\nWhy:\n- cheap", "Two"]),
            ("Email:\nOne\nTwo\n\nSocial media:\nThree\nFour", vec!["One", "Two", "Three", "Four"]),
            ("**One**\n**Two**", vec!["**One**", "**Two**"]),
            ("One\nTwo\n\nLet me know if you want more!", vec!["One", "Two"]),
            ("Sure, gladly!\n\nOne\nTwo\nThree\n\nMore?", vec!["One", "Two", "Three"]),
            ("Sure!\n```\nOne\n\nTwo\n```\nMore?", vec!["One", "Two"]),
            ("One\n\nTwo\n\nThree", vec!["One", "Two", "Three"]),
            ("One\n\nTwo is\nlonger\n\nThree", vec!["One", "Two is", "longer", "Three"]),
            ("Ideas:", vec!["Ideas:"]),
        ] {
            assert_eq!(list_items(text), items, "{text}");
        }
    }
}
