//! What pages ask of what goes on in a workspace.

use backend::actor::Actor;
use model::pages::{ActivityPage, Attention, DashboardPage, FoundRow};

forward! {
    overview::Overview {
        fn search(actor: &Actor, words: &str) -> Vec<FoundRow>;
        fn dashboard(actor: &Actor) -> DashboardPage;
        fn activity(actor: &Actor) -> ActivityPage;
        fn attention(actor: &Actor) -> Attention;
    }
}
