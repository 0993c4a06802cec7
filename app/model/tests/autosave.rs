//! Keeping a draft: what is sent, and what becomes of answers, lost ones and others' changes.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use model::{
    autosave::{DraftAutosave, Next, PAUSE_MS, Pending, Standing},
    id::TemplateId,
    pages::{DraftSaved, NewerDraft},
    problem::{Problem, ProblemKind},
    template::blank_workflow,
    workflow::Workflow,
};
use uuid::Uuid;

fn autosave() -> (DraftAutosave, Workflow) {
    let workflow = blank_workflow("Mine");
    (DraftAutosave::new(TemplateId(Uuid::nil()), workflow.clone(), 1), workflow)
}

fn described(workflow: &Workflow, words: &str) -> Workflow {
    Workflow { description: words.to_owned(), ..workflow.clone() }
}

fn moved(workflow: &Workflow) -> Workflow {
    let mut moved = workflow.clone();
    moved.nodes[0].position.x += 160.0;
    moved
}

fn saved(draft_revision: i64) -> Result<DraftSaved, Problem> {
    Ok(DraftSaved::Saved { draft_revision })
}

fn behind(draft_revision: i64, workflow: &Workflow) -> Result<DraftSaved, Problem> {
    let workflow = workflow.clone();
    Ok(DraftSaved::Behind(Box::new(NewerDraft { draft_revision, workflow })))
}

/// What a visit keeps that loaded the first revision and made this of it.
fn unsaved(loaded: &Workflow, now: &Workflow) -> Pending {
    DraftAutosave::new(TemplateId(Uuid::nil()), loaded.clone(), 1).unsaved(now).unwrap()
}

fn away() -> Result<DraftSaved, Problem> {
    Err(Problem::new(ProblemKind::Unavailable, "unreachable", "It cannot be reached."))
}

#[test]
fn a_change_is_sent_after_a_pause_and_then_it_is_saved() {
    let (mut autosave, workflow) = autosave();
    let changed = described(&workflow, "Better");

    assert_eq!(autosave.note_change(&workflow), None);
    assert_eq!(autosave.note_change(&changed), Some(PAUSE_MS));
    let sent = autosave.send(&changed).unwrap();
    assert_eq!((sent.draft_revision, &sent.workflow), (1, &changed));
    assert_eq!(autosave.standing(), &Standing::Saving);
    assert_eq!(autosave.send(&changed), None, "one at a time");

    assert_eq!(autosave.handle_answer(saved(2), &changed), Next::Rest);
    assert_eq!((autosave.standing(), autosave.revision()), (&Standing::Saved, 2));
    assert!(!autosave.is_pending(&changed));
}

#[test]
fn what_changed_while_it_was_sent_is_sent_next() {
    let (mut autosave, workflow) = autosave();
    let (first, second) = (described(&workflow, "One"), described(&workflow, "Two"));
    autosave.send(&first).unwrap();

    assert_eq!(autosave.handle_answer(saved(2), &second), Next::Send(PAUSE_MS));
    assert_eq!(autosave.send(&second).unwrap().draft_revision, 2);
}

#[test]
fn a_server_that_is_away_is_tried_again_later_and_later() {
    let (mut autosave, workflow) = autosave();
    let changed = described(&workflow, "Better");
    let mut waits = vec![];

    for _ in 0..6 {
        autosave.send(&changed).unwrap();
        waits.push(autosave.handle_answer(away(), &changed));
        assert_eq!(autosave.standing(), &Standing::Offline);
    }

    let expected = [1_000, 2_000, 5_000, 10_000, 30_000, 30_000].map(Next::Send);
    assert_eq!(waits, expected);
    assert!(autosave.is_pending(&changed));
}

#[test]
fn a_draft_whose_answer_was_lost_is_not_taken_for_somebody_elses() {
    let (mut autosave, workflow) = autosave();
    let (kept, typed) = (described(&workflow, "One"), described(&workflow, "One two"));
    autosave.send(&kept).unwrap();
    autosave.handle_answer(away(), &typed);
    autosave.send(&typed).unwrap();

    let next = autosave.handle_answer(behind(2, &kept), &typed);

    assert_eq!(next, Next::Send(PAUSE_MS));
    assert_eq!((autosave.revision(), autosave.base()), (2, &kept));
}

#[test]
fn what_was_sent_while_the_page_went_is_known_when_it_is_back() {
    let (mut autosave, workflow) = autosave();
    let (kept, typed) = (described(&workflow, "One"), described(&workflow, "One two"));
    assert_eq!(autosave.leave(&workflow), None);
    assert_eq!(autosave.leave(&kept).unwrap().workflow, kept);
    autosave.send(&typed).unwrap();

    assert_eq!(autosave.handle_answer(behind(2, &kept), &typed), Next::Send(PAUSE_MS));
}

#[test]
fn changes_of_different_things_are_brought_together() {
    let (mut autosave, workflow) = autosave();
    let (mine, theirs) = (described(&workflow, "Mine"), moved(&workflow));
    autosave.send(&mine).unwrap();

    let Next::Adopt(both) = autosave.handle_answer(behind(2, &theirs), &mine) else {
        panic!("not brought together: {:?}", autosave.standing())
    };

    assert_eq!(both.description, "Mine");
    assert_eq!(both.nodes[0].position, theirs.nodes[0].position);
    assert_eq!(autosave.send(&both).unwrap().draft_revision, 2);
}

#[test]
fn changes_of_the_same_wait_for_a_person_and_nothing_is_lost() {
    let (mut autosave, workflow) = autosave();
    let (mine, theirs) = (described(&workflow, "Mine"), described(&workflow, "Theirs"));
    autosave.send(&mine).unwrap();

    assert_eq!(autosave.handle_answer(behind(2, &theirs), &mine), Next::Rest);
    let Standing::Conflict(clash) = autosave.standing().clone() else { panic!("no conflict") };
    assert_eq!(clash.conflicts.len(), 1);
    assert_eq!(autosave.send(&mine), None, "nothing is overwritten meanwhile");

    let take: BTreeSet<_> = [clash.conflicts[0].way.clone()].into();
    let Next::Adopt(settled) = autosave.clone().settle(&take, &mine) else { panic!("not settled") };
    assert_eq!(settled.description, "Theirs");
    let Next::Adopt(settled) = autosave.settle(&BTreeSet::new(), &mine) else {
        panic!("not settled")
    };
    assert_eq!(settled.description, "Mine");
    assert_eq!(autosave.send(&settled).unwrap().draft_revision, 2);
}

#[test]
fn a_refusal_says_why_and_the_next_change_is_tried() {
    let (mut autosave, workflow) = autosave();
    let (first, second) = (described(&workflow, "One"), described(&workflow, "Two"));
    autosave.send(&first).unwrap();
    let refused = Problem::conflict("name_taken", "There is one of that name.");

    assert_eq!(autosave.handle_answer(Err(refused.clone()), &first), Next::Rest);
    assert_eq!(autosave.standing(), &Standing::Refused(refused));
    assert_eq!(autosave.note_change(&second), Some(PAUSE_MS));
}

#[test]
fn a_draft_that_is_kept_under_another_name_goes_on_with_it() {
    let (mut autosave, workflow) = autosave();
    let wanted = Workflow { name: "Taken".to_owned(), ..workflow };
    autosave.send(&wanted).unwrap();
    let kept = DraftSaved::Renamed { draft_revision: 2, name: "Taken (2)".to_owned() };

    let next = autosave.handle_answer(Ok(kept), &described(&wanted, "More"));

    let Next::Rename(now) = next else { panic!("not renamed") };
    assert_eq!((now.name.as_str(), now.description.as_str()), ("Taken (2)", "More"));
    assert_eq!(autosave.standing(), &Standing::Changed);
    assert_eq!(autosave.send(&now).unwrap().draft_revision, 2);
}

#[test]
fn what_a_browser_kept_is_counted_against_what_was_loaded() {
    let (_, workflow) = autosave();
    let changed = moved(&described(&workflow, "Better"));
    let pending = Pending { lost: vec![workflow.clone()], ..unsaved(&workflow, &changed) };

    let again = Pending::read(&pending.text().unwrap()).unwrap();

    assert_eq!(again, pending);
    assert_eq!((again.changes(&workflow, 1), again.changes(&changed, 1)), (2, 0));
    // A page that was loaded before the server took it still shows what was before.
    let taken = Pending { taken: Some(2), ..again };
    assert_eq!([1, 2, 3].map(|revision| taken.changes(&workflow, revision)), [2, 0, 0]);
    assert_eq!(Pending::read("{}"), None);
}

#[test]
fn what_a_visit_kept_goes_on_at_the_next_and_is_not_in_its_own_way() {
    let (mut autosave, workflow) = autosave();
    let typed = described(&workflow, "Typed");
    let kept = unsaved(&workflow, &typed);

    assert!(autosave.fits(&kept, &workflow));
    assert_eq!(autosave.resume(&kept, &workflow), typed);

    // What the page sent while it went arrives after the next one was loaded.
    let more = described(&workflow, "Typed more");
    autosave.send(&more).unwrap();
    assert_eq!(autosave.handle_answer(behind(2, &typed), &more), Next::Send(PAUSE_MS));
    assert_eq!(autosave.send(&more).unwrap().draft_revision, 2);
}

#[test]
fn a_later_draft_of_the_same_visit_is_no_conflict_with_an_earlier_that_arrived() {
    let workflow = blank_workflow("Mine");
    let (early, late) = (described(&workflow, "Early"), described(&workflow, "Late"));
    let kept = Pending { lost: vec![early.clone()], ..unsaved(&workflow, &late) };
    let mut autosave = DraftAutosave::new(TemplateId(Uuid::nil()), early.clone(), 2);

    assert!(autosave.fits(&kept, &early));
    assert_eq!(autosave.resume(&kept, &early), late);
}

#[test]
fn a_page_loaded_before_the_last_answer_of_the_visit_before_goes_on_from_that_answer() {
    let workflow = blank_workflow("Mine");
    let (answered, typed) = (described(&workflow, "Answered"), described(&workflow, "Typed"));
    let kept = Pending { revision: 2, ..unsaved(&answered, &typed) };
    let mut autosave = DraftAutosave::new(TemplateId(Uuid::nil()), workflow.clone(), 1);

    assert!(autosave.fits(&kept, &workflow));
    assert_eq!(autosave.resume(&kept, &workflow), typed);
    assert_eq!(autosave.send(&typed).unwrap().draft_revision, 2);

    let back = Pending { revision: 2, ..unsaved(&answered, &workflow) };
    assert_eq!(
        back.changes(&workflow, 1),
        1,
        "as it was before, but the server has something else"
    );
}

#[test]
fn what_is_on_its_way_when_the_page_goes_is_known_when_it_is_back() {
    let (mut autosave, workflow) = autosave();
    let (sent, typed) = (described(&workflow, "Sent"), described(&workflow, "Typed"));
    autosave.send(&sent).unwrap();
    let kept = autosave.unsaved(&typed).unwrap();

    assert!(DraftAutosave::new(TemplateId(Uuid::nil()), sent.clone(), 2).fits(&kept, &sent));
}

#[test]
fn what_a_visit_kept_is_brought_together_with_what_others_changed() {
    let (mut autosave, workflow) = autosave();
    let now = moved(&workflow);
    let kept = unsaved(&workflow, &described(&workflow, "Kept"));

    assert_eq!(autosave.resume(&kept, &now), described(&now, "Kept"));
}

#[test]
fn what_a_visit_kept_and_newer_text_of_the_same_wait_for_a_person() {
    let workflow = blank_workflow("Mine");
    let newer = described(&workflow, "Newer");
    let kept = unsaved(&workflow, &described(&workflow, "Older"));
    let mut autosave = DraftAutosave::new(TemplateId(Uuid::nil()), newer.clone(), 2);

    assert!(!autosave.fits(&kept, &newer));
    let shown = autosave.resume(&kept, &newer);

    assert_eq!(shown, described(&workflow, "Older"));
    assert!(matches!(autosave.standing(), Standing::Conflict(_)));
    assert_eq!(autosave.send(&shown), None, "nothing is written over before somebody chose");
    let ways = BTreeSet::from([vec!["description".to_owned()]]);
    assert_eq!(autosave.clone().settle(&ways, &shown), Next::Adopt(Box::new(newer)));
    assert_eq!(autosave.settle(&BTreeSet::new(), &shown), Next::Adopt(Box::new(shown.clone())));
    assert_eq!(autosave.send(&shown).unwrap().draft_revision, 2);
}

#[test]
fn an_editor_that_goes_sends_what_is_there_although_something_is_on_its_way() {
    let (mut autosave, workflow) = autosave();
    let (first, last) = (described(&workflow, "First"), described(&workflow, "Last"));
    autosave.send(&first).unwrap();

    assert_eq!(autosave.part(&last).unwrap().workflow, last);

    // The first was taken meanwhile: the last follows it.
    assert_eq!(autosave.handle_answer(behind(2, &first), &last), Next::Send(PAUSE_MS));
    assert_eq!(autosave.send(&last).unwrap().draft_revision, 2);
    assert_eq!(autosave.handle_answer(saved(3), &last), Next::Rest);
    assert!(!autosave.is_pending(&last));
}
