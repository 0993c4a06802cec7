//! What an AI review said in an execution, and running it again with what was suggested.

mod accept;

use api::executions::load_judgement;
use leptos::{prelude::*, task::spawn_local};
use model::{
    id::{ArtifactId, NodeId},
    nodes::ai_review::Judgement,
};
use ui::toast::{ToastKind, use_toasts};

use self::accept::Accept;
pub use self::accept::{AcceptDialog, provide_advice};
use super::store::ExecutionStore;
use crate::reviews::verdict::VerdictCard;

/// The card of a verdict once all of it is here; until then what the log says of it.
#[component]
pub fn OutputVerdict(
    /// The state of the execution that is shown.
    store: ExecutionStore,
    /// The step that judged.
    judge: NodeId,
    /// The version that is shown.
    artifact: Memo<Option<ArtifactId>>,
    /// What is shown until it is here.
    until: ViewFn,
) -> impl IntoView {
    let toasts = use_toasts();
    let loaded = RwSignal::new(None::<(ArtifactId, Judgement)>);
    Effect::new(move || {
        let Some(id) = artifact.get() else { return };
        spawn_local(async move {
            match load_judgement(store.id(), id).await {
                Ok(judgement) => drop(loaded.try_set(judgement.map(|found| (id, found)))),
                Err(error) => toasts.show(ToastKind::Failed, error.0),
            }
        });
    });
    let shown = Memo::new(move |_| {
        let of = |(id, judgement): (ArtifactId, Judgement)| {
            (artifact.get() == Some(id)).then_some(judgement)
        };
        loaded.get().and_then(of)
    });
    let judge = StoredValue::new(judge);
    let offer = Callback::new(move |suggestion: String| {
        let judge = judge.get_value();
        view! { <Accept store=store judge=judge suggestion=suggestion /> }.into_any()
    });
    move || match shown.get() {
        Some(judgement) => view! { <VerdictCard judgement=judgement offer=offer /> }.into_any(),
        None => until.run(),
    }
}
