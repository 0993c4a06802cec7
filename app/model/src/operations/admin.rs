//! The operations of maintenance and of the audit log.

/// Maintenance: stuck executions, how long history is kept, storage, the audit log.
#[macro_export]
macro_rules! admin_operations {
    ($then:path) => {
        $then! { admin Admin AdminOperations {
            /// Lists stuck executions.
            GET "/admin/stuck" ReadAudit load_stuck = stuck_executions()
                -> all $crate::api::executions::StuckExecution;
            /// Repairs a stuck execution.
            POST "/admin/stuck/{id}/repair" RepairExecution repair_stuck =
                repair_stuck(id: $crate::id::ExecutionId) -> done;
            /// Shows how long history is kept.
            GET "/admin/history" ManageWorkspace load_retention = history_settings()
                -> one $crate::api::executions::HistorySettings;
            /// Sets how long history is kept.
            PUT "/admin/history" ManageWorkspace set_retention =
                keep_history(; settings: $crate::api::executions::HistorySettings) -> done;
            /// Counts the executions that would lose their history, were it kept so long.
            PAGE ManageWorkspace count_expired_history =
                count_expired(settings: $crate::api::executions::HistorySettings) -> one i64;
            /// Shows what the workspace's files take up by kind, and the largest of them.
            PAGE ManageWorkspace load_storage = storage_use() -> one $crate::pages::StorageUse;
            /// A page of the audit log, narrowed by the filter, newest first.
            PAGE ReadAudit load_audit = audit_page(
                filter: $crate::api::audit::AuditFilter as &,
                asked: $crate::api::listing::PageRequest as &)
                -> one $crate::api::listing::Page<$crate::api::audit::AuditRow>;
            /// Lists everybody who is in the audit log.
            PAGE ReadAudit load_audit_people = audit_people() -> all $crate::pages::PersonName;
        } }
    };
}
