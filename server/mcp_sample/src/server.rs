//! The names under which the sample answers.

use std::str::FromStr;

/// One of the servers that engineering workflows name. Each lists its own tools only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SampleServer {
    /// Issues, pull requests and workflow runs of a repository.
    Github,
    /// Services in a cluster, and their releases.
    Deploy,
    /// What services have logged.
    Observability,
}

impl SampleServer {
    pub const ALL: [Self; 3] = [Self::Github, Self::Deploy, Self::Observability];

    /// What workflows call it: the first part of `github.getIssue`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Deploy => "deploy",
            Self::Observability => "observability",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|server| server.name() == name)
    }
}

impl FromStr for SampleServer {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::from_name(name).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            format!("it must be one of {known}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_found_by_its_name() {
        for server in SampleServer::ALL {
            assert_eq!(server.name().parse(), Ok(server));
        }
        let refused = "gitlab".parse::<SampleServer>();
        assert_eq!(refused, Err("it must be one of github, deploy, observability".to_owned()));
    }
}
