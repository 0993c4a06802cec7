//! The state of an execution as a person sees it.

use model::{
    execution::state::{ExecutionStatus, PauseReason},
    execution::view::Bill,
    pages::ExecutionRow,
};
use ui::{format, status::Status};

/// The chip of an execution.
pub fn status_of(row: &ExecutionRow) -> Status {
    if row.status == ExecutionStatus::Running && row.is_held() {
        Status::Waiting
    } else {
        chip_for(row.status, row.pause_reason)
    }
}

/// The chip of an execution that stands so, and is paused for that reason.
pub fn chip_for(status: ExecutionStatus, reason: Option<PauseReason>) -> Status {
    if reason == Some(PauseReason::Review) { Status::AwaitingReview } else { chip_of(status) }
}

/// The chip of a status without its reason.
pub fn chip_of(status: ExecutionStatus) -> Status {
    match status {
        ExecutionStatus::Pending => Status::Queued,
        ExecutionStatus::Running => Status::Running,
        ExecutionStatus::Paused => Status::Paused,
        ExecutionStatus::Completed => Status::Completed,
        ExecutionStatus::Failed => Status::Failed,
        ExecutionStatus::Stopped => Status::Stopped,
    }
}

/// What it cost so far; sample prices are called so, unknown ones are not taken for nothing.
pub fn cost_of(bill: &Bill) -> String {
    let known = format::money(bill.cost_micros);
    match (bill.unpriced_calls > 0, bill.sample_calls > 0) {
        (true, _) => format!("{known} + unknown"),
        (false, true) => format!("{known} sample"),
        (false, false) => known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_nobody_knows_is_not_free() {
        let bill = |unpriced_calls, sample_calls| Bill {
            cost_micros: 31_000,
            unpriced_calls,
            sample_calls,
            ..Bill::default()
        };

        assert_eq!(cost_of(&bill(0, 0)), "$0.031");
        assert_eq!(cost_of(&bill(1, 0)), "$0.031 + unknown");
        assert_eq!(cost_of(&bill(0, 4)), "$0.031 sample");
    }
}
