//! The operations of versions of what executions made.

/// Versions of what executions made: compared, kept, restored.
#[macro_export]
macro_rules! versions_operations {
    ($then:path) => {
        $then! { artifacts Artifacts VersionOperations {
            /// Lists every version of one output, oldest first, with its origin.
            GET "/workflows/executions/{id}/artifacts/{artifact}/versions" Read
                load_artifact_versions = versions(
                execution: $crate::id::ExecutionId, artifact: $crate::id::ArtifactId)
                -> all $crate::api::executions::VersionRow;
            /// Compares two versions: word by word, field by field, or as two images.
            GET "/workflows/executions/{id}/artifacts/{artifact}/compare/{other}" Read
                compare_versions = compare_versions(
                execution: $crate::id::ExecutionId, before: $crate::id::ArtifactId,
                after: $crate::id::ArtifactId)
                -> one $crate::api::compare::Comparison;
            /// What something was made from, and what was made from it.
            PAGE Read load_lineage = lineage(subject: $crate::api::lineage::Subject)
                -> one $crate::api::lineage::LineagePage;
            /// Restores an older version, as a new version; results made from another version become
            /// stale, and open reviews that contain it start over.
            POST "/workflows/executions/{id}/artifacts/{artifact}/use" ControlExecution
                use_version = use_version(
                execution: $crate::id::ExecutionId, artifact: $crate::id::ArtifactId)
                -> one $crate::execution::event::ArtifactSummary;
            /// Marks a version as kept, or removes the mark. A kept version stands first among the
            /// outputs, and retention does not delete it; without the mark it is deleted like any
            /// other. Setting what is set already is no error.
            PAGE ControlExecution keep_version = keep_version(
                execution: $crate::id::ExecutionId, artifact: $crate::id::ArtifactId, kept: bool)
                -> done;
        } }
    };
}
