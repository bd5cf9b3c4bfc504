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

/// A PDF with these words, a page each; an empty one is a page on which only a line is drawn.
pub fn letter(pages: &[&str]) -> Vec<u8> {
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        Vec::new(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    let mut kids = String::new();
    for words in pages {
        let latin =
            |line: &str| -> Vec<u8> { line.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect() };
        let mut content = b"BT /F1 12 Tf 16 TL 40 700 Td ".to_vec();
        for line in words.lines() {
            content.extend([b"(".as_slice(), &latin(line), b") Tj T* "].concat());
        }
        content.extend(b"ET 40 600 100 2 re f");
        let page = objects.len() + 1;
        kids += &format!("{page} 0 R ");
        let about = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
            page + 1
        );
        objects.push(about.into_bytes());
        let head = format!("<< /Length {} >>\nstream\n", content.len());
        objects.push([head.as_bytes(), &content, b"\nendstream"].concat());
    }
    objects[1] = format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len()).into_bytes();
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = String::new();
    for (n, object) in objects.iter().enumerate() {
        places += &format!("{:010} 00000 n \n", out.len());
        out.extend([format!("{} 0 obj\n", n + 1).as_bytes(), object, b"\nendobj\n"].concat());
    }
    let (table, size) = (out.len(), objects.len() + 1);
    out.extend(
        format!("xref\n0 {size}\n0000000000 65535 f \n{places}trailer\n<< /Size {size} /Root 1 0 R >>\n").bytes(),
    );
    out.extend(format!("startxref\n{table}\n%%EOF\n").bytes());
    out
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
