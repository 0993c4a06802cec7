//! What is said when the browser's program has crashed: a panic ends it for good, and from then on the
//! page answers nothing.
//!
//! The program cannot say so itself, so a script does that runs before it and needs nothing of it. It
//! opens a dialog that the server has sent along: above whatever is open.

use leptos::{nonce::use_nonce, prelude::*};

/// A panic ends in a trap, which is a runtime error of WebAssembly; so does memory that is used up. A
/// program that cannot be read is another error, and too deep a recursion one of the browser's own.
const WATCH: &str = r"(() => {
  const { RuntimeError, CompileError, LinkError } = WebAssembly;
  const ends = (error) => [RuntimeError, CompileError, LinkError].some((kind) => error instanceof kind)
    || (error instanceof Error && /call stack|too much recursion/i.test(error.message));
  const tell = (error) => {
    const crash = document.getElementById('crash');
    if (!crash || crash.dataset.told || !ends(error)) return;
    crash.dataset.told = '';
    const dialog = crash.content.firstElementChild;
    dialog.querySelector('[data-close]').onclick = () => dialog.close();
    dialog.querySelector('[data-reload]').onclick = () => location.reload();
    document.body.append(dialog);
    dialog.showModal();
  };
  addEventListener('error', (event) => tell(event.error));
  addEventListener('unhandledrejection', (event) => tell(event.reason));
})();";

/// The script that watches for a crash; for the head of the document.
#[component]
pub(crate) fn CrashWatch() -> impl IntoView {
    view! { <script nonce=use_nonce()>{WATCH}</script> }
}

/// The dialog that it opens. It can be closed, so that what was typed can be copied.
#[component]
pub(crate) fn CrashDialog() -> impl IntoView {
    view! {
        <template id="crash"><dialog class="dialog" aria-labelledby="crash-title">
            <div class="dialog__frame">
                <h2 id="crash-title">"This page has stopped working"</h2>
                <p>
                    "Something in it failed. Reload it to go on: changes to workflows and documents are \
                     kept in this browser. Copy anything else that you have typed first."
                </p>
                <div class="dialog__footer">
                    <button type="button" class="button" data-close="">
                        <span class="button__label">"Not now"</span>
                    </button>
                    <button type="button" class="button button--primary" autofocus data-reload="">
                        <span class="button__label">"Reload"</span>
                    </button>
                </div>
            </div>
        </dialog></template>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_comes_as_it_is_and_opens_the_dialog_that_offers_to_reload() {
        let [script, dialog] = Owner::new().with(|| {
            [
                view! { <CrashWatch /> }.into_any().to_html(),
                view! { <CrashDialog /> }.into_any().to_html(),
            ]
        });

        assert!(script.contains("(error) => {") && script.contains("'crash'"), "{script}");
        assert!(dialog.contains("id=\"crash\"") && dialog.contains("data-reload"), "{dialog}");
        assert!(dialog.contains(">Reload<") && !dialog.contains(" open"), "{dialog}");
    }
}
