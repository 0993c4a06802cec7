//! The durable engine: workers that run jobs, the executors of each type of step, and the commands of
//! every area.

pub mod deps;
pub mod exec;
pub mod executors;
pub mod job;
pub mod launch;
pub mod limits;
pub mod password;
pub mod services;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tools;
