//! The tools that workflows call: which server a name leads to in a workspace, which of its tools is
//! meant, and whether that is still the tool that the workflow has pinned.
//!
//! A name is looked up among the servers that the workspace has registered, then among the operator's,
//! then among the samples. The list of a server's tools is asked for each time; what is kept of it for
//! people to look at decides nothing.

mod agents;
pub mod arguments;
mod call;
mod drift;
mod locate;
pub mod lock;
mod pinning;
mod refusal;
mod resolve;
mod secret;
mod server_listings;
mod sign_in;
mod steps;

pub use call::{CallableTool, prepare_call};
pub use drift::find_drift;
pub use locate::{LocatedTool, locate, view_tools};
pub use refusal::{ToolRefusal, Unresolved};
pub use resolve::{ResolvedServer, kind_of, resolve};
pub use sign_in::{keep_grant, oauth_server, seal, unseal};
