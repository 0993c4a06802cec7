//! Notices: the outbox that they are written to, how they are given to their receivers, their
//! deliveries, and the webhooks of workspaces.

pub mod budgets;
pub mod deliveries;
pub mod dispatch;
pub mod facts;
pub mod outbox;
pub mod recipients;
pub mod webhooks;
