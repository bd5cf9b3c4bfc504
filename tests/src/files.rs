//! Files for journeys, and where the preview's parts are.

use mottaget_client::PreviewConfig;
use mottaget_preview::{Limits, places};
use std::path::{Path, PathBuf};

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: PathBuf) -> Vec<u8> {
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// One of the files beside these tests.
pub fn fixture(name: &str) -> Vec<u8> {
    read(package().join("fixtures").join(name))
}

/// A PDF that opens only with a password.
pub fn encrypted_pdf() -> Vec<u8> {
    read(package().join("../crates/preview/tests/fixtures/encrypted-aes-256.pdf"))
}

/// A PDF of exactly this many bytes, as far as its beginning tells.
pub fn pdf_of_size(bytes: usize) -> Vec<u8> {
    let mut pdf = fixture("svar.pdf");
    pdf.resize(bytes, b' ');
    pdf
}

/// The preview's parts: named by the environment, or where a plain build puts them.
pub fn preview() -> PreviewConfig {
    let worker = std::env::var_os(places::WORKER_VARIABLE).map_or_else(
        || std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("mottaget-preview"),
        PathBuf::from,
    );
    let pdfium = std::env::var_os(places::PDFIUM_VARIABLE).map_or_else(
        || {
            let platform = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
            package().join("../vendor/pdfium").join(platform).join(places::pdfium_file_name())
        },
        PathBuf::from,
    );
    for part in [&worker, &pdfium] {
        assert!(
            part.is_file(),
            "{} is missing: run `cargo xtask test`, or build mottaget-preview first",
            part.display()
        );
    }
    PreviewConfig { worker, pdfium, limits: Limits::default() }
}
