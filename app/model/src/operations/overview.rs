//! The operations of what goes on in a workspace.

/// What goes on in a workspace: the dashboard, the activity panel, the search.
#[macro_export]
macro_rules! overview_operations {
    ($then:path) => {
        $then! { overview Overview OverviewOperations {
            /// Templates, executions, documents and projects that match the words, in this order.
            /// Names of templates and projects match fuzzily: some of their letters are enough.
            /// Blank words match nothing.
            PAGE Read find_anything = search(words: String as &) -> all $crate::pages::FoundRow;
            /// The dashboard: decisions and failures that wait for the actor, active and recent
            /// executions, and the month's totals.
            PAGE Read load_dashboard = dashboard() -> one $crate::pages::DashboardPage;
            /// Executions that are not over, those that wait for the person, and those that have
            /// just ended.
            PAGE Read load_activity = activity() -> one $crate::pages::ActivityPage;
            /// How much waits for the person and is under way, and what of theirs has just ended.
            PAGE Read load_attention = attention() -> one $crate::pages::Attention;
        } }
    };
}
