//! What people did in an execution that is replayed: its replay asks nobody.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::{
    id::{EdgeId, ExecutionId, NodeId},
    review::{Approved, Reviewer, Verdict},
};

/// The execution that is replayed, and what people did in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    /// Which: its jobs' answers are read when they are needed.
    pub origin: ExecutionId,
    /// The decisions about each node, in the order of its generations.
    pub decided: BTreeMap<NodeId, Vec<Decided>>,
    /// The nodes without which people went on, with what they said that it gives.
    pub left_out: BTreeMap<NodeId, Option<Map<String, Value>>>,
    /// The nodes that failed before they had a job.
    pub unbegun: BTreeSet<NodeId>,
    /// In which order edges brought something: lanes race as they did.
    pub came: BTreeMap<EdgeId, usize>,
}

/// A decision that was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// How often its node was made before, counted from 1.
    pub generation: i32,
    /// How it ended.
    pub verdict: Verdict,
    /// The person who took it.
    pub by: Reviewer,
    /// Why, or the last words of who approved.
    pub reason: Option<String>,
    /// Who had approved before.
    pub approvals: Vec<Approved>,
    /// What was decided about, as it was in the end.
    pub items: Vec<Value>,
}

impl Replayed {
    /// The decision about a node in this generation, or the next one: what somebody had made again
    /// meanwhile was never decided about. Of those after which nothing is made again the last one
    /// counts: a retry, or output that was rolled back, came between.
    pub(super) fn decision(&self, node: &NodeId, generation: i32) -> Option<&Decided> {
        let mut from =
            self.decided.get(node)?.iter().filter(|decided| decided.generation >= generation);
        let made_again = from.clone().find(|decided| decided.verdict == Verdict::Changes);
        made_again.or_else(|| from.next_back())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn decided(generation: i32, verdict: Verdict) -> Decided {
        let by = Reviewer { user: None, name: "Ana".to_owned() };
        let (reason, approvals, items) = (None, vec![], vec![]);
        Decided { generation, verdict, by, reason, approvals, items }
    }

    #[test]
    fn a_decision_after_which_something_was_retried_is_not_the_one_that_counts() {
        use Verdict::{Approved, Changes, Rejected};
        let node = NodeId::from("check");
        let found = |decisions: &[(i32, Verdict)], generation| {
            let all = decisions.iter().map(|(generation, verdict)| decided(*generation, *verdict));
            let decided = BTreeMap::from([(node.clone(), all.collect())]);
            let origin = ExecutionId(Uuid::nil());
            let (left_out, unbegun, came) = Default::default();
            let replayed = Replayed { origin, decided, left_out, unbegun, came };
            replayed
                .decision(&node, generation)
                .map(|decided| (decided.generation, decided.verdict))
        };

        assert_eq!(found(&[(1, Rejected), (2, Approved)], 1), Some((2, Approved)));
        assert_eq!(found(&[(1, Changes), (2, Approved)], 1), Some((1, Changes)));
        assert_eq!(found(&[(1, Changes), (2, Approved)], 2), Some((2, Approved)));
        assert_eq!(found(&[(1, Rejected), (3, Changes), (4, Rejected)], 1), Some((3, Changes)));
        assert_eq!(found(&[(1, Rejected)], 1), Some((1, Rejected)));
        assert_eq!(found(&[(1, Rejected)], 2), None);
    }
}
