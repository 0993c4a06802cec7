//! The operations of comments.

/// Comments on templates, documents, executions and reviews, and who is named in them.
#[macro_export]
macro_rules! comments_operations {
    ($then:path) => {
        $then! { comments Comments CommentOperations {
            /// A part of the threads that the filter admits, the latest first.
            PAGE Read load_comments = list(
                filter: $crate::comment::CommentFilter as &,
                asked: $crate::api::listing::PageRequest as &)
                -> one $crate::api::listing::Page<$crate::comment::CommentThread>;
            /// How many open threads each of these has, in the same order; of what is not there,
            /// none. At most 200 things or steps of them.
            PAGE Read count_comments =
                count(subjects: Vec<$crate::comment::subject::CommentSubject> as &) -> all i64;
            /// Starts a thread or replies to one; returns the thread.
            POST "/comments" Comment add_comment = add(; new: $crate::comment::NewComment)
                -> made $crate::comment::CommentThread;
            /// Changes your own comment; returns its thread.
            PUT "/comments/{id}" Comment change_comment = change(
                id: $crate::id::CommentId; change: $crate::comment::CommentChange)
                -> one $crate::comment::CommentThread;
            /// Deletes your own comment, or, as an admin, any comment; a thread is deleted with its
            /// last comment.
            DELETE "/comments/{id}" Comment delete_comment =
                delete(id: $crate::id::CommentId) -> done;
            /// Resolves the thread of a comment.
            POST "/comments/{id}/resolve" Comment resolve_comments =
                resolve(id: $crate::id::CommentId) -> one $crate::comment::CommentThread;
            /// Reopens the thread of a comment.
            POST "/comments/{id}/reopen" Comment reopen_comments =
                reopen(id: $crate::id::CommentId) -> one $crate::comment::CommentThread;
            /// The members who can be named by this beginning of a word of their names, from A to Z;
            /// at most ten.
            PAGE Comment find_mentionable = find_people(begin: String as &)
                -> all $crate::comment::CommentPerson;
            /// Notes that one has seen the comments that name one, about this or a step of it.
            PAGE Read see_mentions =
                see_mentions(subject: $crate::comment::subject::CommentSubject as &) -> done;
        } }
    };
}
