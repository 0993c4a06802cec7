//! Sentences about outputs, and who made one.

use model::{
    api::executions::ArtifactRow,
    execution::event::{ArtifactBody, ArtifactSummary, PERSON, Restored},
};
use ui::status::Status;

use super::{
    job::answerer,
    weight::{Weight, Words},
};

/// An output was recorded.
pub(super) fn artifact_words(label: &str, artifact: &ArtifactSummary) -> Words {
    let by_person = artifact.restored.is_some() || artifact.edited_by.is_some();
    let weight = if by_person { Weight::Step } else { Weight::Detail };
    (Status::Completed, weight, artifact_text(label, artifact))
}

fn artifact_text(label: &str, artifact: &ArtifactSummary) -> String {
    if let Some(by) = &artifact.edited_by {
        return format!("{} edited the output of {label}", by.name);
    }
    if let Some(Restored { version, by }) = &artifact.restored {
        return format!("{} restored version {version} of {label}", by.name);
    }
    let what = match &artifact.body {
        ArtifactBody::Text { .. } => "a text".to_owned(),
        ArtifactBody::Json { .. } => "data".to_owned(),
        ArtifactBody::Image { width, height, .. } => format!("an image ({width} × {height})"),
    };
    let sample = if artifact.sample { ", sample" } else { "" };
    let cut = if artifact.cut_off { ", cut off at its token limit" } else { "" };
    match artifact.version {
        1 => format!("{label} made {what}{sample}{cut}"),
        version => format!("{label} made {what}, version {version}{sample}{cut}"),
    }
}

/// Who made a version: a model, or a person who wrote it in a review.
pub fn made_by(row: &ArtifactRow) -> String {
    if row.provider != PERSON {
        return answerer(&format!("{} · {}", row.provider, row.model)).to_owned();
    }
    match row.model.as_str() {
        "" => "the steps before it".to_owned(),
        name => format!("{name} in a review"),
    }
}
