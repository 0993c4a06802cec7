//! Executors that give what their step does not give or nobody could record: the step says so, keeps
//! none of it, and its execution ends or goes on as its author wants.

use engine::{
    executors::{Attempt, Executors},
    job::JobContext,
};
use model::{
    decide::Outcome,
    execution::event::Charge,
    nodes::{NodeConfig, NodeKind},
    value::{MAX_DEPTH, MAX_WEIGHT},
};
use serde_json::{Value, json};
use services::testing::{
    play::{Answering, with_artifact, wrote},
    world::{World, quick},
};

use crate::engine::{
    bad_input::{Case, WAYS, all_amiss},
    people::graph::text,
};

/// What one call costs, in millionths of a dollar.
const COST: i64 = 7;
/// What was paid.
const PAID: &str = "SELECT coalesce(sum(cost), 0)::bigint FROM spend_ledger";
/// What is there of what came with it.
const KEPT: &str = "SELECT (SELECT count(*) FROM documents WHERE title = 'Bad')
                         + (SELECT count(*) FROM artifacts)";

/// The type of a step, what its executor gives, and words of what is said of that.
fn given() -> [(&'static str, Value, &'static str); 8] {
    let texts = |given: Value| json!({ "texts": given });
    let deep = (0..=MAX_DEPTH).fold(json!(1), |inner, _| json!([inner]));
    let heavy = json!(["x".repeat(MAX_WEIGHT)]);
    [
        (
            "generate_copy",
            texts(json!("words")),
            "unfit_output: Bad: texts must be a list of texts, but is text.",
        ),
        (
            "generate_copy",
            texts(json!(["words", 2])),
            "unfit_output: Bad: texts must be a list of texts, but its item 2 is a number.",
        ),
        (
            "generate_copy",
            json!({ "words": ["words"] }),
            "unfit_output: Bad has no output words. Its outputs: texts, documents.",
        ),
        (
            "generate_copy",
            json!({ "texts": ["words"], "documents": ["words"] }),
            "unfit_output: Bad: documents must be a list of documents (document_id), but its item 1 is text.",
        ),
        (
            "generate_image",
            json!({ "images": ["a.png"] }),
            "unfit_output: Bad: images must be a list of images (image_id, width, height, media_type), but its item 1 is text.",
        ),
        ("generate_copy", texts(deep), "unrecordable_output: The step's output can't be saved: "),
        ("generate_copy", texts(json!(["a\0b"])), "it contains the character U+0000"),
        ("generate_copy", texts(heavy), "it is larger than 16 MiB"),
    ]
}

/// Gives what lies at the place in the table that a step's prompt says, after a call that was paid; a
/// text where that is no place.
fn misgiving() -> Answering<impl Fn(&JobContext) -> Attempt + Send + Sync> {
    let given = given();
    Answering(move |context: &JobContext| {
        let prompt = match &context.node().unwrap().data.config {
            NodeConfig::GenerateCopy(config) => &config.prompt,
            NodeConfig::GenerateImage(config) => &config.prompt,
            _ => panic!("a step with a prompt"),
        };
        let Ok(place) = prompt.as_str().parse::<usize>() else { return wrote("Words") };
        let mut attempt = with_artifact(wrote("Bad"), "Bad");
        let Outcome::Done(output) = &mut attempt.outcome else { panic!("it is done") };
        output.values = given[place].1.as_object().cloned().unwrap();
        attempt.charges.push(Charge {
            provider: "openai".to_owned(),
            model: "gpt-test".to_owned(),
            input_tokens: 1,
            output_tokens: 1,
            cost_micros: Some(COST),
            sample: false,
            estimated: false,
        });
        attempt
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_step_cannot_give_is_told_paid_and_not_kept_and_goes_on_as_configured() {
    let world = World::new().await;
    let executors = Executors::default()
        .with_executor(NodeKind::GenerateCopy, misgiving())
        .with_executor(NodeKind::GenerateImage, misgiving());
    let _worker = world.worker_with(executors, quick());
    let cases: Vec<Case> = given()
        .into_iter()
        .enumerate()
        .map(|(place, (kind, _, why))| (kind, json!({ "config": text(&place.to_string()) }), why))
        .collect();

    let wrong = all_amiss(&world, &cases, &WAYS).await;

    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(world.count(KEPT).await, 0);
    let calls = i64::try_from(cases.len() * WAYS.len()).unwrap();
    assert_eq!(world.count(PAID).await, calls * COST, "nobody is asked again for what cannot be");
    world.assert_sound().await;
}
