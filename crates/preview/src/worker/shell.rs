//! The modes for a person at a shell: `render`, `inspect` and `text`.

use super::pdf::Renderer;
use super::{Opened, Trouble, open, pixels};
use mottaget_domain::attachment::{FileKind, sniff};
use mottaget_preview::DocumentInfo;
use mottaget_preview::limits::MAX_INPUT_BYTES;
use mottaget_preview::protocol::Size;
use serde::Serialize;
use std::io::{self, Read, Write};
use std::process::ExitCode;

const BROKEN_PIPE: u8 = 1;
const USAGE: u8 = 2;

/// One page as PNG; `page` counts from 1.
pub fn render(renderer: Result<&Renderer, &String>, page: u32, dpi: u32) -> ExitCode {
    let bytes = match read_input() {
        Ok(bytes) => bytes,
        Err(e) => return broken_pipe(&e),
    };
    let png = open(bytes, renderer).and_then(|mut document| {
        let image = document.page(page - 1, Size::Dpi(dpi))?;
        Ok(pixels::to_png(&image)?)
    });
    match png {
        Ok(png) => match io::stdout().write_all(&png) {
            Ok(()) => ExitCode::SUCCESS,
            Err(e) => broken_pipe(&e),
        },
        Err(trouble) => say(&trouble, page),
    }
}

/// What `inspect` prints.
#[derive(Serialize)]
struct Inspection {
    /// `shown`, or the code of the refusal.
    verdict: &'static str,
    #[serde(flatten)]
    document: Option<DocumentInfo>,
    /// For a document that can't be shown: what its first bytes are, if they are one of the four.
    #[serde(rename = "claims", skip_serializing_if = "Option::is_none")]
    claims: Option<FileKind>,
}

/// One line of JSON, with the same exit codes as `render`. It opens everything that `render` would.
pub fn inspect(renderer: Result<&Renderer, &String>) -> ExitCode {
    let bytes = match read_input() {
        Ok(bytes) => bytes,
        Err(e) => return broken_pipe(&e),
    };
    let claims = sniff(&bytes);
    let result = open(bytes, renderer).and_then(|mut document: Opened| document.info());
    let inspection = match &result {
        Ok(info) => Inspection { verdict: "shown", document: Some(info.clone()), claims: None },
        Err(Trouble::Refused(refusal)) => Inspection { verdict: refusal.code(), document: None, claims },
        Err(trouble) => return say(trouble, 1),
    };
    let printed = serde_json::to_string(&inspection).map_err(io::Error::other).and_then(|line| {
        let mut stdout = io::stdout();
        writeln!(stdout, "{line}")
    });
    match (printed, result) {
        (Err(e), _) => broken_pipe(&e),
        (Ok(()), Ok(_)) => ExitCode::SUCCESS,
        (Ok(()), Err(trouble)) => say(&trouble, 1),
    }
}

/// What the file says, page by page, with a form feed between two pages as `pdftotext` has it. A picture, and a PDF
/// without any words, is told by a sentence on standard error: nothing to read is not the same as nothing to find.
pub fn text(renderer: Result<&Renderer, &String>) -> ExitCode {
    let bytes = match read_input() {
        Ok(bytes) => bytes,
        Err(e) => return broken_pipe(&e),
    };
    let read = open(bytes, renderer).and_then(|mut document| {
        let pages = document.info()?.pages;
        (0..pages).map(|page| document.text(page)).collect::<Result<Vec<_>, _>>()
    });
    let pages = match read {
        Ok(pages) => pages,
        Err(trouble) => return say(&trouble, 1),
    };
    let wordless: Vec<String> =
        (1..).zip(&pages).filter(|(_, page)| page.wordless).map(|(n, _): (usize, _)| n.to_string()).collect();
    let texts: Vec<&str> = pages.iter().map(|page| page.text.as_str()).collect();
    match io::stdout().write_all(texts.join("\u{c}").as_bytes()) {
        Ok(()) if wordless.is_empty() => ExitCode::SUCCESS,
        Ok(()) => {
            // if standard error is closed, there is nobody to tell
            let _ = writeln!(io::stderr(), "No words could be read on page {}.", wordless.join(", "));
            ExitCode::SUCCESS
        }
        Err(e) => broken_pipe(&e),
    }
}

/// All of standard input, but never more than one byte too many.
fn read_input() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_INPUT_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn say(trouble: &Trouble, page: u32) -> ExitCode {
    let mut stderr = io::stderr();
    let (code, told) = match trouble {
        Trouble::Refused(refusal) => (refusal.exit_code(), writeln!(stderr, "{}", refusal.sentence())),
        Trouble::NoSuchPage(1) => (USAGE, writeln!(stderr, "There is no page {page}: this document has one page.")),
        Trouble::NoSuchPage(n) => (USAGE, writeln!(stderr, "There is no page {page}: this document has {n} pages.")),
        Trouble::NoRenderer(why) => (USAGE, writeln!(stderr, "{why}")),
    };
    // if standard error is closed, the exit code still tells
    let _ = told;
    ExitCode::from(code)
}

fn broken_pipe(error: &io::Error) -> ExitCode {
    let _ = writeln!(io::stderr(), "Standard input or output failed: {error}.");
    ExitCode::from(BROKEN_PIPE)
}
