//! The lines of a model's answer: which of them have a mark before their words, and which are around a
//! list or within code.

/// Bullets behind which there is white space.
const SPACED_BULLETS: [char; 4] = ['-', '*', '+', '·'];
/// Those that also stand before who said something.
const DASHES: [char; 2] = ['–', '—'];
/// Bullets that need none.
const BULLETS: [char; 10] = ['•', '・', '◦', '‣', '▪', '●', '■', '►', '➤', '\u{f0b7}'];
/// The most digits of an item's number.
const MOST_DIGITS: usize = 3;

/// A line of an answer.
#[derive(Debug)]
pub(super) enum Line<'a> {
    Blank,
    /// Of a fence around the list.
    Fence,
    /// Three or more of the same sign.
    Rule,
    Marked(Mark<'a>),
    /// A heading without a number.
    Heading {
        line: &'a str,
        level: usize,
    },
    /// Words, or a line of code within an item.
    Plain {
        line: &'a str,
        is_code: bool,
    },
}

/// A line with a number or a bullet before its words.
#[derive(Debug)]
pub(super) struct Mark<'a> {
    pub line: &'a str,
    /// Columns before the mark.
    pub indent: usize,
    pub sign: Sign,
    pub words: String,
}

/// What marks a line; what comes later here belongs to what comes before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sign {
    /// A number in a heading of this level.
    Heading(usize),
    Number,
    Bullet,
    Dash,
}

pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let (mut has_marks, mut is_wrapped, mut in_code) = (false, false, false);
    let read = text.lines().map(|line| {
        let words = line.trim();
        if is_fence(words) {
            // One that was opened before the first item is around the list.
            let is_code = in_code || has_marks && (!is_wrapped || words.len() > 3);
            if !is_code {
                is_wrapped = !is_wrapped;
                return Line::Fence;
            }
            in_code = !in_code;
            return Line::Plain { line, is_code };
        }
        if in_code {
            return Line::Plain { line, is_code: true };
        }
        let read = read_line(line);
        if let Line::Marked(mark) = &read {
            has_marks = true;
            in_code = is_fence(&mark.words);
        }
        read
    });
    read.collect()
}

/// Whether a line opens or closes code; what has more of the signs behind it is a span of code.
fn is_fence(words: &str) -> bool {
    let info = words.trim_start_matches('`');
    words.starts_with("~~~") || words.len() > info.len() + 2 && !info.contains('`')
}

fn read_line(line: &str) -> Line<'_> {
    // A list may be quoted as a whole.
    let words = line.trim().trim_start_matches("> ").trim_start();
    if matches!(words, "" | ">") {
        return Line::Blank;
    }
    let title = words.trim_start_matches('#');
    let level = words.len() - title.len();
    if level > 0 && title.starts_with(' ') {
        let mark = |words| Mark { line, indent: 0, sign: Sign::Heading(level), words };
        let number = after_marked_number(title.trim_start()).map(mark);
        return number.map_or(Line::Heading { line, level }, Line::Marked);
    }
    if is_rule(words) {
        return Line::Rule;
    }
    let mark = read_mark(words);
    mark.map_or(Line::Plain { line, is_code: false }, |(sign, words)| {
        Line::Marked(Mark { line, indent: indent(line), sign, words })
    })
}

fn is_rule(words: &str) -> bool {
    ['-', '*', '_'].iter().any(|sign| {
        words.matches(*sign).count() > 2 && words.chars().all(|c| c == *sign || c == ' ')
    })
}

/// The mark before words, and the words.
fn read_mark(text: &str) -> Option<(Sign, String)> {
    if let Some(words) = after_marked_number(text) {
        return Some((Sign::Number, words));
    }
    let bullet = |words: &str| Some((Sign::Bullet, words.trim().to_owned()));
    if let Some(words) = text.strip_prefix(BULLETS) {
        return bullet(words);
    }
    let is_apart = |words: &&str| words.is_empty() || words.starts_with(char::is_whitespace);
    if let Some(words) = text.strip_prefix(SPACED_BULLETS).filter(is_apart) {
        return bullet(words);
    }
    let words = text.strip_prefix(DASHES).filter(is_apart)?;
    Some((Sign::Dash, words.trim().to_owned()))
}

/// What stands behind the number of an item, which may be bold.
fn after_marked_number(text: &str) -> Option<String> {
    let bold = text.strip_prefix("**");
    let words = after_number(bold.unwrap_or(text), bold.is_some())?;
    Some(match (bold, words.strip_prefix("**")) {
        (None, _) => words.trim().to_owned(),
        (Some(_), Some(words)) => words.trim().to_owned(),
        // What was bold with the number stays so.
        (Some(_), None) => format!("**{}", words.trim()),
    })
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
pub(super) fn indent(line: &str) -> usize {
    let space = line.chars().take_while(|c| c.is_whitespace());
    space.map(|c| if matches!(c, '\t') { 4 } else { 1 }).sum()
}

/// Whether a line introduces what follows it.
pub(super) fn has_colon(line: &str) -> bool {
    line.trim_end_matches([' ', '*', '_']).ends_with([':', '：'])
}
