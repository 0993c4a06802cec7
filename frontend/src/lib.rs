//! Hydrates the server-rendered page.
