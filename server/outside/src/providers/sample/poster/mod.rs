//! Draws posters: a scene and a palette from the words of the prompt, its details from the seed.

mod canvas;
mod city;
mod flow;
mod geometry;
mod land;
mod mark;
mod night;
mod palette;
mod pictures;
mod plants;
mod product;
mod stroke;

use image::DynamicImage;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops::FilterType as Scaling;

use self::canvas::Canvas;
use self::palette::Palette;
use self::pictures::pictures;
use super::dice::Dice;
use crate::providers::request::ImageRequest;

/// Larger images are drawn at this many pixels and enlarged, so that time and size stay bounded.
const MOST_DRAWN: f64 = 1_900_000.0;

/// Bytes of a prompt that are read for its scene.
const MOST_READ: usize = 500;

/// A PNG of the asked size, none when there is no memory for it.
pub(super) fn draw(request: &ImageRequest) -> Option<Vec<u8>> {
    let (width, height) = (request.width, request.height);
    let scale = (MOST_DRAWN / (f64::from(width) * f64::from(height))).sqrt().min(1.0);
    let drawn = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
    let mut canvas = Canvas::new(drawn(width), drawn(height))?;
    let words = words_of(request);
    let turn = request.item.index as usize;
    let mut dice = Dice::for_item(&request.prompt, request.seed, request.item.index);
    let known = pictures();
    let colors = known.suggested_colors(&words, turn).or_else(|| {
        let palettes = &known.palettes;
        palettes.get((dice.roll(palettes.len()) + turn) % palettes.len().max(1))
    });
    let colors = Palette::new(&colors?.colors);
    let scene = known.suggested_scene(&words, turn).or_else(|| {
        let any = &known.any;
        any.get((dice.roll(any.len()) + turn) % any.len().max(1)).map(String::as_str)
    });
    let (canvas_of, colors, dice) = (&mut canvas, &colors, &mut dice);
    match scene? {
        "mountains" => land::mountains(canvas_of, colors, dice),
        "sea" => land::sea(canvas_of, colors, dice),
        "city" => city::draw(canvas_of, colors, dice),
        "plants" => plants::draw(canvas_of, colors, dice),
        "night" => night::draw(canvas_of, colors, dice),
        "flow" => flow::draw(canvas_of, colors, dice),
        "geometry" => geometry::draw(canvas_of, colors, dice),
        thing => product::draw(canvas_of, thing, colors, dice),
    }
    let mut image = DynamicImage::from(canvas.into_image()?);
    if scale < 1.0 {
        image = image.resize_exact(width, height, Scaling::Triangle);
    }
    let mut image = image.into_rgb8();
    mark::stamp(&mut image);
    let mut bytes = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    image.write_with_encoder(encoder).ok()?;
    Some(bytes)
}

/// The words of prompt and style that may name a scene or a colour. Of long prompts only the
/// beginning and the lines about style count: the rest is the text the image goes with.
fn words_of(request: &ImageRequest) -> Vec<String> {
    let opening = &request.prompt[..request.prompt.floor_char_boundary(MOST_READ)];
    let styles = request.prompt.lines().filter(|line| line.to_lowercase().starts_with("style"));
    let style = request.style.as_deref().unwrap_or_default();
    let text = styles.fold(format!("{opening} {style}"), |text, line| format!("{text} {line}"));
    let text = text.to_lowercase();
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| word.len() > 1).map(str::to_owned).collect()
}
