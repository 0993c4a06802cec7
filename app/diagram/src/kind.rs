//! The icon and the colour of each node type, as its `SPEC` names them.

use model::nodes::NodeKind;
use ui::icon::Icon;

/// The icon of a node type; a question mark for a type this release does not know.
pub fn kind_icon(kind: &str) -> Icon {
    Icon::find(NodeKind::from_key(kind).spec().icon).unwrap_or(Icon::CircleQuestionMark)
}

/// Style rules that give elements with `data-kind` the colour of that node type as `--kind`. They
/// stand after the style sheet, whose other rules for `--kind` win.
pub fn kind_colours() -> String {
    let specs = NodeKind::ALL.iter().map(|kind| kind.spec());
    let rules =
        specs.map(|spec| format!(":where([data-kind={}]){{--kind:var({})}}", spec.key, spec.color));
    rules.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_type_has_an_icon_of_the_set_and_a_colour() {
        let colours = kind_colours();
        for kind in NodeKind::ALL {
            assert!(Icon::find(kind.spec().icon).is_some(), "{}", kind.key());
            assert!(colours.contains(&format!("[data-kind={}]", kind.key())));
        }
    }
}
