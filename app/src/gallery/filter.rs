//! The filter and order of the gallery, as they stand in the address.

use std::{cmp::Reverse, collections::BTreeSet};

use leptos_router::params::ParamsMap;
use model::{
    id::WorkspaceId,
    pages::{DraftRow, TemplateCard},
    template::TemplateCategory,
    text::{fuzzy::has_words, natural::natural_key},
};
use web::routes;

use crate::narrow::query_string;

/// The order of the cards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Sort {
    /// Most used first.
    #[default]
    Popular,
    /// The most recently made first.
    Newest,
    /// From A to Z.
    Name,
}

impl Sort {
    pub(super) const ALL: [Self; 3] = [Self::Popular, Self::Newest, Self::Name];

    /// The value of `sort` in the address.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Popular => "popular",
            Self::Newest => "newest",
            Self::Name => "name",
        }
    }

    /// The text of the link on the page.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Popular => "Popular",
            Self::Newest => "Newest",
            Self::Name => "Name",
        }
    }
}

/// The filter and order in the address of the gallery.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Filter {
    pub words: String,
    /// The category; all of them when empty.
    pub category: String,
    /// The tag; any when empty.
    pub tag: String,
    /// The order of the cards; not part of what is left out.
    pub sort: Sort,
}

impl Filter {
    /// Reads the query of an address; what cannot be read is left at its default.
    pub(super) fn from_query(query: &ParamsMap) -> Self {
        let sort = query.get_str("sort");
        Self {
            words: query.get("q").unwrap_or_default(),
            category: query.get("category").unwrap_or_default(),
            tag: query.get("tag").unwrap_or_default(),
            sort: Sort::ALL.into_iter().find(|one| Some(one.key()) == sort).unwrap_or_default(),
        }
    }

    /// The gallery's address with this filter; defaults are left out of the query.
    pub(super) fn path(&self, workspace: WorkspaceId) -> String {
        let sort = if self.sort == Sort::default() { "" } else { self.sort.key() };
        let (category, tag, words) = (self.category.as_str(), &self.tag, &self.words);
        let parts = [("category", category), ("tag", tag), ("q", words), ("sort", sort)];
        format!("{}{}", routes::gallery(workspace), query_string(parts))
    }

    /// Whether the filter can leave templates out.
    pub(super) fn is_active(&self) -> bool {
        !self.words.trim().is_empty() || !self.category.is_empty() || !self.tag.is_empty()
    }

    /// The cards to show, in order.
    pub(super) fn apply(&self, cards: &[TemplateCard]) -> Vec<TemplateCard> {
        let mut kept: Vec<TemplateCard> =
            cards.iter().filter(|card| self.admits(card)).cloned().collect();
        match self.sort {
            Sort::Popular => {
                kept.sort_by_cached_key(|card| (Reverse(card.stats.uses), natural_key(&card.name)));
            }
            // Ids are made in the order of time.
            Sort::Newest => kept.sort_by_key(|card| Reverse(card.id)),
            Sort::Name => kept.sort_by_cached_key(|card| natural_key(&card.name)),
        }
        kept
    }

    fn admits(&self, card: &TemplateCard) -> bool {
        let (category, tags) = (word_of(&card.category), card.tags.join(" "));
        self.finds(&format!("{} {} {category} {tags}", card.name, card.description))
            && (self.category.is_empty() || self.category == card.category)
            && (self.tag.is_empty() || card.tags.contains(&self.tag))
    }

    /// The drafts to show; their list says neither category nor tags, so that these leave all out.
    pub(super) fn apply_to_drafts(&self, drafts: &[DraftRow]) -> Vec<DraftRow> {
        if !self.category.is_empty() || !self.tag.is_empty() {
            return vec![];
        }
        drafts.iter().filter(|draft| self.finds(&draft.name)).cloned().collect()
    }

    fn finds(&self, text: &str) -> bool {
        has_words(text, &self.words)
    }
}

/// The categories of the cards in the order of the product, others from A to Z after them.
pub(super) fn categories(cards: &[TemplateCard]) -> Vec<String> {
    let found: BTreeSet<&str> =
        cards.iter().map(|card| card.category.as_str()).filter(|key| !key.is_empty()).collect();
    let mut found: Vec<String> = found.into_iter().map(str::to_owned).collect();
    let place = |key: &String| TemplateCategory::ALL.iter().position(|one| one.as_str() == key);
    found.sort_by_key(|key| place(key).unwrap_or(usize::MAX));
    found
}

/// A category as people read it: `paid_ads` is "Paid ads".
pub fn word_of(category: &str) -> String {
    if let Some(known) = TemplateCategory::ALL.iter().find(|one| one.as_str() == category) {
        return known.label().to_owned();
    }
    let words = category.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use model::{id::TemplateId, pages::TemplateStats, workflow::Workflow};
    use uuid::Uuid;

    use super::*;

    fn card(id: u128, name: &str, category: &str, uses: i64) -> TemplateCard {
        TemplateCard {
            id: TemplateId(Uuid::from_u128(id)),
            name: name.to_owned(),
            description: format!("Makes {name}."),
            category: category.to_owned(),
            tags: vec![format!("{category} tag")],
            is_system: true,
            workflow: Workflow::default(),
            stats: TemplateStats { uses, ..TemplateStats::default() },
            disabled: None,
        }
    }

    fn cards() -> Vec<TemplateCard> {
        vec![
            card(1, "Blog Post with Social", "blog", 3),
            card(2, "Blog Article", "blog", 9),
            card(3, "email campaign", "email", 0),
        ]
    }

    fn names(filter: &Filter) -> Vec<String> {
        filter.apply(&cards()).into_iter().map(|card| card.name).collect()
    }

    fn filter(query: &[(&'static str, &str)]) -> Filter {
        let mut map = ParamsMap::new();
        for (key, value) in query {
            map.insert(*key, (*value).to_owned());
        }
        Filter::from_query(&map)
    }

    #[test]
    fn category_and_words_narrow_together() {
        assert_eq!(
            names(&filter(&[("category", "blog"), ("q", "SOCIAL post")])),
            ["Blog Post with Social"]
        );
        assert_eq!(names(&filter(&[("category", "email"), ("q", "social")])), [""; 0]);
        assert_eq!(names(&filter(&[("tag", "email tag")])), ["email campaign"]);
        assert_eq!(names(&filter(&[("tag", "email")])), [""; 0]);
    }

    #[test]
    fn the_most_used_come_first_unless_asked_otherwise() {
        assert_eq!(names(&filter(&[]))[0], "Blog Article");
        assert_eq!(names(&filter(&[("sort", "newest")]))[0], "email campaign");
        assert_eq!(names(&filter(&[("sort", "name")]))[2], "email campaign");
        assert_eq!(filter(&[("sort", "bogus")]).sort, Sort::Popular);
    }

    #[test]
    fn the_address_says_only_what_is_unusual() {
        let workspace = WorkspaceId(Uuid::nil());
        let asked = filter(&[("category", "blog"), ("q", "social"), ("sort", "popular")]);

        assert!(asked.path(workspace).ends_with("/workflows?category=blog&q=social"));
        let tagged = Filter { tag: "spring".to_owned(), ..Filter::default() };
        assert!(tagged.path(workspace).ends_with("/workflows?tag=spring"));
        assert!(Filter::default().path(workspace).ends_with("/workflows"));
    }

    #[test]
    fn categories_stand_in_the_order_of_the_product_and_read_as_words() {
        let mut all = cards();
        all.push(card(4, "Post", "social_media", 0));
        all.push(card(5, "Own", "night_shift", 0));

        assert_eq!(categories(&all), ["social_media", "blog", "email", "night_shift"]);
        assert_eq!(word_of("paid_ads"), "Paid ads");
        assert_eq!(word_of("night_shift"), "Night shift");
    }
}
