//! A loop whose rounds come one after the other goes back to none.

use model::{
    decide::Refused,
    execution::{failure::Failure, state::NodeStatus},
    id::NodeId,
};
use serde_json::json;

use crate::{
    input::Ending,
    items::{after, all_end, launched},
    offers::looping,
};

#[test]
fn a_failed_round_is_not_tried_again_beside_the_next_one() {
    let mut workflow = looping();
    let each = workflow.nodes.iter_mut().find(|node| node.id == "each".into()).unwrap();
    let one_by_one = json!({"stop_when": "false"});
    each.data.config = each.data.config.with(one_by_one.as_object().unwrap()).unwrap();
    let write = |round| NodeId::from("write").in_round(&NodeId::from("each").round_of(round));

    let refused = Ending::Failed(Failure::permanent("refused", "No"));
    let next = after(launched(workflow), |draft| {
        all_end(draft, &refused);
    });

    let stands = [0, 1].map(|round| next.nodes[&write(round)].status);
    assert_eq!(stands, [NodeStatus::Failed, NodeStatus::Ready]);
    after(next, |draft| {
        let refused = draft.retry_node(&write(0), None).unwrap_err();
        assert!(matches!(refused, Refused::WentOn(_)), "{refused:?}");
        let refused = draft.skip_node(&write(0), None).unwrap_err();
        assert!(matches!(refused, Refused::WentOn(_)), "{refused:?}");
    });
}
