//! Aspect ratios, sizes, qualities and styles of images.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The aspect ratio of an image, width to height.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AspectRatio {
    /// 1:1, 1024 × 1024 pixels.
    #[default]
    #[serde(rename = "1:1")]
    Square,
    /// 16:9, 1536 × 864 pixels.
    #[serde(rename = "16:9")]
    Wide,
    /// 9:16, 864 × 1536 pixels.
    #[serde(rename = "9:16")]
    Tall,
    /// 4:5, 1024 × 1280 pixels.
    #[serde(rename = "4:5")]
    Portrait,
    /// 5:4, 1280 × 1024 pixels.
    #[serde(rename = "5:4")]
    Landscape,
    /// 3:2, 1536 × 1024 pixels.
    #[serde(rename = "3:2")]
    Photo,
    /// 2:3, 1024 × 1536 pixels.
    #[serde(rename = "2:3")]
    PhotoTall,
    /// 4:3, 1280 × 960 pixels.
    #[serde(rename = "4:3")]
    Screen,
    /// 3:4, 960 × 1280 pixels.
    #[serde(rename = "3:4")]
    ScreenTall,
}

impl AspectRatio {
    /// The size requested from the model; sides are multiples of 16, as models require.
    pub fn size(self) -> ImageSize {
        let (width, height) = match self {
            Self::Square => (1024, 1024),
            Self::Wide => (1536, 864),
            Self::Tall => (864, 1536),
            Self::Portrait => (1024, 1280),
            Self::Landscape => (1280, 1024),
            Self::Photo => (1536, 1024),
            Self::PhotoTall => (1024, 1536),
            Self::Screen => (1280, 960),
            Self::ScreenTall => (960, 1280),
        };
        ImageSize { width, height }
    }
}

/// Width and height in pixels, written `1024x768`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ImageSize {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl ImageSize {
    /// Smallest side that can be asked for.
    pub const MIN_SIDE: u32 = 64;
    /// Largest side that can be asked for.
    pub const MAX_SIDE: u32 = 4096;
}

impl fmt::Display for ImageSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl FromStr for ImageSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let sides = text.split_once(['x', '×']).and_then(|(width, height)| {
            Some((width.trim().parse().ok()?, height.trim().parse().ok()?))
        });
        let (width, height) =
            sides.ok_or_else(|| format!("{text:?} is not a size such as 1024x768"))?;
        let allowed = Self::MIN_SIDE..=Self::MAX_SIDE;
        if allowed.contains(&width) && allowed.contains(&height) {
            return Ok(Self { width, height });
        }
        Err(format!("each side of {text} must be {} to {} pixels", Self::MIN_SIDE, Self::MAX_SIDE))
    }
}

impl Serialize for ImageSize {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ImageSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// The model's usual quality.
    #[default]
    Standard,
    /// More detail, at a higher price.
    #[serde(alias = "hd")]
    High,
}

impl Quality {
    /// The name in the workflow.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::High => "high",
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// No style besides what the prompt says.
    #[default]
    None,
    /// Like a photograph.
    Photo,
    /// A hand-drawn editorial illustration.
    Illustration,
    /// Rendered in three dimensions.
    Render,
    /// Painted with water colours.
    Watercolor,
    /// Flat vector shapes in few colours.
    Flat,
    /// Few things and much empty space.
    Minimal,
    /// Like a still from a film.
    Cinematic,
}

impl Style {
    /// The words added at the end of the prompt; empty for [`Self::None`].
    pub fn words(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Photo => "Professional photograph, natural light, sharp detail.",
            Self::Illustration => "Hand-drawn editorial illustration.",
            Self::Render => "Clean three-dimensional render with soft studio light.",
            Self::Watercolor => "Watercolour painting on textured paper.",
            Self::Flat => "Flat vector design with plain shapes and few colours.",
            Self::Minimal => "Minimal composition with much empty space.",
            Self::Cinematic => "Cinematic still, dramatic light, shallow depth of field.",
        }
    }
}
