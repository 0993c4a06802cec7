//! Text on its way: pieces for whoever watches, and a copy that only the holder of the job may write.

use std::time::Duration;

use async_trait::async_trait;
use engine::{
    exec::event_bus::{BusEvent, Subscription},
    executors::{Attempt, Executor},
    job::{JobContext, StreamedText},
};
use model::{
    execution::state::ExecutionStatus,
    id::{ExecutionId, JobId},
    stream::TextPiece,
};
use services::testing::{
    play::{copies, frozen, patient, writing, wrote},
    world::{World, none},
};
use store::executions;
use tokio::{
    sync::{
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
        oneshot,
    },
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(300);

/// An attempt whose text grows, and which ends, as the test says.
struct Writing {
    job: JobId,
    fence: i64,
    text: StreamedText,
    end: oneshot::Sender<Attempt>,
}

/// Leaves every attempt to the test, with its text.
struct Streaming(UnboundedSender<Writing>);

#[async_trait]
impl Executor for Streaming {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(3600)
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        let (end, ended) = oneshot::channel();
        let (job, fence, text) = (context.job, context.fence, context.stream_text());
        self.0.send(Writing { job, fence, text, end }).ok();
        ended.await.expect("the test ends it")
    }
}

fn streaming() -> (Streaming, UnboundedReceiver<Writing>) {
    let (sender, attempts) = unbounded_channel();
    (Streaming(sender), attempts)
}

async fn begun(attempts: &mut UnboundedReceiver<Writing>) -> Writing {
    timeout(PATIENCE, attempts.recv()).await.expect("it begins in time").expect("a worker")
}

/// The next piece of a text that this process hears of.
async fn next_piece(news: &mut Subscription) -> TextPiece {
    let hearing = async {
        loop {
            if let BusEvent::Text(piece) = news.next().await.expect("the process listens") {
                return piece;
            }
        }
    };
    timeout(PATIENCE, hearing).await.expect("a piece comes in time")
}

/// The texts of running jobs that are kept, as who opens the monitor gets them.
async fn kept(world: &World, id: ExecutionId) -> Vec<(JobId, i64, String)> {
    let mut conn = world.db.pool.acquire().await.unwrap();
    executions::partial_texts(&mut conn, world.owner.workspace, id).await.unwrap()
}

#[tokio::test]
async fn a_text_comes_in_pieces_that_say_where_they_belong_and_is_kept_as_far_as_it_came() {
    let world = World::new().await;
    let (executor, mut attempts) = streaming();
    let worker = world.worker_with(writing(executor), patient());
    let bus = &world.services.context().bus;
    world.look("the worker listens", async || bus.is_listening().then_some(())).await;
    let mut news = bus.subscribe();
    let id = world.launch(world.publish(&copies(1)).await, none()).await;
    let Writing { job, fence, text, end } = begun(&mut attempts).await;

    let (mut written, mut shown) = (String::new(), String::new());
    // One is more than a piece holds, in characters of several bytes.
    for part in ["Tea – ".to_owned(), "é".repeat(3_000), " and milk.".to_owned()] {
        text.push(&part);
        written += &part;
        while shown != written {
            let piece = next_piece(&mut news).await;
            assert_eq!((piece.execution, piece.job, piece.fence), (id, job, fence));
            assert_eq!(piece.offset, shown.chars().count(), "after {shown}");
            shown += &piece.text;
            assert!(written.starts_with(&shown), "{shown}");
        }
    }

    let whole = [(job, fence, written)];
    let is_kept = async || (kept(&world, id).await == whole).then_some(());
    world.look("the whole text is kept", is_kept).await;
    end.send(wrote("Tea")).unwrap();
    assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
    let left = "SELECT count(*) FROM agent_jobs WHERE partial_text <> ''";
    assert_eq!(world.count(left).await, 0, "what has settled needs no copy");
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_e2_text_that_a_lost_worker_goes_on_streaming_is_not_kept() {
    let world = World::new().await;
    let (executor, mut attempts) = streaming();
    let slow = world.worker_elsewhere(writing(executor), frozen());
    let id = world.launch(world.publish(&copies(1)).await, none()).await;
    let lost = begun(&mut attempts).await;
    let mut conn = world.db.pool.acquire().await.unwrap();
    executions::keep_partial(&mut conn, lost.job, lost.fence, "Once").await.unwrap();
    assert_eq!(kept(&world, id).await, [(lost.job, lost.fence, "Once".to_owned())]);

    world.give_up_workers().await;
    let (executor, mut attempts) = streaming();
    let worker = world.worker_with(writing(executor), patient());
    let taken = begun(&mut attempts).await;

    assert_eq!((taken.job, taken.fence > lost.fence), (lost.job, true));
    for own in [None, Some("Twice")] {
        if let Some(own) = own {
            executions::keep_partial(&mut conn, taken.job, taken.fence, own).await.unwrap();
        }
        executions::keep_partial(&mut conn, lost.job, lost.fence, "Once more").await.unwrap();
        let own = own.map(|own| (taken.job, taken.fence, own.to_owned()));
        assert_eq!(kept(&world, id).await, own.into_iter().collect::<Vec<_>>());
    }
    taken.end.send(wrote("Twice")).unwrap();
    assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
    // It may have learned meanwhile that nobody waits for it.
    lost.end.send(wrote("Once")).ok();
    slow.stop().await;
    worker.stop().await;
    world.assert_sound().await;
    let once = "SELECT count(*) FROM documents WHERE title = 'Twice'";
    assert_eq!(world.count(once).await, world.count("SELECT count(*) FROM documents").await);
}
