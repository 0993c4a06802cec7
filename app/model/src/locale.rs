//! The forms in which dates and numbers are written. The words of the pages stay English; what
//! people misread is whether `05/11` is in May, and whether `1.234` is more than a thousand.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A form in which dates and numbers are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Locale {
    /// The date of ISO 8601, which nobody misreads, and numbers as in English.
    #[default]
    #[serde(rename = "standard")]
    Standard,
    /// As in Britain, and wherever else English is spoken but in the United States.
    #[serde(rename = "en-GB")]
    EnGb,
    /// As in the United States.
    #[serde(rename = "en-US")]
    EnUs,
    /// As in Germany and Austria.
    #[serde(rename = "de-DE")]
    DeDe,
    /// As in the German-speaking part of Switzerland.
    #[serde(rename = "de-CH")]
    DeCh,
    /// As in Spain.
    #[serde(rename = "es-ES")]
    EsEs,
    /// As in France.
    #[serde(rename = "fr-FR")]
    FrFr,
    /// As in Italy.
    #[serde(rename = "it-IT")]
    ItIt,
    /// As in Japan.
    #[serde(rename = "ja-JP")]
    JaJp,
    /// As in the Netherlands.
    #[serde(rename = "nl-NL")]
    NlNl,
    /// As in Poland.
    #[serde(rename = "pl-PL")]
    PlPl,
    /// As in Brazil.
    #[serde(rename = "pt-BR")]
    PtBr,
    /// As in Sweden.
    #[serde(rename = "sv-SE")]
    SvSe,
}

impl Locale {
    /// Every form, in the order in which they are offered. Of several of one language the first one
    /// stands for its other countries.
    pub const ALL: [Self; 13] = [
        Self::Standard,
        Self::EnGb,
        Self::EnUs,
        Self::DeDe,
        Self::DeCh,
        Self::EsEs,
        Self::FrFr,
        Self::ItIt,
        Self::JaJp,
        Self::NlNl,
        Self::PlPl,
        Self::PtBr,
        Self::SvSe,
    ];

    /// Its name in the database, the API and the page, a language tag where there is one.
    pub fn key(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::EnGb => "en-GB",
            Self::EnUs => "en-US",
            Self::DeDe => "de-DE",
            Self::DeCh => "de-CH",
            Self::EsEs => "es-ES",
            Self::FrFr => "fr-FR",
            Self::ItIt => "it-IT",
            Self::JaJp => "ja-JP",
            Self::NlNl => "nl-NL",
            Self::PlPl => "pl-PL",
            Self::PtBr => "pt-BR",
            Self::SvSe => "sv-SE",
        }
    }

    /// Its name on screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Standard => "International",
            Self::EnGb => "English (United Kingdom)",
            Self::EnUs => "English (United States)",
            Self::DeDe => "German (Germany)",
            Self::DeCh => "German (Switzerland)",
            Self::EsEs => "Spanish (Spain)",
            Self::FrFr => "French (France)",
            Self::ItIt => "Italian (Italy)",
            Self::JaJp => "Japanese (Japan)",
            Self::NlNl => "Dutch (Netherlands)",
            Self::PlPl => "Polish (Poland)",
            Self::PtBr => "Portuguese (Brazil)",
            Self::SvSe => "Swedish (Sweden)",
        }
    }

    /// The form of this name; none where it is none of ours.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.key() == key)
    }

    /// What a browser asks for in its header `Accept-Language`, the most wanted first: the form of
    /// the first language that we know.
    pub fn from_accept_language(header: &str) -> Self {
        let mut tags = header.split(',').filter_map(|part| part.split(';').next());
        tags.find_map(|tag| Self::from_tag(tag.trim())).unwrap_or_default()
    }

    fn from_tag(tag: &str) -> Option<Self> {
        let language = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let exact = Self::ALL.into_iter().find(|locale| locale.key().eq_ignore_ascii_case(tag));
        let wanted = language(tag);
        exact.or_else(|| Self::ALL.into_iter().find(|locale| language(locale.key()) == wanted))
    }

    /// A number, or words with numbers, that were written with commas between thousands and a point
    /// before fractions.
    pub fn write_number(self, english: String) -> String {
        let (between, point) = match self {
            Self::Standard | Self::EnGb | Self::EnUs | Self::JaJp => return english,
            Self::DeCh => ('\u{2019}', '.'),
            Self::DeDe | Self::EsEs | Self::ItIt | Self::NlNl | Self::PtBr => ('.', ','),
            // Spaces at which no line breaks.
            Self::FrFr => ('\u{202F}', ','),
            Self::PlPl | Self::SvSe => ('\u{A0}', ','),
        };
        let write = |letter| match letter {
            ',' => between,
            '.' => point,
            other => other,
        };
        english.chars().map(write).collect()
    }

    /// The day in UTC: `2026-11-20`, `11/20/2026`, `20.11.2026`.
    pub fn date(self, at: Timestamp) -> String {
        let iso = at.to_date();
        let mut parts = iso.rsplitn(3, '-');
        let [day, month, year] = std::array::from_fn(|_| parts.next().unwrap_or_default());
        match self {
            Self::Standard | Self::SvSe => format!("{year}-{month}-{day}"),
            Self::EnUs => {
                format!("{}/{}/{year}", month.trim_start_matches('0'), day.trim_start_matches('0'))
            }
            Self::EnGb | Self::EsEs | Self::FrFr | Self::ItIt | Self::PtBr => {
                format!("{day}/{month}/{year}")
            }
            Self::DeDe | Self::DeCh | Self::PlPl => format!("{day}.{month}.{year}"),
            Self::NlNl => format!("{day}-{month}-{year}"),
            Self::JaJp => format!("{year}/{month}/{day}"),
        }
    }

    /// Day and minute in UTC: `2026-11-20 10:02 UTC`, `11/20/2026 10:02 AM UTC`.
    pub fn minute(self, at: Timestamp) -> String {
        format!("{} UTC", self.day_and_minute(at))
    }

    /// Day and minute of the clock that `at` was shifted to, without naming its zone:
    /// `2026-11-20 10:02`, `11/20/2026 10:02 AM`.
    pub fn day_and_minute(self, at: Timestamp) -> String {
        let minutes = at.0.div_euclid(60_000).rem_euclid(1_440);
        let (hour, minute) = (minutes / 60, minutes % 60);
        let clock = match self {
            Self::EnUs => {
                let half = if hour < 12 { "AM" } else { "PM" };
                format!("{}:{minute:02} {half}", (hour + 11) % 12 + 1)
            }
            Self::Standard
            | Self::EnGb
            | Self::DeDe
            | Self::DeCh
            | Self::EsEs
            | Self::FrFr
            | Self::ItIt
            | Self::JaJp
            | Self::NlNl
            | Self::PlPl
            | Self::PtBr
            | Self::SvSe => format!("{hour:02}:{minute:02}"),
        };
        format!("{} {clock}", self.date(at))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_found_by_its_name_which_is_also_its_json() {
        for locale in Locale::ALL {
            assert_eq!(Locale::from_key(locale.key()), Some(locale));
            assert_eq!(serde_json::to_value(locale).unwrap(), locale.key());
        }
        assert_eq!(Locale::from_key("tlh"), None);
    }

    #[test]
    fn the_browser_is_given_the_first_of_its_languages_that_is_known() {
        for (header, locale) in [
            ("en-US,en;q=0.9", Locale::EnUs),
            ("en-AU, en;q=0.8", Locale::EnGb),
            ("tlh, DE-at;q=0.9, en-US;q=0.1", Locale::DeDe),
            ("de-CH", Locale::DeCh),
            ("*", Locale::Standard),
            ("", Locale::Standard),
        ] {
            assert_eq!(Locale::from_accept_language(header), locale, "{header}");
        }
    }

    #[test]
    fn dates_are_in_the_order_of_the_country() {
        let (morning, night) =
            (Timestamp(1_762_300_920_000), Timestamp(1_762_300_920_000 - 37_320_000));
        let written = |locale: Locale| locale.date(morning);

        assert_eq!(
            [
                Locale::Standard,
                Locale::EnUs,
                Locale::EnGb,
                Locale::DeDe,
                Locale::NlNl,
                Locale::JaJp
            ]
            .map(written),
            ["2025-11-05", "11/5/2025", "05/11/2025", "05.11.2025", "05-11-2025", "2025/11/05"]
        );
        assert_eq!(Locale::Standard.minute(morning), morning.to_minute());
        assert_eq!(Locale::EnUs.minute(night), "11/4/2025 1:40 PM UTC");
        assert_eq!(Locale::DeDe.minute(night), "04.11.2025 13:40 UTC");
        assert_eq!(Locale::DeDe.day_and_minute(night), "04.11.2025 13:40");
    }

    #[test]
    fn numbers_have_the_marks_of_the_country() {
        let written = |locale: Locale| locale.write_number("$1,234,567.50".to_owned());

        assert_eq!(written(Locale::EnUs), "$1,234,567.50");
        assert_eq!(written(Locale::DeDe), "$1.234.567,50");
        assert_eq!(written(Locale::DeCh), "$1’234’567.50");
        assert_eq!(written(Locale::FrFr), "$1\u{202F}234\u{202F}567,50");
    }
}
