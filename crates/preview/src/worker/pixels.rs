//! Finished pixels: transparency to white paper, scaling down, and the PNG that leaves the worker.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbImage, imageops};
use mottaget_preview::limits::shown_size;
use mottaget_preview::verdict::Refusal;
use std::borrow::Cow;

/// Blends red, green, blue, alpha onto white.
pub fn onto_white(rgba: &[u8]) -> Vec<u8> {
    let mut rgb = Vec::with_capacity(rgba.len() / 4 * 3);
    for pixel in rgba.chunks_exact(4) {
        if let [r, g, b, a] = *pixel {
            rgb.extend_from_slice(&[over_white(r, a), over_white(g, a), over_white(b, a)]);
        }
    }
    rgb
}

/// One channel blended onto white by its alpha.
pub fn over_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u32::from(value), u32::from(alpha));
    ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

/// Scales down to at most `width` pixels of width and to what may be shown at all; never up.
///
/// First whole blocks are averaged until less than three times too large, then a smooth filter does the rest: nearly as good
/// as the filter alone, and many times faster on a camera's picture.
pub fn to_width(image: Cow<'_, RgbImage>, width: u32) -> Cow<'_, RgbImage> {
    let (w, h) = image.dimensions();
    let (width, height) = shown_size(w.into(), h.into(), width.clamp(1, w.max(1)).into());
    if (width, height) == (w, h) || w == 0 || h == 0 {
        return image;
    }
    let block = (w / width).min(h / height) / 2;
    let image = if block > 1 { Cow::Owned(average_blocks(&image, block as usize)) } else { image };
    Cow::Owned(imageops::resize(&*image, width, height, imageops::FilterType::CatmullRom))
}

fn average_blocks(image: &RgbImage, block: usize) -> RgbImage {
    let row_bytes = image.width() as usize * 3;
    let (width, height) = (image.width().div_ceil(block as u32), image.height().div_ceil(block as u32));
    let mut out = Vec::with_capacity(width as usize * height as usize * 3);
    let mut sums = vec![[0_u32; 3]; width as usize];
    for rows in image.as_raw().chunks(row_bytes * block) {
        sums.fill([0; 3]);
        for row in rows.chunks_exact(row_bytes) {
            for (pixels, sum) in row.chunks(block * 3).zip(&mut sums) {
                for pixel in pixels.chunks_exact(3) {
                    for (total, value) in sum.iter_mut().zip(pixel) {
                        *total += u32::from(*value);
                    }
                }
            }
        }
        let rows = rows.len() / row_bytes;
        for (column, sum) in sums.iter().enumerate() {
            let columns = block.min(image.width() as usize - column * block);
            let count = (rows * columns) as u32;
            out.extend(sum.map(|total| ((total + count / 2) / count.max(1)) as u8));
        }
    }
    RgbImage::from_raw(width, height, out).unwrap_or_else(|| image.clone())
}

/// RGB, 8 bits. Encoding is most of the time that a page takes: the fast compression, and the filter that was fastest on
/// letters (a third less time than choosing the best filter for each row, for an eighth more bytes).
pub fn to_png(image: &RgbImage) -> Result<Vec<u8>, Refusal> {
    let mut png = Vec::with_capacity(image.as_raw().len() / 8);
    PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::Up)
        .write_image(image.as_raw(), image.width(), image.height(), ExtendedColorType::Rgb8)
        .map_err(|_| Refusal::TimeOrMemory)?;
    Ok(png)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn scaling_down_keeps_places_and_colours() {
        // left half red, right half blue, odd sizes so that the last block is a partial one
        let image = RgbImage::from_fn(4001, 2003, |x, _| if x < 2000 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) });
        let small = to_width(Cow::Owned(image), 100);
        assert_eq!(small.dimensions(), (100, 50));
        assert_eq!(small.get_pixel(10, 25), &Rgb([255, 0, 0]));
        assert_eq!(small.get_pixel(99, 49), &Rgb([0, 0, 255]));
        assert_eq!(small.get_pixel(45, 0), &Rgb([255, 0, 0]));
        assert_eq!(small.get_pixel(54, 0), &Rgb([0, 0, 255]));
    }

    #[test]
    fn nothing_is_enlarged() {
        let image = RgbImage::new(30, 20);
        assert_eq!(to_width(Cow::Borrowed(&image), 900).dimensions(), (30, 20));
        assert_eq!(to_width(Cow::Borrowed(&image), 15).dimensions(), (15, 10));
        assert_eq!(to_width(Cow::Owned(image), 1).dimensions(), (1, 1));
    }

    #[test]
    fn transparent_is_paper_white() {
        assert_eq!(
            onto_white(&[9, 9, 9, 0, 10, 20, 30, 255, 0, 0, 0, 128]),
            [255, 255, 255, 10, 20, 30, 127, 127, 127]
        );
    }
}
