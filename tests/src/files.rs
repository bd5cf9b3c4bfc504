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

/// A PNG of eight by eight grey points, one for each of these bytes.
pub fn picture(points: [u8; 64]) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], bytes: &[u8]| {
        let body = [kind.as_slice(), bytes].concat();
        [&(bytes.len() as u32).to_be_bytes(), body.as_slice(), &crc32(&body).to_be_bytes()].concat()
    };
    // each row begins with its filter; one block that is stored as it is
    let rows: Vec<u8> = points.chunks(8).flat_map(|row| std::iter::once(0).chain(row.iter().copied())).collect();
    let length = rows.len() as u16;
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in &rows {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    let head = [&[0x78, 0x01, 0x01], length.to_le_bytes().as_slice(), &(!length).to_le_bytes()].concat();
    let packed = [head.as_slice(), &rows, &(b << 16 | a).to_be_bytes()].concat();
    let size = [8_u32.to_be_bytes(), 8_u32.to_be_bytes()].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &[size.as_slice(), &[8, 0, 0, 0, 0]].concat()),
        chunk(b"IDAT", &packed),
        chunk(b"IEND", &[]),
    ]
    .concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

/// Copies a folder as it lies there, with all that is in it.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let there = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &there);
        } else {
            std::fs::copy(entry.path(), there).unwrap();
        }
    }
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
