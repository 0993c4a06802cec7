//! What stands for `schemars` in the browser: the schemas of 300 types are a quarter of what compiling them takes.

use proc_macro::TokenStream;

/// Makes nothing, and lets the attributes of the real one stand.
#[proc_macro_derive(JsonSchema, attributes(schemars))]
pub fn derive_nothing(_: TokenStream) -> TokenStream {
    TokenStream::new()
}
