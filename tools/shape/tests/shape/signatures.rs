//! No type is a module in disguise, and arguments have names.

use std::collections::BTreeMap;

use syn::{FnArg, ImplItem, Item, Signature, Type};

use crate::{
    direction::CRATES,
    graph::{FileGraph, is_test, parse_items},
    source::{Source, crate_files, refuse, rust},
};

const MOST_METHODS: usize = 40;

fn items(source: &Source) -> Vec<Item> {
    let items = parse_items(&source.path, &source.text).into_iter();
    items.filter(|item| !is_test(item)).collect()
}

/// The name of the type an `impl` is for, and the signatures of its methods, those of a trait too.
fn methods(item: &Item) -> Option<(String, Vec<&Signature>)> {
    let Item::Impl(block) = item else { return None };
    let Type::Path(path) = block.self_ty.as_ref() else { return None };
    let name = path.path.segments.last()?.ident.to_string();
    let methods = block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(method) => Some(&method.sig),
        _ => None,
    });
    Some((name, methods.collect()))
}

#[test]
fn types_have_at_most_40_methods() {
    let mut large = vec![];
    for (name, folder, _) in CRATES {
        let files = crate_files(folder);
        let graph = FileGraph::for_crate(&files);
        let mut counts = BTreeMap::<(String, String), usize>::new();
        for (path, source) in &files {
            for item in items(source) {
                let inherent = matches!(&item, Item::Impl(block) if block.trait_.is_none());
                let Some((name, methods)) = methods(&item).filter(|_| inherent) else { continue };
                let home = graph.definition(path, &name).unwrap_or(path).to_owned();
                *counts.entry((name, home)).or_default() += methods.len();
            }
        }
        let most = counts.into_iter().filter(|(_, count)| *count > MOST_METHODS);
        large.extend(most.map(|((kind, home), count)| format!("{name}: {home}: {kind}: {count}")));
    }

    refuse("a type has at most 40 methods; cut it by subject", large);
}

#[test]
fn arguments_have_names() {
    let mut nameless = vec![];
    for source in rust().iter().filter(|source| !source.production().is_empty()) {
        for item in items(source) {
            let alone = match &item {
                Item::Fn(function) => vec![&function.sig],
                _ => vec![],
            };
            let inside = methods(&item).map(|(_, methods)| methods).unwrap_or_default();
            for signature in alone.into_iter().chain(inside) {
                let is_tuple = |argument: &FnArg| {
                    matches!(argument,
                    FnArg::Typed(typed) if matches!(&*typed.ty, Type::Tuple(t) if !t.elems.is_empty()))
                };
                if signature.inputs.iter().any(is_tuple) {
                    nameless.push(format!("{}: {}", source.path, signature.ident));
                }
            }
        }
    }

    refuse("arguments have names, not places in a tuple", nameless);
}
