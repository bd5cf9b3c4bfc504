//! PDF through pdfium: pages are rendered when asked for, at the size asked for.

use super::Trouble;
use image::RgbImage;
use mottaget_domain::attachment::FileKind;
use mottaget_preview::limits::{MAX_PAGES, MAX_SIDE, shown_size};
use mottaget_preview::protocol::Size;
use mottaget_preview::verdict::Refusal;
use mottaget_preview::{DocumentInfo, PageSize, Unit};
use pdfium_render::prelude::{
    PdfBitmap, PdfBitmapFormat, PdfDocument, PdfRenderConfig, Pdfium, PdfiumError, PdfiumInternalError,
};
use std::path::Path;

const POINTS_PER_INCH: f64 = 72.0;
/// How far from the end the end marker may stand: ISO 32000-1, annex H.3.4.4.
const END_MARKER_WITHIN: usize = 1024;

/// The loaded library.
pub struct Renderer {
    pdfium: Pdfium,
}

impl Renderer {
    /// Loads the library; on failure, one sentence.
    pub fn load(path: &Path) -> Result<Self, String> {
        match Pdfium::bind_to_library(path) {
            Ok(bindings) => Ok(Self { pdfium: Pdfium::new(bindings) }),
            Err(_) => Err(format!("The PDF library can't be loaded from {}.", path.display())),
        }
    }

    /// Understands a document.
    pub fn open(&self, bytes: Vec<u8>) -> Result<Pages<'_>, Trouble> {
        let complete = has_end_marker(&bytes);
        let document = self.pdfium.load_pdf_from_byte_vec(bytes, None).map_err(|e| refusal(&e))?;
        if !complete {
            // pdfium would mend it silently and show what is left; what is sent must be whole
            return Err(Refusal::Damaged.into());
        }
        match u32::try_from(document.pages().len()) {
            Ok(1..=MAX_PAGES) => Ok(Pages { document }),
            Ok(0) | Err(_) => Err(Refusal::Damaged.into()),
            Ok(_) => Err(Refusal::TooLarge.into()),
        }
    }
}

/// An opened document.
pub struct Pages<'r> {
    document: PdfDocument<'r>,
}

impl Pages<'_> {
    /// What it is. No page is loaded for it: loading a page reads all of its content, which may take for ever.
    pub fn info(&self) -> Result<DocumentInfo, Trouble> {
        let pages = self.document.pages();
        let sizes = pages.as_range().map(|i| self.size(i)).collect::<Result<Vec<_>, _>>()?;
        Ok(DocumentInfo {
            kind: FileKind::Pdf,
            pages: sizes.len() as u32,
            unit: Unit::Points,
            sizes,
            delays_ms: Vec::new(),
        })
    }

    /// One page on white, with what was filled into its form and noted on it.
    pub fn page(&self, index: u32, size: Size) -> Result<RgbImage, Trouble> {
        let pages = self.document.pages();
        let number = i32::try_from(index).unwrap_or(i32::MAX);
        if number >= pages.len() {
            return Err(Trouble::NoSuchPage(pages.len() as u32));
        }
        let points = self.size(number)?;
        let (width, height) = (f64::from(points.width), f64::from(points.height));
        let wanted = match size {
            Size::Width(pixels) => f64::from(pixels),
            Size::Dpi(dpi) => width / POINTS_PER_INCH * f64::from(dpi),
        };
        let (width, height) = shown_size(width, height, wanted);
        let page = pages.get(number).map_err(|e| refusal(&e))?;
        let (w, h) = (width as i32, height as i32);
        // no memory for the bitmap is the only way in which this can fail
        let mut bitmap = PdfBitmap::empty(w, h, PdfBitmapFormat::BGR).map_err(|_| Refusal::TimeOrMemory)?;
        let config = PdfRenderConfig::new().set_fixed_size(w, h).set_format(PdfBitmapFormat::BGR);
        page.render_into_bitmap_with_config(&mut bitmap, &config).map_err(|e| refusal(&e))?;
        let rgb = without_padding(bitmap.as_raw_bytes(), width as usize * 3, height as usize);
        Ok(RgbImage::from_raw(width, height, rgb).ok_or(Refusal::Damaged)?)
    }

    fn size(&self, number: i32) -> Result<PageSize, Refusal> {
        let size = self.document.pages().page_size(number).map_err(|e| refusal(&e))?;
        let (width, height) = (size.width().value, size.height().value);
        if !(width > 0.0 && height > 0.0) {
            return Err(Refusal::Damaged);
        }
        if width > MAX_SIDE as f32 || height > MAX_SIDE as f32 {
            return Err(Refusal::TooLarge);
        }
        Ok(PageSize { width, height })
    }
}

/// The library starts each row at a multiple of four bytes; nobody else does.
fn without_padding(mut bytes: Vec<u8>, row: usize, rows: usize) -> Vec<u8> {
    let stride = bytes.len() / rows.max(1);
    if stride > row {
        for n in 1..rows {
            bytes.copy_within(n * stride..n * stride + row, n * row);
        }
    }
    bytes.truncate(row * rows);
    bytes
}

fn has_end_marker(bytes: &[u8]) -> bool {
    let padding = bytes.iter().rev().take_while(|b| b.is_ascii_whitespace() || **b == 0).count();
    let bytes = bytes.get(..bytes.len() - padding).unwrap_or_default();
    let tail = bytes.get(bytes.len().saturating_sub(END_MARKER_WITHIN)..).unwrap_or_default();
    tail.windows(5).any(|w| w == b"%%EOF")
}

fn refusal(error: &PdfiumError) -> Refusal {
    match error {
        PdfiumError::PdfiumLibraryInternalError(
            PdfiumInternalError::PasswordError | PdfiumInternalError::SecurityError,
        ) => Refusal::NeedsPassword,
        _ => Refusal::Damaged,
    }
}
