//! What a poster shows, from the words of the prompt.

use super::product::Shape;
use crate::providers::sample::dice::Dice;

/// The scenes that can be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scene {
    Mountains,
    Sea,
    City,
    Plants,
    Product(Shape),
    Night,
    Flow,
    Geometry,
}

/// Words that suggest a scene; words of five letters and more are found within longer ones too.
const SUGGESTIONS: [(Scene, &[&str]); 13] = [
    (
        Scene::Product(Shape::Cup),
        &["coffee", "cup", "mug", "tea", "kettle", "latte", "espresso", "cafe", "breakfast"],
    ),
    (
        Scene::Product(Shape::Bottle),
        &["bottle", "perfume", "serum", "skincare", "cosmetic", "shampoo", "wine", "juice", "oil"],
    ),
    (Scene::Product(Shape::Lamp), &["lamp", "lighting", "bedside", "lantern"]),
    (Scene::Product(Shape::Bread), &["bread", "dough", "loaf", "baker", "baking", "cake", "flour"]),
    (
        Scene::Product(Shape::Phone),
        &[
            "phone",
            "app",
            "mobile",
            "receipt",
            "software",
            "expense",
            "screen",
            "dashboard",
            "saas",
        ],
    ),
    (
        Scene::Mountains,
        &[
            "mountain",
            "hike",
            "hiker",
            "hiking",
            "outdoor",
            "travel",
            "adventure",
            "trail",
            "camping",
            "landscape",
            "nature",
            "ski",
            "snow",
            "forest",
        ],
    ),
    (
        Scene::Sea,
        &[
            "sea", "ocean", "beach", "surf", "sailing", "lake", "holiday", "vacation", "island",
            "summer", "swim", "coast", "sunset", "sunrise",
        ],
    ),
    (
        Scene::City,
        &[
            "city",
            "urban",
            "street",
            "office",
            "business",
            "startup",
            "finance",
            "architecture",
            "skyline",
            "companies",
            "company",
            "founders",
            "meeting",
            "remote",
            "marketing",
        ],
    ),
    (
        Scene::Plants,
        &[
            "plant",
            "leaf",
            "leaves",
            "garden",
            "eco",
            "organic",
            "sustainable",
            "herbs",
            "herbal",
            "wellness",
            "yoga",
            "spa",
            "flower",
            "spring",
            "botanical",
            "balcony",
            "pots",
        ],
    ),
    (
        Scene::Night,
        &["galaxy", "night", "stars", "moon", "planet", "cosmos", "future", "robot", "science"],
    ),
    (
        Scene::Flow,
        &[
            "music", "sound", "energy", "flow", "dance", "sport", "speed", "fashion", "cloud",
            "abstract",
        ],
    ),
    (
        Scene::Geometry,
        &[
            "art",
            "geometric",
            "pattern",
            "learning",
            "school",
            "kids",
            "workflow",
            "puzzle",
            "toys",
        ],
    ),
    (
        Scene::Product(Shape::Parcel),
        &["gift", "parcel", "package", "packaging", "gadget", "device", "product"],
    ),
];

const ANY: [Scene; 5] = [Scene::Flow, Scene::Geometry, Scene::Mountains, Scene::Plants, Scene::Sea];

/// The scene that most words suggest. Items after the first also show others, if those are
/// suggested nearly as much.
pub(super) fn choose(words: &[String], turn: usize, dice: &mut Dice) -> Scene {
    let names = |word: &String, on: &str| word == on || (on.len() >= 5 && word.contains(on));
    let hits =
        |on: &[&str]| words.iter().filter(|word| on.iter().any(|on| names(word, on))).count();
    let mut suggested: Vec<(usize, Scene)> = SUGGESTIONS
        .iter()
        .map(|(scene, on)| (hits(on), *scene))
        .filter(|(hits, _)| *hits > 0)
        .collect();
    suggested.sort_by_key(|(hits, _)| usize::MAX - hits);
    let most = suggested.first().map_or(0, |(hits, _)| *hits);
    suggested.retain(|(hits, _)| hits * 4 >= most * 3);
    // A thing of its own kind is shown rather than any parcel.
    if suggested.len() > 1 {
        suggested.retain(|(_, scene)| *scene != Scene::Product(Shape::Parcel));
    }
    match suggested.len() {
        0 => ANY[(dice.roll(ANY.len()) + turn) % ANY.len()],
        many => suggested[turn % many].1,
    }
}
