//! The operations of budgets.

/// What the workspace and its templates may spend in a month.
#[macro_export]
macro_rules! budgets_operations {
    ($then:path) => {
        $then! { provider_access ProviderAccess BudgetOperations {
            /// The budgets of the workspace and of its templates, with what is spent of each this
            /// month.
            PAGE ManageBudgets load_budgets = budget_list() -> one $crate::pages::BudgetList;
        } }
    };
}
