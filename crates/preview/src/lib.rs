//! The darkroom: untrusted bytes in, safe pixels out, in a process of its own.
//!
//! This library is the parent's side only. It starts the worker program `mottaget-preview`, speaks [`protocol`] with it
//! and gives finished PNG images back. Everything that parses a stranger's file is in the program (`src/worker/`), so the
//! app does not even contain a decoder that could be called by mistake.
//!
//! ```no_run
//! # async fn show(file: Vec<u8>) -> Result<(), mottaget_preview::PreviewError> {
//! use mottaget_preview::{Darkroom, PreviewConfig};
//! let darkroom = Darkroom::new(PreviewConfig::find()?);
//! let document = darkroom.open(file).await?;
//! for n in 0..document.info().pages {
//!     let _png = document.page(n, 900).await?;
//! }
//! # Ok(())
//! # }
//! ```
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)
)]

mod darkroom;
mod error;
mod process;

pub mod limits;
pub mod places;
pub mod protocol;
pub mod verdict;

pub use darkroom::{Darkroom, Document, PreviewConfig};
pub use error::PreviewError;
pub use limits::Limits;
pub use protocol::{DocumentInfo, PageSize, PageText, Unit};
