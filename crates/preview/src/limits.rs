//! How much of anything a stranger's file may cost us; checked before decoding, by parent and worker alike.

use std::time::Duration;

/// Largest input, in bytes (R92).
pub const MAX_INPUT_BYTES: usize = mottaget_domain::attachment::MAX_BYTES as usize;

/// Largest width or height: pixels of an image, points of a PDF page (the PDF format itself stops at 14 400 points).
pub const MAX_SIDE: u32 = 20_000;

/// Most pixels that an image may have.
pub const MAX_IMAGE_PIXELS: u64 = 100_000_000;

/// Most pixels that a shown page may have; a larger request is scaled down to it.
pub const MAX_OUTPUT_PIXELS: u64 = 40_000_000;

/// Most pages of a PDF.
pub const MAX_PAGES: u32 = 10_000;

/// Most characters of one page that are given out as text; a page with more is no letter.
pub const MAX_PAGE_CHARACTERS: usize = 1_000_000;

/// Most frames of an animation.
pub const MAX_FRAMES: u32 = 2_000;

/// Most pixels of an animation's canvas: playing it takes several canvases at a time.
pub const MAX_CANVAS_PIXELS: u64 = 50_000_000;

/// Most pixels of all frames of an animation together.
pub const MAX_ANIMATION_PIXELS: u64 = 2_000_000_000;

/// Address space of the worker in bytes (Linux).
pub const WORKER_MEMORY_BYTES: u64 = 1024 * 1024 * 1024;

/// Processor time of the worker for one request, in seconds.
pub const WORKER_CPU_SECONDS: u64 = 15;

/// Wall time of a whole run from the shell, in seconds.
pub const SHELL_WALL_SECONDS: u32 = 15;

/// Is an image of this size within [`MAX_SIDE`] and [`MAX_IMAGE_PIXELS`]?
#[must_use]
pub fn image_fits(width: u32, height: u32) -> bool {
    width <= MAX_SIDE && height <= MAX_SIDE && u64::from(width) * u64::from(height) <= MAX_IMAGE_PIXELS
}

/// The size at which to show something of `width` × `height` (any unit) with `wanted` pixels of width: the height
/// follows, both are at least 1, and the result stays within [`MAX_SIDE`] and [`MAX_OUTPUT_PIXELS`].
#[must_use]
pub fn shown_size(width: f64, height: f64, wanted: f64) -> (u32, u32) {
    // a page thinner than a hair is as wide as a hair, so that nothing below divides by nothing
    let (width, height) = (width.max(HAIR), height.max(HAIR));
    let side = f64::from(MAX_SIDE);
    let scale =
        (wanted / width).min(side / width).min(side / height).min((MAX_OUTPUT_PIXELS as f64 / (width * height)).sqrt());
    let rounded = |length: f64| (length * scale).round().clamp(1.0, side) as u32;
    let (mut w, mut h) = (rounded(width), rounded(height));
    // rounding up at the very limit
    while u64::from(w) * u64::from(h) > MAX_OUTPUT_PIXELS {
        if w >= h { w -= 1 } else { h -= 1 }
    }
    (w, h)
}

const HAIR: f64 = 1e-3;

/// What the parent grants; the default is what staff get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Wall time for opening a document and for each page. A worker that needs longer is killed.
    pub request: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { request: Duration::from_secs(15) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn image_limits_hold_at_their_edges() {
        assert!(image_fits(10_000, 10_000));
        assert!(!image_fits(10_000, 10_001));
        assert!(image_fits(20_000, 5_000));
        assert!(!image_fits(20_001, 1));
        assert!(!image_fits(65_535, 65_535));
    }

    #[test]
    fn shown_size_keeps_the_shape_and_the_limit() {
        assert_eq!(shown_size(595.0, 842.0, 595.0), (595, 842));
        assert_eq!(shown_size(595.0, 842.0, 1190.0), (1190, 1684));
        for (w, h) in [(595.0, 842.0), (20_000.0, 20_000.0), (14_400.0, 3.0), (0.0, 0.0), (1.0, 20_000.0)] {
            for wanted in [1.0, 900.0, 20_000.0, 4e9] {
                let (sw, sh) = shown_size(w, h, wanted);
                assert!(sw >= 1 && sh >= 1 && sw <= MAX_SIDE && sh <= MAX_SIDE, "{w}x{h} at {wanted}: {sw}x{sh}");
                assert!(u64::from(sw) * u64::from(sh) <= MAX_OUTPUT_PIXELS, "{w}x{h} at {wanted}: {sw}x{sh}");
            }
        }
    }
}
