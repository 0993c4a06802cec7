//! Which file of a crate names items of which other, re-exports followed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Item, UseTree, Visibility};

use crate::source::Source;

/// A module's names from the crate's root: `["editor", "canvas"]`.
type ModulePath = Vec<String>;

/// How deep aliases and globs are followed before they are taken for a loop.
const DEEPEST_ALIAS: usize = 20;

/// What a name stands for in the module that knows it.
#[derive(Debug)]
enum Name {
    Module(ModulePath),
    /// An item, by the index of the file that defines it.
    Item(usize),
    /// What a `use` brings in, as it is written there.
    Alias(Vec<String>),
}

#[derive(Debug, Default)]
struct Module {
    names: HashMap<String, Vec<Name>>,
    globs: Vec<Vec<String>>,
}

/// The files of one crate, the items they define and the paths they name.
#[derive(Debug, Default)]
pub struct FileGraph {
    files: Vec<String>,
    modules: HashMap<ModulePath, Module>,
    /// For each file the paths it names, each with the module it is written in.
    mentions: Vec<BTreeSet<(ModulePath, Vec<String>)>>,
}

/// For every file those whose items it names, each with the paths by which it does.
pub type Edges<'a> = BTreeMap<&'a str, BTreeMap<&'a str, BTreeSet<String>>>;

impl FileGraph {
    /// Reads the production code of a crate, as `crate_files` finds it.
    pub fn for_crate(files: &[(String, Source)]) -> Self {
        Self::parse(files.iter().map(|(path, source)| (path.as_str(), source.text.as_str())))
    }

    /// Reads files: paths below the crate's `src`, each with its text.
    pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut graph = Self::default();
        for (path, text) in files {
            graph.files.push(path.to_owned());
            graph.mentions.push(BTreeSet::new());
            let file = graph.files.len() - 1;
            graph.read_items(file, &module_path(path), &parse_items(path, text));
        }
        graph
    }

    fn read_items(&mut self, file: usize, module: &ModulePath, items: &[Item]) {
        self.modules.entry(module.clone()).or_default();
        for item in items.iter().filter(|item| !is_test(item)) {
            match item {
                Item::Mod(inner) => {
                    let path = [module.clone(), vec![inner.ident.to_string()]].concat();
                    self.define(module, inner.ident.to_string(), Name::Module(path.clone()));
                    let inside = inner.content.as_ref().map(|(_, items)| items);
                    if let Some(items) = inside {
                        self.read_items(file, &path, items);
                    }
                }
                Item::Use(used) => {
                    let is_private = matches!(used.vis, Visibility::Inherited);
                    self.read_use(file, module, &used.tree, &[], is_private);
                }
                item => {
                    if let Some(name) = item_name(item) {
                        if attributes(item).iter().any(|a| a.path().is_ident("macro_export")) {
                            self.define(&vec![], name.clone(), Name::Item(file));
                        }
                        self.define(module, name, Name::Item(file));
                    }
                    self.read_tokens(file, module, item.to_token_stream());
                }
            }
        }
    }

    fn define(&mut self, module: &ModulePath, name: String, what: Name) {
        let module = self.modules.entry(module.clone()).or_default();
        module.names.entry(name).or_default().push(what);
    }

    /// A public `use` is a re-export: it names nothing itself, whoever follows it does.
    fn read_use(
        &mut self,
        file: usize,
        module: &ModulePath,
        tree: &UseTree,
        before: &[String],
        is_private: bool,
    ) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        let (name, path) = match tree {
            UseTree::Path(path) => {
                let before = with(&path.ident);
                return self.read_use(file, module, &path.tree, &before, is_private);
            }
            UseTree::Group(group) => {
                let trees = group.items.iter();
                return trees
                    .for_each(|tree| self.read_use(file, module, tree, before, is_private));
            }
            UseTree::Glob(_) => {
                let globs = &mut self.modules.entry(module.clone()).or_default().globs;
                return globs.push(before.to_vec());
            }
            UseTree::Name(name) if name.ident == "self" => {
                (before.last().cloned(), before.to_vec())
            }
            UseTree::Name(name) => (Some(name.ident.to_string()), with(&name.ident)),
            UseTree::Rename(name) => (Some(name.rename.to_string()), with(&name.ident)),
        };
        if is_private {
            self.mentions[file].insert((module.clone(), path.clone()));
        }
        self.define(module, name.unwrap_or_default(), Name::Alias(path));
    }

    /// Finds the paths among tokens, those in macros too. A lone word counts if it is a type, a call
    /// or a macro: others are variables.
    fn read_tokens(&mut self, file: usize, module: &ModulePath, tokens: TokenStream) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            let after_dot =
                at > 0 && is(&tokens, at - 1, '.') && !(at > 1 && is(&tokens, at - 2, '.'));
            match &tokens[at] {
                TokenTree::Ident(first) if !after_dot => {
                    let mut path = vec![first.to_string()];
                    while is(&tokens, at + 1, ':') && is(&tokens, at + 2, ':') {
                        let Some(TokenTree::Ident(ident)) = tokens.get(at + 3) else { break };
                        path.push(ident.to_string());
                        at += 3;
                    }
                    let is_called = matches!(tokens.get(at + 1),
                        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
                    let is_type = path[0].starts_with(char::is_uppercase);
                    if path.len() > 1 || is_type || is_called || is(&tokens, at + 1, '!') {
                        self.mentions[file].insert((module.clone(), path));
                    }
                }
                TokenTree::Group(group) => self.read_tokens(file, module, group.stream()),
                TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            at += 1;
        }
    }

    /// The files that define what `path` names in `module`; none if it is of another crate.
    fn resolve(&self, module: &[String], path: &[String], depth: usize) -> BTreeSet<usize> {
        match path {
            _ if depth > DEEPEST_ALIAS => BTreeSet::new(),
            [first, rest @ ..] if first == "crate" => self.find(&[], rest, depth),
            [first, rest @ ..] if first == "self" => self.find(module, rest, depth),
            [first, rest @ ..] if first == "super" => {
                let parent = &module[..module.len().saturating_sub(1)];
                match rest.first() {
                    Some(next) if next == "super" => self.resolve(parent, rest, depth + 1),
                    Some(_) | None => self.find(parent, rest, depth),
                }
            }
            path => self.find(module, path, depth),
        }
    }

    /// The same for a path that begins with a name `module` knows.
    fn find(&self, module: &[String], path: &[String], depth: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let (Some((first, rest)), Some(known)) = (path.split_first(), self.modules.get(module))
        else {
            return found;
        };
        for name in known.names.get(first).into_iter().flatten() {
            match name {
                Name::Item(file) => {
                    found.insert(*file);
                }
                Name::Module(inner) => found.extend(self.find(inner, rest, depth + 1)),
                Name::Alias(alias) if alias == std::slice::from_ref(first) => {}
                Name::Alias(alias) => {
                    let whole = [alias, rest].concat();
                    found.extend(self.resolve(module, &whole, depth + 1));
                }
            }
        }
        if found.is_empty() {
            for glob in known.globs.iter().filter(|glob| glob.first() != Some(first)) {
                found.extend(self.resolve(module, &[glob, path].concat(), depth + 1));
            }
        }
        found
    }

    /// The file that defines what `file` calls `name`.
    pub fn definition(&self, file: &str, name: &str) -> Option<&str> {
        let found = self.resolve(&module_path(file), &[name.to_owned()], 0);
        found.first().map(|file| self.files[*file].as_str())
    }

    /// Who names whom.
    pub fn edges(&self) -> Edges<'_> {
        let mut edges = Edges::new();
        for (file, mentions) in self.mentions.iter().enumerate() {
            let seen = edges.entry(self.files[file].as_str()).or_default();
            for (module, path) in mentions {
                for other in
                    self.resolve(module, path, 0).into_iter().filter(|other| *other != file)
                {
                    let names = seen.entry(self.files[other].as_str()).or_default();
                    names.insert(path.join("::"));
                }
            }
        }
        edges
    }
}

/// The sets of files that reach each other, each as its edges: `a.rs → b.rs (Name, name)`.
pub fn circles(edges: &Edges<'_>) -> Vec<Vec<String>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        edges.keys().map(|file| (*file, reach(edges, file))).collect();
    let meets =
        |one: &str, other: &str| reached[one].contains(other) && reached[other].contains(one);
    let mut found: Vec<Vec<&str>> = vec![];
    for file in reached.keys().filter(|file| meets(file, file)) {
        match found.iter_mut().find(|circle| meets(circle[0], file)) {
            Some(circle) => circle.push(file),
            None => found.push(vec![file]),
        }
    }
    let lines = |circle: Vec<&str>| {
        let edges = circle.iter().flat_map(|file| edges[file].iter().map(move |to| (file, to)));
        edges
            .filter(|(_, (other, _))| circle.contains(other))
            .map(|(file, (other, names))| {
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                format!("{file} → {other} ({})", names.join(", "))
            })
            .collect()
    };
    found.into_iter().map(lines).collect()
}

fn reach<'a>(edges: &Edges<'a>, from: &'a str) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut left: Vec<&str> = vec![from];
    while let Some(file) = left.pop() {
        let named = edges.get(file).into_iter().flat_map(BTreeMap::keys);
        left.extend(named.filter(|other| seen.insert(**other)).copied());
    }
    seen
}

fn is(tokens: &[TokenTree], at: usize, mark: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

fn module_path(path: &str) -> ModulePath {
    let mut names: Vec<_> = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if names.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        names.pop();
    }
    names
}

/// The items of a file, those for tests too. Panics with the path where the text is not Rust.
pub fn parse_items(path: &str, text: &str) -> Vec<Item> {
    let parsed = syn::parse_file(text);
    parsed.unwrap_or_else(|error| panic!("{path} is not Rust: {error}")).items
}

/// Whether only tests have the item.
pub fn is_test(item: &Item) -> bool {
    let is_test = |attribute: &Attribute| {
        let meta = attribute.meta.to_token_stream().to_string().replace(' ', "");
        meta == "cfg(test)"
    };
    attributes(item).iter().any(is_test)
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn item_name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}
