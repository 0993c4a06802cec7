//! The durable engine: workers that run jobs, the executors of each type of step, and launches.

pub mod deps;
pub mod exec;
pub mod executors;
pub mod job;
pub mod launch;
pub mod limits;
pub mod tools;
