//! Enums whose values are kept as words: in the database, in the API and in events.

/// An enum with these words; where it is used, `fmt`, `FromStr`, `Serialize`, `Deserialize`,
/// `JsonSchema` and `UnknownVariant` are imported.
macro_rules! string_enum {
    ($(#[$doc:meta])* $name:ident ($what:literal) {
        $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every value, in the order of its life.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The string in the database, the API and events.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownVariant;

            fn from_str(text: &str) -> Result<Self, UnknownVariant> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(UnknownVariant::new($what, text)),
                }
            }
        }
    };
}
pub(crate) use string_enum;
