//! Data of an item that a reviewer may change: arguments of a call, a result that is handed over.

pub(super) mod draft;
pub(super) mod editor;
