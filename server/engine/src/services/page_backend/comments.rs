//! What pages ask of comments.

use backend::actor::Actor;
use model::{
    api::listing::{Page, PageRequest},
    comment::{
        CommentChange, CommentFilter, CommentPerson, CommentThread, NewComment,
        subject::CommentSubject,
    },
    id::CommentId,
};

forward! {
    comments::Comments {
        fn list(actor: &Actor, filter: &CommentFilter, asked: &PageRequest) -> Page<CommentThread>;
        fn count(actor: &Actor, subjects: &[CommentSubject]) -> Vec<i64>;
        fn add(actor: &Actor, new: NewComment) -> CommentThread;
        fn change(actor: &Actor, id: CommentId, change: CommentChange) -> CommentThread;
        fn delete(actor: &Actor, id: CommentId) -> ();
        fn resolve(actor: &Actor, id: CommentId) -> CommentThread;
        fn reopen(actor: &Actor, id: CommentId) -> CommentThread;
        fn find_people(actor: &Actor, begin: &str) -> Vec<CommentPerson>;
        fn see_mentions(actor: &Actor, subject: &CommentSubject) -> ();
    }
}
