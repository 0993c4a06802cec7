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

const SUGGESTIONS: [(Scene, &[&str]); 12] = [
    (
        Scene::Product(Shape::Cup),
        &["coffee", "cup", "mug", "tea", "kettle", "latte", "espresso", "cafe", "breakfast"],
    ),
    (
        Scene::Product(Shape::Bottle),
        &[
            "bottle", "perfume", "serum", "skincare", "cosmetic", "shampoo", "wine", "drink",
            "juice", "oil",
        ],
    ),
    (Scene::Product(Shape::Lamp), &["lamp", "light", "lighting", "bedside"]),
    (
        Scene::Product(Shape::Parcel),
        &[
            "product",
            "box",
            "package",
            "packaging",
            "gift",
            "parcel",
            "gadget",
            "device",
            "shop",
            "store",
        ],
    ),
    (
        Scene::Mountains,
        &[
            "mountain",
            "mountains",
            "hike",
            "hiker",
            "hikers",
            "hiking",
            "outdoor",
            "outdoors",
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
            "sea", "ocean", "beach", "water", "surf", "sailing", "lake", "holiday", "vacation",
            "island", "summer", "swim", "coast", "sunset", "sunrise",
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
            "team",
            "work",
            "remote",
            "meeting",
            "building",
            "marketing",
        ],
    ),
    (
        Scene::Plants,
        &[
            "plant",
            "plants",
            "leaf",
            "leaves",
            "garden",
            "gardening",
            "eco",
            "organic",
            "sustainable",
            "herbal",
            "wellness",
            "yoga",
            "green",
            "spa",
            "flower",
            "flowers",
            "spring",
            "botanical",
        ],
    ),
    (
        Scene::Night,
        &[
            "space", "night", "star", "stars", "moon", "planet", "galaxy", "ai", "future", "robot",
            "science",
        ],
    ),
    (
        Scene::Flow,
        &[
            "music", "sound", "energy", "flow", "dance", "sport", "speed", "fashion", "cloud",
            "data", "abstract",
        ],
    ),
    (
        Scene::Geometry,
        &[
            "art",
            "design",
            "geometric",
            "pattern",
            "learning",
            "school",
            "kids",
            "book",
            "software",
            "workflow",
            "tech",
        ],
    ),
    (
        Scene::Product(Shape::Bread),
        &["bread", "bakery", "baking", "food", "cake", "dough", "recipe", "kitchen"],
    ),
];

const ANY: [Scene; 5] = [Scene::Flow, Scene::Geometry, Scene::Mountains, Scene::Plants, Scene::Sea];

/// The scene that most words suggest; items after the first go through the others in turn.
pub(super) fn choose(words: &[String], turn: usize, dice: &mut Dice) -> Scene {
    let hits = |on: &[&str]| words.iter().filter(|word| on.contains(&word.as_str())).count();
    let mut suggested: Vec<(usize, Scene)> = SUGGESTIONS
        .iter()
        .map(|(scene, on)| (hits(on), *scene))
        .filter(|(hits, _)| *hits > 0)
        .collect();
    suggested.sort_by_key(|(hits, _)| usize::MAX - hits);
    match suggested.len() {
        0 => ANY[(dice.roll(ANY.len()) + turn) % ANY.len()],
        many => suggested[turn % many].1,
    }
}
