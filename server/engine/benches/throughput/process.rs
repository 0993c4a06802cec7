//! A process of its own, and what the kernel says of it.

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// The kernel counts processor time in hundredths of a second.
const TICKS_PER_S: f64 = 100.0;

/// Ends when it is dropped: by its input's end, or as it is asked to.
pub struct Process {
    child: Child,
    leaves: Leaves,
}

/// How a process is told to leave.
#[derive(PartialEq)]
pub enum Leaves {
    AtEndOfInput,
    WhenAsked,
}

impl Process {
    /// This program again, told what to do by one variable.
    pub fn again(variable: &str, value: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env(variable, value);
        Self::of(command, Leaves::AtEndOfInput)
    }

    pub fn of(mut command: Command, leaves: Leaves) -> Self {
        Self { child: command.stdin(Stdio::piped()).spawn().unwrap(), leaves }
    }

    /// Resident memory in MiB.
    pub fn memory_mib(&self) -> f64 {
        let status = self.read("status");
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        let kib: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kib / 1024.0
    }

    /// Processor time so far, its own and the kernel's for it.
    pub fn processor_time(&self) -> Duration {
        let stat = self.read("stat");
        // The name may hold spaces; what follows its bracket does not.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        let ticks: f64 = fields[11..=12].iter().map(|field| field.parse::<f64>().unwrap()).sum();
        Duration::from_secs_f64(ticks / TICKS_PER_S)
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.child.id())).unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        if self.leaves == Leaves::WhenAsked {
            Command::new("kill").arg(self.child.id().to_string()).status().ok();
        }
        self.child.wait().unwrap();
    }
}
