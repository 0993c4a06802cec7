//! Renames references in a text and leaves the rest of the text as it is written.

use std::{collections::BTreeMap, ops::Range};

use serde_json::Value;

use super::{
    functions,
    lex::{self, Placed, Token},
    path::{Path, Segment, is_plain},
};

/// New names for what texts refer to, by the old ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renaming {
    /// Parameters: the `old` of `input.old`.
    pub parameters: BTreeMap<String, String>,
    /// Nodes: the `old` of `nodes.old`.
    pub nodes: BTreeMap<String, String>,
    /// Ports: the `old` of `nodes.node.old`, by node and port as they are written before.
    pub ports: BTreeMap<(String, String), String>,
    /// Names assigned to nodes: `old` at the root of a path. The new name may be a whole path.
    pub names: BTreeMap<String, String>,
    /// Whole beginnings of references, as they are written before; of several that fit the longest
    /// counts.
    pub paths: BTreeMap<Path, String>,
}

impl Renaming {
    /// A text with every reference in it renamed; what cannot be read stays.
    pub fn text(&self, source: &str) -> String {
        let mut edits = vec![];
        let mut at = 0;
        while let Some(found) = source.get(at..).and_then(|rest| rest.find("${")) {
            let start = at + found;
            at = start + 2;
            if source[..start].ends_with('$') {
                continue;
            }
            let Ok((tokens, end)) = lex::reference(source, at) else { break };
            self.collect(&tokens, &mut edits);
            at = end;
        }
        replaced(source, edits)
    }

    /// An expression with every reference in it renamed; as it is where it cannot be read.
    pub fn expression(&self, source: &str) -> String {
        let mut edits = vec![];
        if let Ok(tokens) = lex::tokens(source) {
            self.collect(&tokens, &mut edits);
        }
        replaced(source, edits)
    }

    fn collect(&self, tokens: &[Placed], edits: &mut Vec<(Range<usize>, String)>) {
        let mut locals = Locals::default();
        let mut until = 0;
        for (place, placed) in tokens.iter().enumerate() {
            locals.step(tokens, place);
            let Token::Name(name) = &placed.token else { continue };
            if placed.at < until {
                continue;
            }
            let is_part = place > 0 && is_mark(tokens.get(place - 1), ".")
                || is_iteration_step(tokens, place);
            if is_part || is_mark(tokens.get(place + 1), "(") || locals.have(name) {
                continue;
            }
            if let Some((range, new)) = self.beginning(tokens, place) {
                until = range.end;
                edits.push((range, new));
                continue;
            }
            match name.as_str() {
                "input" => edits.extend(key(tokens, place, &self.parameters)),
                "nodes" => {
                    edits.extend(key(tokens, place, &self.nodes));
                    edits.extend(self.port(tokens, place));
                }
                name => {
                    let whole = placed.at..placed.at + name.len();
                    edits.extend(self.names.get(name).map(|new| (whole, new.clone())));
                }
            }
        }
    }

    /// The new text for the beginning of the reference that starts at this token.
    fn beginning(&self, tokens: &[Placed], place: usize) -> Option<(Range<usize>, String)> {
        let from = tokens.get(place)?.at;
        let fitting = self.paths.iter().filter_map(|(path, new)| {
            let end = end_of(path, tokens, place)?;
            Some((path.segments().len(), (from..end, new.clone())))
        });
        fitting.max_by_key(|(steps, _)| *steps).map(|(_, found)| found)
    }

    fn port(&self, tokens: &[Placed], place: usize) -> Option<(Range<usize>, String)> {
        let node = Key::read_after(tokens, place)?;
        let port = Key::read_after(tokens, node.last)?;
        let new = self.ports.get(&(node.name.to_owned(), port.name.to_owned()))?;
        Some((port.range.clone(), key_text(new)))
    }
}

fn key(
    tokens: &[Placed],
    place: usize,
    names: &BTreeMap<String, String>,
) -> Option<(Range<usize>, String)> {
    let key = Key::read_after(tokens, place)?;
    Some((key.range, key_text(names.get(key.name)?)))
}

/// `.name` or `["name"]` behind a token.
struct Key<'a> {
    name: &'a str,
    range: Range<usize>,
    /// The index of its last token.
    last: usize,
}

impl<'a> Key<'a> {
    /// The key behind the token at `place`, if there is one.
    fn read_after(tokens: &'a [Placed], place: usize) -> Option<Self> {
        let (open, word) = (tokens.get(place + 1)?, tokens.get(place + 2)?);
        match &word.token {
            Token::Name(name) if is_mark(Some(open), ".") => {
                let called = is_mark(tokens.get(place + 3), "(");
                let range = open.at..word.at + name.len();
                (!called).then_some(Self { name, range, last: place + 2 })
            }
            Token::Text(name) if is_mark(Some(open), "[") => {
                let close = tokens.get(place + 3).filter(|close| is_mark(Some(close), "]"))?;
                Some(Self { name, range: open.at..close.at + 1, last: place + 3 })
            }
            _ => None,
        }
    }
}

/// The byte behind `path`, if the reference that starts at this token begins with it.
fn end_of(path: &Path, tokens: &[Placed], place: usize) -> Option<usize> {
    let Token::Name(root) = &tokens.get(place)?.token else { return None };
    let begins = path.name() == root && !is_mark(tokens.get(place + 1), "(");
    let mut at = begins.then(|| (place, tokens[place].at + root.len()))?;
    for segment in &path.segments()[1..] {
        at = match segment {
            Segment::Key(name) => {
                let key = Key::read_after(tokens, at.0).filter(|key| key.name == name)?;
                (key.last, key.range.end)
            }
            Segment::Place(place) => {
                bracketed(tokens, at.0, |token| *token == Some(Token::Integer(*place)))?
            }
            Segment::Index => bracketed(tokens, at.0, |token| *token == word("index"))?,
            Segment::Item => bracketed(tokens, at.0, |token| *token == word("item"))?,
        };
    }
    Some(at.1)
}

fn word(name: &str) -> Option<Token> {
    Some(Token::Name(name.to_owned()))
}

/// `[x]` behind a token: the index of its last token and the byte behind it.
fn bracketed(
    tokens: &[Placed],
    place: usize,
    is_meant: impl Fn(&Option<Token>) -> bool,
) -> Option<(usize, usize)> {
    let inner = tokens.get(place + 2).map(|placed| placed.token.clone());
    let close = tokens.get(place + 3).filter(|close| is_mark(Some(close), "]"))?;
    let fits = is_mark(tokens.get(place + 1), "[") && is_meant(&inner);
    fits.then_some((place + 3, close.at + 1))
}

/// The name as a step of a path: `.name` or `["na me"]`.
fn key_text(name: &str) -> String {
    if is_plain(name) { format!(".{name}") } else { format!("[{}]", Value::from(name)) }
}

/// Whether `[item]` or `[index]` stands behind something: then it is a step of a path and no
/// reference of its own.
fn is_iteration_step(tokens: &[Placed], place: usize) -> bool {
    let is_word =
        |token: &Token| matches!(token, Token::Name(name) if name == "item" || name == "index");
    let behind = place.checked_sub(2).and_then(|before| tokens.get(before));
    let ends = |placed: &Placed| match &placed.token {
        Token::Name(_) => true,
        Token::Mark(mark) => [")", "]"].contains(mark),
        _ => false,
    };
    is_word(&tokens[place].token)
        && is_mark(tokens.get(place.wrapping_sub(1)), "[")
        && is_mark(tokens.get(place + 1), "]")
        && behind.is_some_and(ends)
}

fn is_mark(placed: Option<&Placed>, wanted: &str) -> bool {
    matches!(placed, Some(Placed { token: Token::Mark(mark), .. }) if *mark == wanted)
}

/// The names given to items, as `x` in `.map(x, …)`, while they are in scope.
#[derive(Default)]
struct Locals<'a> {
    depth: usize,
    names: Vec<(&'a str, usize)>,
}

impl<'a> Locals<'a> {
    fn step(&mut self, tokens: &'a [Placed], place: usize) {
        match &tokens[place].token {
            Token::Mark("(") => {
                self.depth += 1;
                let is_each =
                    place > 1 && is_mark(tokens.get(place - 2), ".") && each(tokens, place);
                if let (true, Some(Token::Name(local))) =
                    (is_each, tokens.get(place + 1).map(|placed| &placed.token))
                {
                    self.names.push((local.as_str(), self.depth));
                }
            }
            Token::Mark(")") => {
                self.names.retain(|(_, depth)| *depth < self.depth);
                self.depth = self.depth.saturating_sub(1);
            }
            _ => {}
        }
    }

    fn have(&self, name: &str) -> bool {
        self.names.iter().any(|(local, _)| *local == name)
    }
}

fn each(tokens: &[Placed], place: usize) -> bool {
    let Some(Token::Name(function)) = tokens.get(place - 1).map(|placed| &placed.token) else {
        return false;
    };
    functions::EACH.iter().any(|(each, _)| each == function)
}

/// The source with these ranges replaced; they have to be in order.
fn replaced(source: &str, edits: Vec<(Range<usize>, String)>) -> String {
    let mut text = String::with_capacity(source.len());
    let mut at = 0;
    for (range, new) in edits {
        text.push_str(source.get(at..range.start).unwrap_or_default());
        text.push_str(&new);
        at = range.end;
    }
    text.push_str(source.get(at..).unwrap_or_default());
    text
}

#[cfg(test)]
mod tests {
    use super::{Path, Renaming, Segment};

    fn renaming() -> Renaming {
        let one = |old: &str, new: &str| [(old.to_owned(), new.to_owned())].into();
        Renaming {
            parameters: one("topic", "subject"),
            nodes: one("copy", "copy_2"),
            ports: [(("image".to_owned(), "imgs".to_owned()), "images".to_owned())].into(),
            names: one("headline", "title"),
            ..Renaming::default()
        }
    }

    #[test]
    fn the_longest_beginning_that_fits_is_replaced_as_a_whole() {
        let root = |name: &str| Path::root(name);
        let key = |name: &str| Segment::Key(name.to_owned());
        let texts = root("nodes").then(key("copy")).then(key("texts"));
        let paths = [
            (texts.clone(), "input.copy_texts".to_owned()),
            (texts.then(Segment::Index), "input.one".to_owned()),
            (root("item"), "input.item".to_owned()),
            (root("idea").then(Segment::Place(0)), "input.idea".to_owned()),
        ];
        let renaming = Renaming { paths: paths.into(), ..Renaming::default() };
        let cases = [
            ("${nodes.copy.texts[0].x}", "${input.copy_texts[0].x}"),
            ("${nodes[\"copy\"].texts[index]}", "${input.one}"),
            (
                "${item.name} ${list[item]} ${item.size()}",
                "${input.item.name} ${list[item]} ${input.item.size()}",
            ),
            ("${idea[0]} ${idea[1]}", "${input.idea} ${idea[1]}"),
            ("${nodes.copy.images} $${item}", "${nodes.copy.images} $${item}"),
            ("${list.map(item, item.x)}", "${list.map(item, item.x)}"),
        ];
        for (before, after) in cases {
            assert_eq!(renaming.text(before), after);
        }
    }

    #[test]
    fn references_are_renamed_and_all_else_stays() {
        let cases = [
            ("About ${input.topic}, topic", "About ${input.subject}, topic"),
            ("${ input[\"topic\"] }", "${ input.subject }"),
            ("$${input.topic} ${input.topics}", "$${input.topic} ${input.topics}"),
            ("${nodes.copy.copy[0]}${nodes['copy']}", "${nodes.copy_2.copy[0]}${nodes.copy_2}"),
            ("${item.nodes.copy} ${x.input.topic}", "${item.nodes.copy} ${x.input.topic}"),
            ("${nodes.image.imgs[0]}", "${nodes.image.images[0]}"),
            ("${headline.size()} headline", "${title.size()} headline"),
            ("${input.topic} ${never closed", "${input.subject} ${never closed"),
        ];
        for (before, after) in cases {
            assert_eq!(renaming().text(before), after);
        }
    }

    #[test]
    fn names_of_items_are_not_taken_for_names_of_nodes() {
        let source = "input.list.map(headline, headline.x) == headline";

        let found = renaming().expression(source);

        assert_eq!(found, "input.list.map(headline, headline.x) == title");
    }

    #[test]
    fn names_that_need_quotes_get_them() {
        let nodes = [("copy".to_owned(), "my-copy".to_owned())].into();
        let renaming = Renaming { nodes, ..Renaming::default() };

        assert_eq!(renaming.expression("nodes.copy.texts"), "nodes[\"my-copy\"].texts");
    }
}
