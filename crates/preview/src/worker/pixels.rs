//! Finished pixels: transparency to white paper, scaling down, and the PNG that leaves the worker.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbImage};
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
/// Each new pixel is the average of the area that it covers. That is smooth, and it needs a row or two of memory where a
/// filter with wider reach would need more than the picture itself.
pub fn to_width(image: Cow<'_, RgbImage>, width: u32) -> Cow<'_, RgbImage> {
    let (w, h) = image.dimensions();
    let (width, height) = shown_size(w.into(), h.into(), width.clamp(1, w.max(1)).into());
    if (width, height) == (w, h) || w == 0 || h == 0 {
        return image;
    }
    Cow::Owned(averaged(&image, width, height))
}

fn averaged(image: &RgbImage, width: u32, height: u32) -> RgbImage {
    let row_bytes = image.width() as usize * 3;
    let columns = spans(image.width(), width);
    let mut narrow = vec![[0.0_f32; 3]; width as usize];
    let mut narrowed = None;
    let mut out = Vec::with_capacity(width as usize * height as usize * 3);
    for rows in spans(image.height(), height) {
        let mut sums = vec![[0.0_f32; 3]; width as usize];
        for (y, weight) in (rows.first..).zip(&rows.weights) {
            // the last row of one span is often the first of the next
            if narrowed != Some(y) {
                let row = image.as_raw().get(y * row_bytes..(y + 1) * row_bytes).unwrap_or_default();
                narrow_row(row, &columns, &mut narrow);
                narrowed = Some(y);
            }
            for (sum, pixel) in sums.iter_mut().zip(&narrow) {
                add(sum, *pixel, *weight);
            }
        }
        // to the nearest; the weights of a span add up to one
        out.extend(sums.iter().flatten().map(|value| (value + 0.5) as u8));
    }
    RgbImage::from_raw(width, height, out).unwrap_or_default()
}

fn narrow_row(row: &[u8], columns: &[Span], out: &mut [[f32; 3]]) {
    for (column, sum) in columns.iter().zip(out) {
        *sum = [0.0; 3];
        let pixels = row.get(column.first * 3..).unwrap_or_default().chunks_exact(3);
        for (pixel, weight) in pixels.zip(&column.weights) {
            if let [r, g, b] = *pixel {
                add(sum, [r.into(), g.into(), b.into()], *weight);
            }
        }
    }
}

fn add(sum: &mut [f32; 3], pixel: [f32; 3], weight: f32) {
    for (total, value) in sum.iter_mut().zip(pixel) {
        *total += value * weight;
    }
}

/// The old pixels that a new one covers, and how much of it each of them is.
struct Span {
    first: usize,
    weights: Vec<f32>,
}

fn spans(from: u32, to: u32) -> Vec<Span> {
    let ratio = f64::from(from) / f64::from(to);
    (0..to)
        .map(|i| {
            let (start, end) = (f64::from(i) * ratio, (f64::from(i + 1) * ratio).min(from.into()));
            let (first, last) = (start.floor() as u32, end.ceil() as u32);
            let share = |p: u32| (end.min(f64::from(p + 1)) - start.max(p.into())).max(0.0) / (end - start);
            Span { first: first as usize, weights: (first..last).map(|p| share(p) as f32).collect() }
        })
        .collect()
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
    fn averages_are_exact() {
        let image = RgbImage::from_fn(3, 1, |x, _| Rgb([[0, 90, 180][x as usize]; 3]));
        assert_eq!(to_width(Cow::Borrowed(&image), 1).get_pixel(0, 0), &Rgb([90; 3]));
        // each of the two covers one and a half
        let two = averaged(&image, 2, 1);
        assert_eq!((two.get_pixel(0, 0), two.get_pixel(1, 0)), (&Rgb([30; 3]), &Rgb([150; 3])));
        for (w, h, to) in [(1000, 700, 999), (1000, 700, 333), (20_000, 3, 7), (5, 2000, 3)] {
            let white = RgbImage::from_pixel(w, h, Rgb([255; 3]));
            let small = to_width(Cow::Owned(white), to);
            assert_eq!(small.width(), to);
            assert!(small.pixels().all(|p| p == &Rgb([255; 3])), "{w} x {h} to {to}");
        }
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
