//! Jobs: which a worker takes, and what its report does to the job, its node and what follows.

mod agent;
pub(super) mod attempt;
pub(super) mod child;
pub(super) mod claim;
pub(super) mod question;
pub(super) mod report;
pub(super) mod worker_loss;
