//! A still image: decoded once when it is opened, kept no larger than it can be shown.

use super::Trouble;
use super::pixels::to_width;
use image::RgbImage;
use mottaget_domain::attachment::FileKind;
use mottaget_preview::{DocumentInfo, PageSize, Unit};
use std::borrow::Cow;

/// One image, upright.
pub struct Still {
    kind: FileKind,
    size: PageSize,
    image: RgbImage,
}

impl Still {
    /// From all its pixels, upright.
    pub fn new(kind: FileKind, image: RgbImage) -> Self {
        let size = PageSize { width: image.width() as f32, height: image.height() as f32 };
        let width = image.width();
        Self { kind, size, image: to_width(Cow::Owned(image), width).into_owned() }
    }

    /// What it is.
    pub fn info(&self) -> DocumentInfo {
        DocumentInfo { kind: self.kind, pages: 1, unit: Unit::Pixels, sizes: vec![self.size], delays_ms: Vec::new() }
    }

    /// The only page.
    pub fn page(&self, index: u32, width: u32) -> Result<Cow<'_, RgbImage>, Trouble> {
        if index > 0 {
            return Err(Trouble::NoSuchPage(1));
        }
        Ok(to_width(Cow::Borrowed(&self.image), width))
    }
}
