//! Administration over the API: stuck executions, the retention of history, budgets, the audit log.

mod budgets;
mod log;

use super::routes::Routes;

model::admin_operations!(crate::rest::operation::operations);

pub(super) fn mount(routes: Routes) -> Routes {
    operations(log::mount(budgets::mount(routes)))
}
