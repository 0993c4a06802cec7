//! What posters are made of, as data: palettes, the words that suggest them and scenes, and things.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

static PICTURES: LazyLock<Pictures> =
    LazyLock::new(|| serde_json::from_str(include_str!("pictures.json")).unwrap_or_default());

#[derive(Default, Deserialize)]
pub(super) struct Pictures {
    pub(super) palettes: Vec<Colors>,
    pub(super) moods: Vec<Mood>,
    pub(super) scenes: Vec<Suggestion>,
    /// Scenes for words that suggest none.
    pub(super) any: Vec<String>,
    /// What squares of a pattern show, one layer over another.
    pub(super) tiles: Vec<Vec<Layer>>,
    /// Things that stand in scenes, by their names.
    pub(super) things: BTreeMap<String, Vec<Stroke>>,
}

/// A palette as six hexadecimal colours.
#[derive(Deserialize)]
pub(super) struct Colors {
    pub(super) name: String,
    pub(super) colors: [String; 6],
}

/// Palettes that words suggest.
#[derive(Deserialize)]
pub(super) struct Mood {
    pub(super) palettes: Vec<String>,
    pub(super) words: Vec<String>,
}

/// A scene that words suggest; words of five letters and more are found within longer ones too.
#[derive(Deserialize)]
pub(super) struct Suggestion {
    pub(super) name: String,
    pub(super) words: Vec<String>,
}

/// How it is drawn (`fill`, `line`, `disc`, `glow` or `shadow`), its ink, its size and its path. The size is
/// the width of a line, the radius of what is round, and half the distance between two inks.
#[derive(Deserialize)]
pub(super) struct Stroke(pub(super) String, pub(super) String, pub(super) f32, pub(super) String);

/// A shape of a square in `ink` or `paper`: its path, in shares of the sides.
#[derive(Deserialize)]
pub(super) struct Layer(pub(super) String, pub(super) String);

/// What posters are made of.
pub(super) fn pictures() -> &'static Pictures {
    &PICTURES
}

impl Pictures {
    /// The scene that most words suggest, with a thing of its own rather than with any parcel. Items
    /// after the first also show others, if those are suggested nearly as much.
    pub(super) fn suggested_scene(&self, words: &[String], turn: usize) -> Option<&str> {
        let names = |word: &String, on: &String| word == on || (on.len() >= 5 && word.contains(on));
        let hits = |scene: &Suggestion| {
            words.iter().filter(|word| scene.words.iter().any(|on| names(word, on))).count()
        };
        let scenes = self.scenes.iter().map(|scene| (hits(scene), scene.name.as_str()));
        let mut suggested: Vec<(usize, &str)> = scenes.filter(|(hits, _)| *hits > 0).collect();
        suggested.sort_by_key(|(hits, _)| usize::MAX - hits);
        let most = suggested.first()?.0;
        suggested.retain(|(hits, _)| hits * 4 >= most * 3);
        if suggested.len() > 1 {
            suggested.retain(|(_, name)| *name != "parcel");
        }
        Some(suggested[turn % suggested.len()].1)
    }

    /// The palette the words suggest, another one for each item.
    pub(super) fn suggested_colors(&self, words: &[String], turn: usize) -> Option<&Colors> {
        let suggests = |mood: &&Mood| words.iter().any(|word| mood.words.contains(word));
        let moods = self.moods.iter().filter(suggests);
        let suggested: Vec<&String> = moods.flat_map(|mood| &mood.palettes).collect();
        let name = suggested.get(turn.checked_rem(suggested.len())?)?;
        self.palettes.iter().find(|palette| palette.name == **name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_palette_that_a_mood_names_is_there() {
        let known = pictures();
        let names: Vec<&String> = known.palettes.iter().map(|palette| &palette.name).collect();
        assert!(
            known.moods.iter().flat_map(|mood| &mood.palettes).all(|name| names.contains(&name))
        );
        assert!(names.len() > 10 && known.scenes.len() > 10 && known.things.len() > 10);
        assert!(known.any.iter().all(|name| known.scenes.iter().any(|scene| scene.name == *name)));
    }
}
