//! Versions in words.

use model::api::executions::VersionRow;

use crate::event_text::artifact::made_by;

/// Who or what made a version.
pub(super) fn came_to_be(row: &VersionRow) -> String {
    if let Some(restored) = &row.restored {
        return format!("Version {}, restored by {}", restored.version, restored.by.name);
    }
    if let Some(feedback) = &row.feedback {
        return format!("Changed on request: “{feedback}”");
    }
    let by = made_by(&row.row);
    match row.attempt {
        Some(attempt) if attempt > 1 => format!("Made by {by}, attempt {attempt}"),
        _ => format!("Made by {by}"),
    }
}

#[cfg(test)]
mod tests {
    use model::{
        api::executions::ArtifactRow,
        execution::event::Restored,
        id::{ArtifactId, JobId},
        review::Reviewer,
        time::Timestamp,
    };
    use uuid::Uuid;

    use super::*;

    fn version() -> VersionRow {
        let row = ArtifactRow {
            id: ArtifactId(Uuid::nil()),
            node_id: "copy".into(),
            item: 0,
            port: "texts".to_owned(),
            version: 1,
            is_latest: false,
            image_id: None,
            provider: "sample".to_owned(),
            model: "sample-text".to_owned(),
            sample: true,
            cut_off: false,
            job_id: JobId(Uuid::nil()),
            created_at: Timestamp(0),
            kept_at: None,
        };
        VersionRow { row, attempt: Some(1), feedback: None, restored: None }
    }

    #[test]
    fn a_version_says_who_made_it_and_why() {
        let by = Reviewer { user: None, name: "Ada".to_owned() };
        let late = VersionRow { attempt: Some(3), ..version() };
        let asked = VersionRow { feedback: Some("shorter".to_owned()), ..version() };
        let restored = VersionRow { restored: Some(Restored { version: 1, by }), ..version() };

        let words = [version(), late, asked, restored].map(|row| came_to_be(&row));

        assert_eq!(
            words,
            [
                "Made by sample · sample-text",
                "Made by sample · sample-text, attempt 3",
                "Changed on request: “shorter”",
                "Version 1, restored by Ada",
            ]
        );
    }
}
