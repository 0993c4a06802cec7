//! Keys as they are called on the machine at hand.

use leptos::prelude::window;

/// Keys in words, e.g. `Ctrl ⇧ Z`, as the browser's machine calls them; the page's key handling
/// takes both. To be used only where nothing is drawn by the server.
pub fn keys_here(keys: &str) -> String {
    let is_mac = window().navigator().platform().is_ok_and(|platform| platform.starts_with("Mac"));
    if is_mac { mac(keys) } else { keys.to_owned() }
}

fn mac(keys: &str) -> String {
    keys.replace("Ctrl", "⌘").replace("Alt", "⌥").replace("Del", "⌫")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mac_has_its_own_signs() {
        assert_eq!(mac("Ctrl ⇧ Z"), "⌘ ⇧ Z");
        assert_eq!(mac("Alt and drag"), "⌥ and drag");
        assert_eq!(mac("F2"), "F2");
    }
}
