//! No file knows another that comes back to it.

use crate::{
    direction::CRATES,
    graph::{FileGraph, circles},
    source::{crate_files, refuse},
};

fn circles_of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    circles(&FileGraph::parse(files.iter().copied()).edges())
}

#[test]
fn files_of_a_crate_form_no_circle() {
    let mut found = vec![];
    for (name, folder, _) in CRATES {
        let graph = FileGraph::for_crate(&crate_files(folder));
        found.extend(circles(&graph.edges()).into_iter().map(|circle| {
            format!("{name}: {} edges\n    {}", circle.len(), circle.join("\n    "))
        }));
    }

    refuse("files name each other in one direction", found);
}

#[test]
fn a_circle_is_found_through_imports_paths_macros_and_re_exports() {
    let back = |text| {
        let files = [("lib.rs", "mod a; mod b;"), ("b.rs", "pub struct B; use crate::a::A;")];
        circles_of(&[files[0], ("a.rs", text), files[1]])
    };

    for text in [
        "pub struct A; use super::b::B;",
        "pub struct A(crate::b::B);",
        "pub struct A; fn view() { view! { <p>{crate::b::B}</p> } }",
        "pub struct A; use crate::b; fn f() { b::B; }",
    ] {
        assert_eq!(back(text).len(), 1, "{text}");
    }
    let through = [
        ("lib.rs", "mod a; mod b;"),
        ("a/mod.rs", "mod inner; pub use inner::A;"),
        ("a/inner.rs", "pub struct A; use crate::b::B;"),
        ("b.rs", "pub struct B; use crate::a::A;"),
    ];
    let found = circles_of(&through);
    assert_eq!(found, [["a/inner.rs → b.rs (crate::b::B)", "b.rs → a/inner.rs (crate::a::A)"]]);
}

#[test]
fn tests_parents_and_variables_make_no_circle() {
    let files = [
        ("lib.rs", "mod a; mod b; pub fn root() {}"),
        (
            "a.rs",
            "pub fn b() {} fn f(a: u8) { let b = a; x.b(); }\n#[cfg(test)]\nmod tests { use crate::b::f; }",
        ),
        ("b.rs", "use crate::a::b; pub fn f() { b() }"),
    ];

    assert!(circles_of(&files).is_empty());
}
