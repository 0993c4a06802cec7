//! `wait`: its job is due when the time has come; the executor only passes the input on.

use std::time::Duration;

use async_trait::async_trait;
use model::decide::JobOutput;
use serde_json::{Map, Value};

use super::attempt::{Attempt, Executor};
use crate::job::JobContext;

pub(super) struct Wait;

#[async_trait]
impl Executor for Wait {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(10)
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        let value = context.input("input").unwrap_or(Value::Null);
        let values = Map::from_iter([("output".to_owned(), value)]);
        Attempt::from_output(JobOutput { values, ..JobOutput::default() })
    }
}
