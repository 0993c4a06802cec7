//! How two versions of an output differ, for people.

use std::time::Duration;

use model::{
    api::{
        compare::{Comparison, Piece, Side, changes, in_blocks},
        executions::Artifact,
    },
    id::{ArtifactId, ExecutionId},
    problem::Problem,
};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use crate::{
    error::{EngineError, Result},
    services::{Services, actor::Actor},
};

/// After this long a difference is told more roughly: it stays true, but is no longer the smallest.
const PATIENCE: Duration = Duration::from_millis(500);

impl Services {
    /// How two versions differ: word by word, place by place, or as two pictures.
    ///
    /// # Errors
    /// When the execution lacks one of them, or one is a picture and the other is not.
    pub async fn compare_versions(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        (before, after): (ArtifactId, ArtifactId),
    ) -> Result<Comparison> {
        let before = self.artifact(actor, execution, before).await?;
        let after = self.artifact(actor, execution, after).await?;
        let compared = tokio::task::spawn_blocking(move || compare(&before, &after)).await;
        Ok(compared.map_err(|error| EngineError::internal("comparing versions", error))??)
    }
}

/// How two texts differ, word by word.
pub(in crate::services) async fn compare_texts(
    before: String,
    after: String,
) -> Result<Comparison> {
    let compared = tokio::task::spawn_blocking(move || pieces(&before, &after)).await;
    let pieces = compared.map_err(|error| EngineError::internal("comparing texts", error))?;
    Ok(Comparison::Text { pieces })
}

fn compare(before: &Artifact, after: &Artifact) -> Result<Comparison, Problem> {
    match (before.row.image_id, after.row.image_id) {
        (Some(before), Some(after)) => Ok(Comparison::Image { before, after }),
        (None, None) => Ok(match (&before.content, &after.content) {
            (Value::String(before), Value::String(after)) => {
                Comparison::Text { pieces: pieces(before, after) }
            }
            (before, after) => Comparison::Json { changes: changes(before, after) },
        }),
        _ => {
            let words = "One of them is a picture and the other is not.";
            Err(Problem::conflict("not_comparable", words))
        }
    }
}

pub(super) fn pieces(before: &str, after: &str) -> Vec<Piece> {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_unicode_words(before, after);
    let mut pieces: Vec<Piece> = vec![];
    for change in diff.iter_all_changes() {
        let side = match change.tag() {
            ChangeTag::Equal => Side::Both,
            ChangeTag::Delete => Side::Before,
            ChangeTag::Insert => Side::After,
        };
        match pieces.last_mut() {
            Some(last) if last.side == side => last.text.push_str(change.value()),
            _ => pieces.push(Piece { side, text: change.value().to_owned() }),
        }
    }
    in_blocks(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_side(pieces: &[Piece], side: Side) -> String {
        let of = pieces.iter().filter(|piece| [Side::Both, side].contains(&piece.side));
        of.map(|piece| piece.text.as_str()).collect()
    }

    #[test]
    fn the_changed_word_is_the_only_difference() {
        let pieces = pieces("A warm cup of tea.", "A cold cup of tea.");

        let changed: Vec<_> = pieces
            .iter()
            .filter(|piece| piece.side != Side::Both)
            .map(|piece| (piece.side, piece.text.as_str()))
            .collect();
        assert_eq!(changed, [(Side::Before, "warm"), (Side::After, "cold")]);
    }

    #[test]
    fn both_texts_can_be_read_whole_from_their_pieces() {
        let rewritten = ("Tea warms the day.\nEnd", "A day is short.\n\nEnd");
        let others = [("", "日本語 text\r\n"), ("ÄÖ ü", "ÄO ü  "), ("same", "same")];
        for (before, after) in others.into_iter().chain([rewritten]) {
            let pieces = pieces(before, after);

            assert_eq!(one_side(&pieces, Side::Before), before);
            assert_eq!(one_side(&pieces, Side::After), after);
        }
    }
}
