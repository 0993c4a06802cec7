//! Finds what people read among the strings of a file.

use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::Lit;

use crate::source::Source;

/// Macros whose strings are for logs, programmers, the database and programs.
const UNREAD_MACROS: [&str; 24] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "debug",
    "debug_assert",
    "debug_span",
    "env",
    "error",
    "include_str",
    "info",
    "info_span",
    "json",
    "matches",
    "panic",
    "query",
    "query_as",
    "query_file",
    "query_file_as",
    "query_file_scalar",
    "query_scalar",
    "span",
    "trace",
    "unreachable",
    "warn",
];
/// Calls whose strings are for the log: what was done when something failed.
const UNREAD_CALLS: [&str; 4] = ["doing", "expect", "internal", "debug_struct"];
/// Calls that run a statement on a connection and say what for, which is for the log, too.
const STATEMENT_CALLS: [&str; 7] =
    ["all", "all_into", "changed", "count_changed", "one", "optional", "run"];
/// What a string is not for people behind, as in `class="card"` and `let doing = "…"`.
const UNREAD_NAMES: [&str; 26] = [
    "class",
    "d",
    "doing",
    "fill",
    "for",
    "height",
    "href",
    "id",
    "inputmode",
    "method",
    "pattern",
    "points",
    "rel",
    "role",
    "sizes",
    "src",
    "srcset",
    "stroke",
    "style",
    "target",
    "testid",
    "transform",
    "type",
    "viewBox",
    "width",
    "xmlns",
];
/// Attributes of ARIA that are read aloud; all others name things.
const READ_ALOUD: [&str; 4] = ["description", "label", "roledescription", "valuetext"];
/// Beginnings of statements, policies and markup.
const OTHER_LANGUAGES: [&str; 16] = [
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "DELETE ",
    "WITH ",
    "BEGIN ",
    "SET ",
    "; SET",
    "LISTEN ",
    "CREATE ",
    "ALTER ",
    "default-src",
    "script-src",
    "style-src",
    "<svg",
    "<!doctype",
];
/// The keys of templates whose strings people read.
const TEMPLATE_KEYS: [&str; 7] = ["name", "description", "label", "help", "title", "group", "unit"];

/// The texts of a file of Rust in their order, each once.
pub fn from_rust(source: &Source) -> Vec<String> {
    let tokens = TokenStream::from_str(&source.text);
    let tokens = tokens.unwrap_or_else(|error| panic!("{} is not Rust: {error}", source.path));
    // Of a command line the comments are its help.
    let is_help = source.text.contains("clap::");
    let mut reader = Reader { is_help, ..Reader::default() };
    reader.read(tokens);
    reader.end_comment();
    reader.texts
}

/// The texts of a workflow's canonical JSON: one key a line.
pub fn from_template(text: &str) -> Vec<String> {
    let mut texts = vec![];
    for line in text.lines() {
        let line = line.trim().trim_end_matches(',');
        let Some((key, value)) = line.split_once("\": \"") else { continue };
        if TEMPLATE_KEYS.contains(&key.trim_start_matches('"')) {
            push(
                &mut texts,
                &value.trim_end_matches('"').replace("\\\"", "\"").replace("\\n", "\n"),
            );
        }
    }
    texts
}

#[derive(Default)]
struct Reader {
    is_help: bool,
    comment: String,
    texts: Vec<String>,
}

impl Reader {
    fn read(&mut self, tokens: TokenStream) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) if is_attribute(&tokens, at) => {
                    if self.read_attribute(group.stream()) == Next::Skip {
                        at = end_of_item(&tokens, at);
                    }
                }
                TokenTree::Group(group) => {
                    self.end_comment();
                    if !is_unread(&tokens, at) {
                        self.read(group.stream());
                    }
                }
                TokenTree::Literal(literal) => {
                    if let (false, Lit::Str(text)) =
                        (names_things(&tokens, at), Lit::new(literal.clone()))
                    {
                        push(&mut self.texts, &text.value());
                    }
                }
                TokenTree::Ident(_) => self.end_comment(),
                TokenTree::Punct(_) => {}
            }
            at += 1;
        }
    }

    /// Reads `#[error("…")]` and comments that are help; says whether what follows is a test.
    fn read_attribute(&mut self, attribute: TokenStream) -> Next {
        let tokens: Vec<_> = attribute.into_iter().collect();
        match name(&tokens, 0).as_str() {
            "error" => tokens.into_iter().for_each(|token| {
                if let TokenTree::Group(group) = token {
                    self.read(group.stream());
                }
            }),
            "cfg" if tokens.get(1).is_some_and(|group| group.to_string() == "(test)") => {
                return Next::Skip;
            }
            "doc" if self.is_help => {
                if let Some(TokenTree::Literal(line)) = tokens.last()
                    && let Lit::Str(line) = Lit::new(line.clone())
                {
                    self.comment.push_str(&line.value());
                }
            }
            _ => {}
        }
        Next::Read
    }

    /// The lines of a comment are one text.
    fn end_comment(&mut self) {
        let comment = std::mem::take(&mut self.comment);
        push(&mut self.texts, &comment);
    }
}

#[derive(PartialEq, Eq)]
enum Next {
    Read,
    Skip,
}

/// Adds what is a text, on one line, if it is new.
fn push(texts: &mut Vec<String>, text: &str) {
    let text = text.trim().replace('\n', " ⏎ ");
    if is_text(&text) && !texts.contains(&text) {
        texts.push(text);
    }
}

/// Whether a string is for people: a sentence, some words, or one word that begins like a title.
fn is_text(text: &str) -> bool {
    let is_class = |word: &str| word.find("--").is_some_and(|at| at > 0);
    let is_code = OTHER_LANGUAGES.iter().any(|start| text.starts_with(start));
    if is_code || text.contains("charset=") || text.split(' ').any(is_class) {
        return false;
    }
    let is_word = |word: &str| {
        word.chars().filter(|c| c.is_alphabetic()).count() > 1 && !word.contains(['{', '=', '_'])
    };
    if text.contains(' ') {
        return text.split(' ').any(is_word);
    }
    let word = text.trim_end_matches(['.', ':', '…', '?']);
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase) && is_word(word) && chars.all(char::is_lowercase)
}

/// `#[…]`; what stands inside of a file's own `#![…]` is about code.
fn is_attribute(tokens: &[TokenTree], at: usize) -> bool {
    let is_list = matches!(&tokens[at],
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket);
    is_list && at > 0 && is(tokens, at - 1, '#')
}

/// The arguments of a macro or a call that people do not read, and `#![…]`.
fn is_unread(tokens: &[TokenTree], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).map_or(String::new(), |at| name(tokens, at));
    let is_macro = at > 0 && is(tokens, at - 1, '!');
    if is_macro {
        let called = before(2);
        let is_of_file = at > 1 && is(tokens, at - 2, '#');
        is_of_file || UNREAD_MACROS.contains(&called.as_str())
    } else {
        let called = before(1);
        UNREAD_CALLS.contains(&called.as_str())
            || STATEMENT_CALLS.contains(&called.as_str()) && takes_connection(&tokens[at])
    }
}

/// Whether the first argument of a call is a connection.
fn takes_connection(arguments: &TokenTree) -> bool {
    let TokenTree::Group(arguments) = arguments else { return false };
    let ends = |token: &TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ',');
    let mut first = arguments.stream().into_iter().take_while(|token| !ends(token));
    first.any(|token| ["conn", "tx"].contains(&token.to_string().as_str()))
}

/// Whether the string at this place belongs to a name such as `class`, as in `class="card"`.
fn names_things(tokens: &[TokenTree], at: usize) -> bool {
    let Some(named) = at.checked_sub(2).filter(|_| is(tokens, at - 1, '=')) else { return false };
    let own = name(tokens, named);
    let family = named.checked_sub(2).filter(|_| is(tokens, named - 1, '-'));
    match family.map(|at| name(tokens, at)).as_deref() {
        Some("data") => true,
        Some("aria") => !READ_ALOUD.contains(&own.as_str()),
        _ => UNREAD_NAMES.contains(&own.as_str()),
    }
}

/// The last token of the item behind an attribute.
fn end_of_item(tokens: &[TokenTree], at: usize) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(mark) => mark.as_char() == ';',
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    };
    let rest = tokens[at..].iter().position(ends);
    rest.map_or(tokens.len(), |rest| at + rest)
}

fn is(tokens: &[TokenTree], at: usize, mark: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

/// The name at this place; empty where there is none.
fn name(tokens: &[TokenTree], at: usize) -> String {
    match tokens.get(at) {
        Some(TokenTree::Ident(ident)) => ident.to_string(),
        _ => String::new(),
    }
}

#[test]
fn words_are_told_from_names_and_logs() {
    let code = r#"
        //! About the code.
        fn page() -> View {
            tracing::warn!("the log says");
            #[cfg(test)]
            use crate::{"a test says"};
            view! { <p class="one two" data-id="a b" aria-label="Close it" aria-live="not said">"Read me."</p> }
                .doing("listing it")
                .all(conn, "listing more")
                .run("Run it.")
        }
        #[error("the {0} is gone")]
        const KEY: [&str; 3] = ["snake_case", "Runs", "SELECT a FROM b"];
    "#;
    let source = Source { path: "page.rs".to_owned(), text: code.to_owned() };

    assert_eq!(from_rust(&source), ["Close it", "Read me.", "Run it.", "the {0} is gone", "Runs"]);
}
