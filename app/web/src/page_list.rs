//! Lists of pages that have a menu of their own.

/// An enum of pages, each with the last part of its address, and with its name.
macro_rules! page_list {
    ($(#[$about:meta])* $name:ident { $($page:ident = $slug:literal, $title:literal;)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[doc = $title] $page,)+
        }

        impl $name {
            /// All pages, in the order of the menu.
            pub const ALL: &[Self] = &[$(Self::$page),+];

            /// The last part of the page's address.
            pub fn slug(self) -> &'static str {
                match self { $(Self::$page => $slug,)+ }
            }

            /// The page's name in menus and as its heading.
            pub fn title(self) -> &'static str {
                match self { $(Self::$page => $title,)+ }
            }

            /// The page at an address.
            pub fn from_slug(slug: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|page| page.slug() == slug)
            }
        }
    };
}
pub(crate) use page_list;
