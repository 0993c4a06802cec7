//! The whole answer to a request for text.

use super::{
    brief::Brief,
    dice::Dice,
    json,
    write::{self, writer::Writer},
};
use crate::providers::request::{TextFormat, TextRequest};

/// The whole answer to a request for text.
pub(super) fn compose(request: &TextRequest) -> String {
    let brief = Brief::read(&request.prompt, request.system.as_deref());
    let dice = Dice::for_item(&request.prompt, request.seed, request.item.index);
    let mut writer = Writer::new(&brief, dice, request.item);
    let text = match &request.format {
        TextFormat::Text => write::text_from(&mut writer, &request.context),
        TextFormat::List => write::list(&mut writer),
        TextFormat::Json { schema } => return json::answer(schema, &mut writer).to_string(),
    };
    match request.max_tokens {
        Some(most) => cut(&text, most as usize * 4),
        None => text,
    }
}

/// The text up to the last sentence that fits.
fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let fits = &text[..text.floor_char_boundary(most)];
    let end = fits.rfind(['.', '!', '?', '\n']).map_or(fits.len(), |end| end + 1);
    fits[..end].trim_end().to_owned()
}
