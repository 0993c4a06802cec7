//! Names of tools and arguments, as models take them.

use model::text::name::snake;

/// The most letters of a tool's name, as models take them.
pub(super) const LONGEST_NAME: usize = 64;
/// What the operation of a command says beyond OpenAPI: constant headers, and values of arguments that
/// are left out.
pub(super) const EXTENSION: &str = "x-atelier-request";
/// Its member with the body that is sent where no argument says another.
pub(super) const SENT_BODY: &str = "body";

/// A name of letters, digits, `_`, `-` and full stops.
pub(super) fn plain_name(name: &str) -> String {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.'));
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let plain = cut(&parts.join("_"), LONGEST_NAME).to_owned();
    if plain.is_empty() { "value".to_owned() } else { plain }
}

/// A tool's name, as other names of tools are written.
pub(super) fn tool_name(name: &str) -> String {
    cut(&snake(name), LONGEST_NAME).trim_end_matches('_').to_owned()
}

/// The first so many letters.
pub(super) fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end])
}
