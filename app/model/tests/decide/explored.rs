//! Every order in which two workers, whoever gives workers up and a person can act on an execution
//! of four steps. Searched by hand, not with `stateright`: its liveness overlooks states that
//! several ways lead to, it keeps its graph to itself, and it brings a web server along.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
};

use model::{
    decide::{self, ClaimLimits, Context, JobState, Refused, Snapshot, Transition},
    execution::{
        event::EventKind,
        failure::Failure,
        state::{EndReason, ExecutionStatus, JobStatus},
        view::{Bill, ExecutionView},
    },
    id::{JobId, WorkerId},
    time::Timestamp,
    workflow::Workflow,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::decide::{
    check,
    input::Ending,
    store::Store,
    world::{World, report},
};

/// A job and the fence it was handed out under.
type Claim = (JobId, i64);

/// How often the rare things may still happen.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// A worker's process is killed and another takes its place.
    kills: u8,
    /// A worker is frozen until it is given up.
    freezes: u8,
    /// A person pauses it; who has paused it may resume it, and anybody may stop it at any time.
    pauses: u8,
}

/// Something that happens; workers are named by their places.
#[derive(Debug, Clone, Copy)]
enum Action {
    Claims(usize),
    Succeeds(usize),
    FailsForNow(usize),
    IsKilled(usize),
    /// Until it is given up; else it would only be slow.
    Freezes(usize),
    /// One of the killed processes is given up.
    IsMissed(usize),
    TimePasses,
    Pause,
    Resume,
    Stop,
}

impl Action {
    fn all() -> impl Iterator<Item = Self> {
        use Action::{Claims, FailsForNow, Freezes, IsKilled, IsMissed, Succeeds};
        let of_worker = [Claims, Succeeds, FailsForNow, IsKilled, Freezes, IsMissed];
        let others = [Self::TimePasses, Self::Pause, Self::Resume, Self::Stop];
        of_worker.into_iter().flat_map(|action| [action(0), action(1)]).chain(others)
    }

    /// Whether it can be counted on; all else is bad luck or somebody's wish.
    fn is_sure_to_come(self) -> bool {
        use Action::{Claims, IsMissed, Resume, Succeeds, TimePasses};
        matches!(self, Claims(_) | Succeeds(_) | IsMissed(_) | TimePasses | Resume)
    }
}

/// A process that works.
#[derive(Debug, Clone, Copy)]
struct Worker {
    id: WorkerId,
    /// What it believes to hold.
    holds: Option<Claim>,
    /// It has not noticed yet.
    given_up: bool,
}

impl Worker {
    /// A process without a job; one that was given up goes on like a new one, under another id.
    fn new(id: u128) -> Self {
        Self { id: WorkerId(Uuid::from_u128(id)), holds: None, given_up: false }
    }
}

/// start → a → (b, c) → d → end; each step is tried twice.
fn workflow() -> Workflow {
    let node = |id: &str, kind: &str, config: Value| json!({"id": id, "type": kind, "position": {"x": 0, "y": 0}, "data": {"config": config}});
    let step = |id| node(id, "generate_copy", json!({"prompt": "Write"}));
    let ends = [node("start", "start", json!({})), node("end", "end", json!({}))];
    let nodes: Vec<Value> = ["a", "b", "c", "d"].map(step).into_iter().chain(ends).collect();
    let edges = [("start", "a"), ("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("d", "end")];
    let edges = edges.map(|(a, b)| json!({"id": format!("{a}_{b}"), "source": a, "target": b}));
    serde_json::from_value(json!({"nodes": nodes, "edges": edges, "settings": {"maxRetries": 1}}))
        .unwrap()
}

/// Where everybody stands.
struct State {
    store: Store,
    view: ExecutionView,
    now: Timestamp,
    /// The two that work, and then those that are dead without having been given up.
    workers: Vec<Worker>,
    left: Bounds,
}

impl State {
    fn launched(left: Bounds) -> Self {
        let World { store, view, .. } = World::launch(workflow(), 1, true);
        let (now, workers) = (store.events[0].at, [1, 2].map(Worker::new).into());
        Self { store, view, now, workers, left }
    }

    fn copy(&self) -> Self {
        let (old, view, workers) = (&self.store, self.view.clone(), self.workers.clone());
        // What the store keeps to itself is about loops and reviews; there are none here.
        let mut store = Store::new(old.snapshot());
        store.progress_percent = old.progress_percent;
        store.current_node = old.current_node.clone();
        (store.deadline, store.ended_at) = (old.deadline, old.ended_at);
        (store.jobs, store.attempts) = (old.jobs.clone(), old.attempts.clone());
        (store.charged, store.versions) = (old.charged.clone(), old.versions.clone());
        store.events = old.events.clone();
        Self { store, view, workers, ..*self }
    }

    /// Whether that claim is the one that counts.
    fn counts(&self, (job, fence): Claim) -> bool {
        let job = &self.store.jobs[&job];
        job.status == JobStatus::Running && job.fence == fence
    }

    /// Loads, decides, writes and checks; returns the answer, and what comes of it if it changes.
    fn decided<T>(&self, decision: impl FnOnce(&mut Transition<'_>) -> T) -> (T, Option<Self>) {
        // Only jobs are made after the launch: their number says the next id, whatever the way.
        let mut count = 100 + self.store.jobs.len() as u128;
        let mut next = || {
            count += 1;
            Uuid::from_u128(count.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835))
        };
        let before = self.store.snapshot();
        let mut transition =
            Transition::new(before.clone(), Context { now: self.now, ids: &mut next });
        let answer = decision(&mut transition);
        let (after, plan) = transition.finish();
        let Some(plan) = plan else {
            check::same(&before, &after);
            return (answer, None);
        };
        assert!(!before.status.is_over(), "what is over stays: {plan:?}");
        let mut written = self.copy();
        written.store.apply(&plan);
        for event in &plan.events {
            use EventKind::{JobStarted, NodeStarted};
            let starts = matches!(event.kind, JobStarted { .. } | NodeStarted { .. });
            assert!(!starts || written.view.status == ExecutionStatus::Running, "{event:?}");
            assert!(written.view.apply(event));
        }
        check::same(&written.store.snapshot(), &after);
        check::rows(&written.store);
        check::fences(&before, &written.store);
        check::view(&written.store, &written.view);
        (answer, Some(written))
    }

    /// What comes of it; none if it cannot happen here or changes nothing.
    fn after(&self, action: Action) -> Option<Self> {
        let mut left = self.left;
        match action {
            Action::Claims(at) => self.claims(at),
            Action::Succeeds(at) => self.reports(at, &Ending::Done),
            Action::FailsForNow(at) => self.reports(at, &busy()),
            // Without a job it makes no difference.
            Action::IsKilled(at) => {
                let worker = self.workers[at];
                worker.holds?;
                left.kills = left.kills.checked_sub(1)?;
                let mut next = Self { left, ..self.copy() };
                next.workers[at] = Worker::new(worker.id.0.as_u128() + 2);
                next.workers.extend((!worker.given_up).then_some(worker));
                Some(next)
            }
            Action::Freezes(at) => {
                let worker = self.workers[at];
                left.freezes = left.freezes.checked_sub(1)?;
                worker.holds.filter(|claim| self.counts(*claim))?;
                let mut next = self
                    .decided(|transition| {
                        decide::handle_worker_loss(transition, worker.id).unwrap()
                    })
                    .1?;
                next.workers[at].given_up = true;
                Some(Self { left, ..next })
            }
            Action::IsMissed(at) => {
                let id = self.workers.get(2 + at)?.id;
                let mut next = self
                    .decided(|transition| decide::handle_worker_loss(transition, id).unwrap())
                    .1?;
                next.workers.remove(2 + at);
                Some(next)
            }
            Action::TimePasses => {
                let waits = |job: &&JobState| job.status == JobStatus::Pending;
                let times = self.store.jobs.values().filter(waits).map(|job| job.run_at);
                let later = times.filter(|at| *at > self.now && *at != Timestamp::NEVER);
                Some(Self { now: later.min()?, ..self.copy() })
            }
            Action::Pause => {
                left.pauses = left.pauses.checked_sub(1)?;
                Some(Self { left, ..self.decided(decide::pause).1? })
            }
            Action::Resume => self.decided(decide::resume).1,
            Action::Stop => self.decided(|transition| decide::stop(transition, EndReason::User)).1,
        }
    }

    fn claims(&self, at: usize) -> Option<Self> {
        let worker = self.workers[at];
        if worker.holds.is_some() {
            return None;
        }
        // What has lost two workers is taken by one that takes nothing else.
        let (taken, next) = self.decided(|transition| {
            let mut claim = |alone| {
                let limits = ClaimLimits { capacity: 1, per_execution: 9, alone };
                decide::claim_jobs(transition, worker.id, limits, &|_| true)
            };
            let taken = claim(false);
            if taken.is_empty() { claim(true) } else { taken }
        });
        let mut next = next?;
        next.workers[at].holds = taken.first().map(|job| (job.id, job.fence));
        Some(next)
    }

    /// A late report is refused and changes nothing but who is free again.
    fn reports(&self, at: usize, ending: &Ending) -> Option<Self> {
        let worker = self.workers[at];
        let claim = worker.holds?;
        let (answer, next) =
            self.decided(|transition| decide::settle_report(transition, report(claim, ending, 1)));
        let counts = self.counts(claim);
        assert_eq!((answer.is_ok(), next.is_some()), (counts, counts), "{answer:?}");
        let mut next = next.unwrap_or_else(|| self.copy());
        let free = Worker { holds: None, ..worker };
        next.workers[at] = if counts { free } else { Worker::new(worker.id.0.as_u128() + 2) };
        Some(next)
    }

    /// Asserts what must hold wherever one gets.
    fn check(&self) {
        let status = self.store.row.status;
        let held = self.workers.iter().filter(|worker| !worker.given_up && !status.is_over());
        let held: BTreeSet<_> = held.filter_map(|w| Some((w.holds?, Some(w.id)))).collect();
        let running = self.store.running().into_iter().map(|job| ((job.id, job.fence), job.worker));
        assert!(running.eq(held), "each job that runs has one holder");
        let done = |kind: &EventKind| matches!(kind, EventKind::JobCompleted { .. });
        let completed = |job: &&JobState| job.status == JobStatus::Completed;
        let completed = self.store.jobs.values().filter(completed).count();
        assert_eq!(self.store.events.iter().filter(|event| done(&event.kind)).count(), completed);
        assert_eq!(self.store.jobs.len(), [1, 3, 3, 4, 4][completed], "each waits for the others");
        assert!(self.store.versions.values().all(|version| *version == 1), "nothing is made twice");
        // A report under any fence but the one that counts is refused, wherever the others have got
        // meanwhile; nor does it matter who is lost without a job.
        let jobs = self.store.jobs.values();
        let claims = jobs.flat_map(|job| (0..=job.fence).map(|fence| (job.id, fence)));
        let late = claims.filter(|claim| !self.counts(*claim));
        let (_, next) = self.decided(|transition| {
            for (claim, ending) in late.flat_map(|claim| [(claim, Ending::Done), (claim, busy())]) {
                let answer = decide::settle_report(transition, report(claim, &ending, 1));
                // Of what has completed, the jobs are not even loaded.
                let refused = matches!(answer, Err(Refused::Stale { .. } | Refused::UnknownJob(_)));
                assert!(refused, "a late report of {claim:?}: {answer:?}");
            }
            decide::handle_worker_loss(transition, WorkerId(Uuid::nil())).unwrap();
        });
        assert!(next.is_none(), "what comes late changes nothing");
    }

    /// States with the same key go on alike: it is made of what would be loaded, without what no
    /// decision reads (moments that have passed, bills) and without telling the workers apart.
    fn key(&self) -> u64 {
        let past = Some(Timestamp(0));
        let mut loaded = self.store.snapshot();
        for job in loaded.jobs.values_mut() {
            (job.worker, job.bill) = (None, Bill::default());
            (job.started_at, job.ended_at) = (job.started_at.and(past), job.ended_at.and(past));
            job.run_at = Timestamp((job.run_at.0 - self.now.0).max(0));
        }
        for node in loaded.nodes.values_mut() {
            (node.started_at, node.ended_at) = (node.started_at.and(past), node.ended_at.and(past));
        }
        let Snapshot { nodes, edges, jobs, versions, status, pause_reason, .. } = loaded;
        // Late reports of all claims are tried in every state: which one is to come is all one.
        let told = |(at, worker): (usize, &Worker)| {
            (at < 2, worker.given_up, worker.holds.filter(|_| !worker.given_up))
        };
        let mut workers: Vec<_> = self.workers.iter().enumerate().map(told).collect();
        workers.sort();
        // What is over stays: who is where makes no difference any more.
        let others = (!status.is_over()).then_some((workers, self.left));
        let mut hasher = DefaultHasher::new();
        let rows = (nodes, edges, jobs, versions);
        format!("{status} {pause_reason:?} {rows:?} {others:?}").hash(&mut hasher);
        hasher.finish()
    }
}

fn busy() -> Ending {
    Ending::Failed(Failure::transient("busy", "try again"))
}

/// The states that were found, by number in the order of finding.
#[derive(Default)]
struct Graph {
    numbers: HashMap<u64, usize>,
    /// The first way to each.
    from: Vec<Option<(usize, Action)>>,
    status: Vec<ExecutionStatus>,
    /// From where each is reached by what is sure to come.
    before: Vec<Vec<usize>>,
}

impl Graph {
    /// Enters a state; returns whether it is new.
    fn enter(&mut self, state: &State, from: Option<(usize, Action)>) -> bool {
        let next = self.from.len();
        let number = *self.numbers.entry(state.key()).or_insert(next);
        if number == next {
            self.from.push(from);
            self.status.push(state.store.row.status);
            self.before.push(vec![]);
        }
        self.before[number].extend(from.filter(|(_, how)| how.is_sure_to_come()).map(|(at, _)| at));
        number == next
    }

    /// The shortest way to a state, last step first.
    fn way(&self, to: usize) -> Vec<Action> {
        let steps = std::iter::successors(self.from[to], |(at, _)| self.from[*at]);
        steps.map(|(_, action)| action).collect()
    }

    /// The states from which an end is reached by what is sure to come.
    fn ending(&self) -> BTreeSet<usize> {
        let over = |at: &usize| self.status[*at].is_over();
        let mut todo: Vec<_> = (0..self.status.len()).filter(over).collect();
        let mut ending: BTreeSet<_> = todo.iter().copied().collect();
        while let Some(at) = todo.pop() {
            todo.extend(self.before[at].iter().copied().filter(|before| ending.insert(*before)));
        }
        ending
    }
}

/// Tells what led to a panic.
struct Told<'a>(&'a [Action], Action);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{:?} after, last first, {:?}", self.1, self.0);
        }
    }
}

fn explored(bounds: Bounds) -> Graph {
    let (mut graph, first) = (Graph::default(), State::launched(bounds));
    graph.enter(&first, None);
    let mut queue = VecDeque::from([(0, first)]);
    while let Some((at, state)) = queue.pop_front() {
        let way = graph.way(at);
        for action in Action::all() {
            let _told = Told(&way, action);
            let Some(next) = state.after(action) else { continue };
            if graph.enter(&next, Some((at, action))) {
                next.check();
                queue.push_back((graph.from.len() - 1, next));
            }
        }
    }
    graph
}

#[test]
fn rel_m1_every_interleaving_of_two_workers_a_reaper_and_a_person_ends_sound() {
    let (bounds, floor) = match std::env::var_os("ATELIER_SOAK") {
        Some(_) => (Bounds { kills: 3, freezes: 2, pauses: 2 }, 40_000),
        None => (Bounds { kills: 2, freezes: 1, pauses: 1 }, 8_000),
    };

    let graph = explored(bounds);

    let states = graph.status.len();
    println!("{states} states");
    let ending = graph.ending();
    let stuck = (0..states).find(|at| !ending.contains(at)).map(|at| graph.way(at));
    assert!(stuck.is_none(), "no end after, last first, {stuck:?}");
    for end in [ExecutionStatus::Completed, ExecutionStatus::Failed, ExecutionStatus::Stopped] {
        assert!(graph.status.contains(&end), "{end}");
    }
    assert!(states > floor);
}
