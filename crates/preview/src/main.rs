//! `mottaget-preview`: bytes in on standard input, pixels out on standard output. It opens no file but the PDF library.
//!
//! Exit codes: 0 shown; 2 called wrongly (also: no such page, no PDF library); 10 not one of the four types; 11 damaged;
//! 12 needs a password; 13 too large; 14 out of time or memory; 1 a pipe broke; 70 a fault of our own while serving.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)
)]

mod worker;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use worker::confine::Duty;
use worker::pdf::Renderer;
use worker::{confine, serve, shell};

#[global_allocator]
static MEMORY: worker::memory::ExitWhenFull = worker::memory::ExitWhenFull;

/// Shows PDF, GIF, JPEG and PNG files as pixels, in a process that can be lost.
#[derive(Parser)]
#[command(name = "mottaget-preview", version)]
struct Call {
    /// The PDF library [default: MOTTAGET_PDFIUM, else beside this program, else ../lib/Mottaget/]
    #[arg(long, global = true, value_name = "PATH")]
    pdfium: Option<PathBuf>,
    #[command(subcommand)]
    mode: Mode,
}

#[derive(Subcommand)]
enum Mode {
    /// File on standard input, one page as PNG on standard output
    Render {
        /// Page (or frame of an animation), counted from 1
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        page: u32,
        /// Pixels per inch, for a PDF
        #[arg(long, default_value_t = 150, value_parser = clap::value_parser!(u32).range(1..=2400))]
        dpi: u32,
    },
    /// File on standard input, one line of JSON on standard output
    Inspect,
    /// File on standard input, its words on standard output, a form feed between two pages
    Text,
    /// Answers the app on standard input and output
    Serve,
}

fn main() -> ExitCode {
    let call = Call::parse();
    let duty = match call.mode {
        Mode::Serve => Duty::Serve,
        Mode::Render { .. } | Mode::Inspect | Mode::Text => Duty::Shell,
    };
    // This order is the wall: load, confine, and only then the first byte of input.
    let renderer = Renderer::load(&call.pdfium.unwrap_or_else(mottaget_preview::places::pdfium));
    confine::confine(duty);
    match call.mode {
        Mode::Render { page, dpi } => shell::render(renderer.as_ref(), page, dpi),
        Mode::Inspect => shell::inspect(renderer.as_ref()),
        Mode::Text => shell::text(renderer.as_ref()),
        Mode::Serve => serve::serve(renderer.as_ref()),
    }
}
