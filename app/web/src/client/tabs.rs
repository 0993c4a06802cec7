//! Messages between the tabs of one browser that show this server.

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

/// An open channel; dropping it closes it.
pub struct TabChannel {
    channel: BroadcastChannel,
    /// Called by the browser for as long as the channel is open.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl TabChannel {
    /// Hears what other tabs post under this name; none where the browser has no channels.
    pub fn open(name: &str, mut hear: impl FnMut(String) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        let on_message = Closure::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                hear(text);
            }
        });
        channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self { channel, _on_message: on_message })
    }

    /// Tells every other tab.
    pub fn post(&self, text: &str) {
        // Refused only once the channel is closed.
        let _ = self.channel.post_message(&JsValue::from_str(text));
    }
}

impl Drop for TabChannel {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}
