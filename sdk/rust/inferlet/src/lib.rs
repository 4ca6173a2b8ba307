//! Programs that run inside a pie4j engine, next to the model.
//!
//! ```ignore
//! use inferlet::{stop_condition, Args, Result, Sampler, StopCondition};
//!
//! #[inferlet::main]
//! async fn main(mut args: Args) -> Result<()> {
//!     let prompt: String = args.value_from_str("--prompt")?;
//!     let mut context = inferlet::get_auto_model().create_context();
//!     context.fill_user(&prompt);
//!     let stop = stop_condition::max_len(64).or(context.eos());
//!     let answer = context.generate(Sampler::greedy(), stop).await;
//!     inferlet::print(&answer);
//!     Ok(())
//! }
//! ```
//!
//! [`Context`] is where to begin. Everything that waits is a future, and the program waits for all
//! that it started at once: forks that generate together share the engine's passes. What this crate
//! has no word for is in [`bindings`], the interface itself.

mod args;
mod cache;
mod chat;
#[cfg(feature = "constraints")]
mod constraint;
mod context;
mod drafter;
mod error;
pub mod future;
mod model;
mod queue;
pub mod runtime;
mod sampler;
mod sequence;
#[cfg(feature = "server")]
pub mod server;
mod services;
#[cfg(feature = "tools")]
pub mod stepwise;
pub mod stop_condition;
#[cfg(feature = "tools")]
pub mod tools;

/// The engine's interface, generated from its WIT.
#[allow(missing_docs, clippy::all)]
pub mod bindings {
    wit_bindgen::generate!({
        world: "inferlet",
        path: "../../../wit",
        pub_export_macro: true,
        default_bindings_module: "inferlet::bindings",
    });
}

pub use args::{Args, Given};
pub use bindings::pie4j::inferlet::types::ErrorCode;
#[cfg(feature = "constraints")]
pub use constraint::{Constrained, Constraint};
pub use context::{Contents, Context, Generation, Idle};
pub use drafter::Drafter;
pub use error::{Error, Result};
pub use inferlet_macros::main;
#[cfg(feature = "server")]
pub use inferlet_macros::server;
#[cfg(feature = "tools")]
pub use inferlet_macros::tool;
pub use model::{get_auto_model, get_model, models, Model, Tokenizer};
pub use queue::Queue;
pub use sampler::{Distribution, Sample, Sampler, Truncated};
pub use services::{
    broadcast, http_get, launch, log, print, receive, send, sleep, store_delete, store_get,
    store_set, subscribe, try_broadcast, try_store_set, Child, Subscription,
};
pub use stop_condition::StopCondition;
