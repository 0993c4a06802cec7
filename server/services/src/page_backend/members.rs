//! What pages ask of members.

use backend::actor::Actor;
use model::id::UserId;

forward! {
    members::Members {
        fn leave(actor: &Actor, hand_over_to: Option<UserId>) -> ();
    }
}
