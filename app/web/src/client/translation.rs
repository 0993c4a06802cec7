//! Keeps the app going on a page that the browser translates. A translator takes the app's text
//! nodes out of the page and puts `font` elements in their place; what the app then does to its
//! nodes nobody sees. So a node that was replaced is watched: as soon as the app reads its place,
//! writes its text or removes it, it is back in the page, and the translator takes it from there
//! again.

use std::{cell::RefCell, rc::Rc};

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    MutationObserver, MutationObserverInit, MutationRecord, Node,
    js_sys::{Array, Object, Reflect},
};

use super::own_until_cleanup;

/// The element that translators put in place of a text.
const STAND_IN: &str = "FONT";
/// The properties of a text node that the app uses, each of which brings it back.
const USED: [&str; 3] = ["parentNode", "nodeValue", "remove"];

type Watched = Rc<RefCell<Vec<StandIn>>>;
/// A function that the page calls when the app uses a text.
type Touched = Closure<dyn FnMut(JsValue) -> JsValue>;

/// Watches for translators as long as the app is open.
pub fn watch_translation() {
    Effect::new(|| {
        if let Some(watch) = Watch::open() {
            own_until_cleanup(watch);
        }
    });
}

/// Sees every text that a translator replaces; dropping it ends that.
struct Watch {
    observer: MutationObserver,
    /// Called by the browser for as long as the observer is connected.
    _on_change: Closure<dyn FnMut(Array)>,
}

impl Watch {
    fn open() -> Option<Self> {
        let watched = Watched::default();
        let on_change = Closure::new(move |records: Array| {
            for record in records.iter() {
                if let Ok(record) = record.dyn_into::<MutationRecord>() {
                    note_replaced(&watched, &record);
                }
            }
        });
        let observer = MutationObserver::new(on_change.as_ref().unchecked_ref()).ok()?;
        let options = MutationObserverInit::new();
        options.set_child_list(true);
        options.set_subtree(true);
        let body = document().body()?;
        observer.observe_with_options(&body, &options).ok()?;
        Some(Self { observer, _on_change: on_change })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Watches the text that a record of the page's changes tells was replaced, if one was.
fn note_replaced(watched: &Watched, record: &MutationRecord) {
    let Some(text) = record.removed_nodes().get(0).filter(is_text) else { return };
    // Put in its place at once, or beside it before it was taken out.
    let beside = [record.added_nodes().get(0), record.previous_sibling(), record.next_sibling()];
    let stand_in = beside.into_iter().flatten().find(|node| node.node_name() == STAND_IN);
    let Some(font) = stand_in.filter(|_| !text.is_connected()) else { return };
    let mut watched = watched.borrow_mut();
    watched.retain(StandIn::is_needed);
    watched.extend(StandIn::new(text, font));
}

fn is_text(node: &Node) -> bool {
    node.node_type() == Node::TEXT_NODE
}

/// A text node of the app that is out of the page, and what stands in its place.
struct StandIn {
    text: Node,
    font: Node,
    /// The text's own properties call them.
    _touched: [Touched; 4],
}

impl StandIn {
    /// Has the text come back once it is used; none where the browser refuses that.
    fn new(text: Node, font: Node) -> Option<Self> {
        let get = |name: &'static str| -> Touched {
            let (text, font) = (text.clone(), font.clone());
            Closure::new(move |_: JsValue| {
                come_back(&text, &font);
                Reflect::get(&text, &JsValue::from_str(name)).unwrap_or_default()
            })
        };
        let (own, other) = (text.clone(), font.clone());
        let set: Touched = Closure::new(move |value: JsValue| {
            come_back(&own, &other);
            own.set_node_value(value.as_string().as_deref());
            JsValue::UNDEFINED
        });
        let (own, other) = (text.clone(), font.clone());
        let remove: Touched = Closure::new(move |_: JsValue| {
            come_back(&own, &other);
            if let Some(parent) = own.parent_node() {
                // Refused only where it is no child of it.
                let _ = parent.remove_child(&own);
            }
            JsValue::UNDEFINED
        });
        let touched = [get("parentNode"), get("nodeValue"), set, remove];
        let [parent, value, set, remove] = touched.each_ref().map(AsRef::<JsValue>::as_ref);
        define(&text, "parentNode", &[("get", parent)])?;
        define(&text, "nodeValue", &[("get", value), ("set", set)])?;
        define(&text, "remove", &[("value", remove)])?;
        Some(Self { text, font, _touched: touched })
    }

    /// Whether the translation is still shown, so that the text may be wanted back.
    fn is_needed(&self) -> bool {
        self.font.is_connected()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        forget(&self.text);
    }
}

/// Puts the text in the place of what stands there for it, as an ordinary node.
fn come_back(text: &Node, font: &Node) {
    forget(text);
    if let Some(parent) = font.parent_node() {
        // Refused only where it is no child of it.
        let _ = parent.replace_child(text, font);
    }
}

/// Takes the text's own properties away, so that those of every node show again.
fn forget(text: &Node) {
    for name in USED {
        // They are configurable, so that none is refused.
        let _ = Reflect::delete_property(text.unchecked_ref::<Object>(), &JsValue::from_str(name));
    }
}

/// Gives the text a property of its own; none where the browser refuses it.
fn define(text: &Node, name: &str, parts: &[(&str, &JsValue)]) -> Option<()> {
    let descriptor = Object::new();
    for (part, value) in parts {
        Reflect::set(&descriptor, &JsValue::from_str(part), value).ok()?;
    }
    Reflect::set(&descriptor, &JsValue::from_str("configurable"), &JsValue::TRUE).ok()?;
    let (target, name) = (text.unchecked_ref::<Object>(), JsValue::from_str(name));
    Reflect::define_property(target, &name, &descriptor).ok()?.then_some(())
}
