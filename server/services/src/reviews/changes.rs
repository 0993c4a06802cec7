//! How what is reviewed differs from what the same step asked about before.

use backend::actor::Actor;
use model::{
    api::{
        compare::{Comparison, ItemChange, changes},
        texts::pieces,
    },
    id::ReviewId,
    pages::ReviewCard,
    value::{DocumentRef, ImageRef, text_of, texts_in},
};
use serde_json::Value;
use store::{
    error::{EngineError, Result},
    reviews,
};

use super::Reviews;

impl Reviews {
    /// How the items of a review differ from those of its node's previous review; empty for the
    /// node's first review.
    ///
    /// # Errors
    /// Not found, also for a review of another workspace.
    pub async fn review_changes(&self, actor: &Actor, id: ReviewId) -> Result<Vec<ItemChange>> {
        let card = self.review(actor, id).await?;
        self.changes_of(actor, card).await
    }

    /// As [`Reviews::review_changes`], of a review that was read for the actor already.
    pub(super) async fn changes_of(
        &self,
        actor: &Actor,
        card: ReviewCard,
    ) -> Result<Vec<ItemChange>> {
        let mut conn = self.ctx.connect("comparing what is reviewed").await?;
        let before = reviews::previous_items(&mut conn, actor.workspace, card.id).await?;
        drop(conn);
        let Some(before) = before else { return Ok(vec![]) };
        let before = self.with_texts(actor, before).await?;
        let after = self.with_texts(actor, card.items).await?;
        let compared = tokio::task::spawn_blocking(move || compare_items(&before, &after)).await;
        compared.map_err(|error| EngineError::internal("comparing what is reviewed", error))
    }

    /// The items, documents as what they say; one that is gone stays as it is.
    async fn with_texts(&self, actor: &Actor, items: Vec<Value>) -> Result<Vec<Value>> {
        let mut read = vec![];
        for item in items {
            let Some(DocumentRef { document_id, .. }) = DocumentRef::from_value(&item) else {
                read.push(item);
                continue;
            };
            read.push(match self.library.document(actor, document_id).await {
                Ok(document) => Value::String(document.content),
                Err(EngineError::NotFound(_)) => item,
                Err(error) => return Err(error),
            });
        }
        Ok(read)
    }
}

fn compare_items(before: &[Value], after: &[Value]) -> Vec<ItemChange> {
    let differs = |place: usize| {
        let comparison = compare(before.get(place), after.get(place))?;
        Some(ItemChange { place, comparison })
    };
    (0..before.len().max(after.len())).filter_map(differs).collect()
}

/// How two items at the same place differ; none where they are equal. A missing item counts as
/// null.
fn compare(before: Option<&Value>, after: Option<&Value>) -> Option<Comparison> {
    let (before, after) = (before.unwrap_or(&Value::Null), after.unwrap_or(&Value::Null));
    if before == after {
        return None;
    }
    let images = ImageRef::from_value(before).zip(ImageRef::from_value(after));
    if let Some((before, after)) = images {
        return Some(Comparison::Image { before: before.image_id, after: after.image_id });
    }
    Some(match item_text(before).zip(item_text(after)) {
        Some((before, after)) => Comparison::Text { pieces: pieces(&before, &after) },
        None => Comparison::Json { changes: changes(before, after) },
    })
}

/// An item as text; none for data that is neither a text, an image nor a document.
fn item_text(item: &Value) -> Option<String> {
    let has_words = item.is_null()
        || item.is_string()
        || ImageRef::from_value(item).is_some()
        || DocumentRef::from_value(item).is_some()
        || texts_in(item).is_some();
    has_words.then(|| text_of(item))
}

#[cfg(test)]
mod tests {
    use model::api::compare::{Change, Piece, Side};
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_different_is_told_texts_by_words_and_data_by_place() {
        let before = [json!("A warm cup"), json!("Same"), json!({"score": 3}), json!("Gone")];
        let after = [json!("A cold cup"), json!("Same"), json!({"score": 4})];

        let found = compare_items(&before, &after);

        let piece = |side, text: &str| Piece { side, text: text.to_owned() };
        let words = vec![
            piece(Side::Both, "A "),
            piece(Side::Before, "warm"),
            piece(Side::After, "cold"),
            piece(Side::Both, " cup"),
        ];
        let (old, new) = (Some(json!(3)), Some(json!(4)));
        let score = Change { path: "score".to_owned(), before: old, after: new };
        let change = |place, comparison| ItemChange { place, comparison };
        assert_eq!(
            found,
            [
                change(0, Comparison::Text { pieces: words }),
                change(2, Comparison::Json { changes: vec![score] }),
                change(3, Comparison::Text { pieces: vec![piece(Side::Before, "Gone")] }),
            ]
        );
    }

    #[test]
    fn two_lists_of_texts_are_read_as_one_text_each() {
        let found = compare_items(&[json!(["One", "Two"])], &[json!(["One", "Three"])]);

        assert!(matches!(
            found.as_slice(),
            [ItemChange { place: 0, comparison: Comparison::Text { .. } }]
        ));
    }
}
