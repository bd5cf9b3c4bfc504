//! The program as a person at a shell uses it: exit codes, sentences, pixels.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)]

mod common;

use common::*;
use image::{DynamicImage, ImageBuffer, ImageFormat, Luma, LumaA, Rgb, RgbImage, Rgba};
use std::process::Command;

#[test]
fn what_cannot_be_shown_gets_its_exit_code_and_a_sentence() {
    for (what, bytes, exit_code, verdict) in unshowable() {
        let output = run(&["render"], &bytes);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(exit_code), "render, {what}: {said}");
        assert!(said.ends_with(".\n") && said.lines().count() == 1, "render, {what}: {said:?}");
        assert!(output.stdout.is_empty(), "render, {what}");

        let output = run(&["inspect"], &bytes);
        assert_eq!(output.status.code(), Some(exit_code), "inspect, {what}");
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect(what);
        assert_eq!(json["verdict"], verdict, "inspect, {what}");
        assert_eq!(output.stdout.iter().filter(|b| **b == b'\n').count(), 1, "one line, {what}");
    }
}

#[test]
fn text_gives_the_words_of_every_page_or_says_that_there_are_none() {
    let letter = pdf(200, 100, &[&written(&["Hej Åsa"]), RED_SQUARE, &written(&["Hälsar Örjan"])]);
    let output = run(&["text"], &letter);
    assert!(output.status.success());
    let pages = String::from_utf8(output.stdout).unwrap();
    assert_eq!(pages.split('\u{c}').map(str::trim).collect::<Vec<_>>(), ["Hej Åsa", "", "Hälsar Örjan"]);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "No words could be read on page 2.\n");
    for (what, bytes, exit_code, _) in unshowable() {
        let output = run(&["text"], &bytes);
        assert_eq!(output.status.code(), Some(exit_code), "text, {what}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "text, {what}");
    }
}

#[test]
fn inspect_tells_what_a_file_is() {
    let inspect = |bytes: &[u8]| -> serde_json::Value {
        let output = run(&["inspect"], bytes);
        assert!(output.status.success() && output.stderr.is_empty());
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let size = |w: f64, h: f64| serde_json::json!({"width": w, "height": h});
    let letter = inspect(&three_pages());
    let s = size(200.0, 100.0);
    let expected = serde_json::json!({"verdict": "shown", "kind": "pdf", "pages": 3, "unit": "points",
        "sizes": [s, s, s], "delaysMs": []});
    assert_eq!(letter, expected);

    let s = size(20.0, 10.0);
    let expected = serde_json::json!({"verdict": "shown", "kind": "gif", "pages": 3, "unit": "pixels",
        "sizes": [s, s, s], "delaysMs": [200, 50, 100]});
    assert_eq!(inspect(&animation()), expected);

    let turned = with_orientation(&jpeg(&red_corner()), 6);
    let expected = serde_json::json!({"verdict": "shown", "kind": "jpeg", "pages": 1, "unit": "pixels",
        "sizes": [size(40.0, 60.0)], "delaysMs": []});
    assert_eq!(inspect(&turned), expected);
    assert_eq!(inspect(&fixture("owner-password-only.pdf"))["verdict"], "shown");
}

#[test]
fn a_pdf_page_is_drawn_where_it_should_be_and_zooms() {
    let letter = pdf(200, 100, &[RED_SQUARE]);
    let page = rendered(&["--dpi", "72"], &letter);
    assert_eq!(page.dimensions(), (200, 100));
    // the square is 20 points from the left and 20 from both the lower and the upper edge
    for (x, y, colour) in
        [(25, 25, RED), (75, 75, RED), (15, 50, WHITE), (50, 15, WHITE), (50, 85, WHITE), (150, 50, WHITE)]
    {
        assert_near(&page, x, y, colour);
    }
    let zoomed = rendered(&["--dpi", "144"], &letter);
    assert_eq!(zoomed.dimensions(), (400, 200));
    assert_near(&zoomed, 150, 150, RED);
    assert_near(&zoomed, 170, 100, WHITE);
    assert_eq!(rendered(&[], &letter).dimensions(), (417, 208), "150 dpi unless told otherwise");
}

#[test]
fn swedish_letters_have_their_dots_and_rings() {
    let plain = rendered(&["--dpi", "72"], &pdf(200, 100, &[&text_page(b"aao")]));
    let swedish = rendered(&["--dpi", "72"], &pdf(200, 100, &[&text_page(b"\xe5\xe4\xf6")]));
    assert!(ink(&plain) > 100, "text is drawn although no font is embedded");
    // above small letters (40 points high, base line 60 from the top) there is nothing but rings and dots
    let above = |page: &RgbImage| ink(&image::imageops::crop_imm(page, 0, 0, 200, 37).to_image());
    assert_eq!(above(&plain), 0);
    assert!(above(&swedish) > 20, "{}", above(&swedish));
}

#[test]
fn pages_are_counted_from_one_and_differ() {
    let letter = three_pages();
    let pages: Vec<usize> = ["1", "2", "3"].map(|n| ink(&rendered(&["--page", n, "--dpi", "72"], &letter))).to_vec();
    assert_eq!(pages, [1600, 3200, 4800]);
    for (arguments, said) in
        [(["--page", "4"], "There is no page 4: this document has 3 pages.\n"), (["--page", "0"], "error: ")]
    {
        let output = run(&[&["render"], &arguments[..]].concat(), &letter);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8(output.stderr).unwrap().starts_with(said));
    }
}

#[test]
fn a_wish_that_is_too_large_is_scaled_down() {
    let page = rendered(&["--dpi", "2400"], &pdf(2000, 1000, &[RED_SQUARE]));
    let (w, h) = page.dimensions();
    assert!(u64::from(w) * u64::from(h) <= 40_000_000 && w > 8_900, "{w} x {h}");
    assert_near(&page, w / 40, h - h / 20, RED);
}

#[test]
fn all_eight_orientations_come_out_upright() {
    let upright = red_corner();
    let stored = |o: u8| match o {
        // what a camera stores when it was held so that `o` undoes it
        1 => upright.clone(),
        2 => image::imageops::flip_horizontal(&upright),
        3 => image::imageops::rotate180(&upright),
        4 => image::imageops::flip_vertical(&upright),
        5 => image::imageops::rotate90(&image::imageops::flip_vertical(&upright)),
        6 => image::imageops::rotate270(&upright),
        7 => image::imageops::rotate270(&image::imageops::flip_vertical(&upright)),
        _ => image::imageops::rotate90(&upright),
    };
    for orientation in 1..=8 {
        let shown = rendered(&[], &with_orientation(&jpeg(&stored(orientation)), orientation));
        assert_eq!(shown.dimensions(), (60, 40), "orientation {orientation}");
        for (x, y, colour) in [(5, 5, RED), (24, 14, RED), (54, 5, WHITE), (5, 34, WHITE), (54, 34, WHITE)] {
            assert_near(&shown, x, y, colour);
        }
    }
}

#[test]
fn every_kind_of_png_comes_out_in_its_colours() {
    let deep: ImageBuffer<Rgb<u16>, _> = ImageBuffer::from_pixel(4, 4, Rgb([0xffff, 0x8000, 0]));
    let gray: ImageBuffer<Luma<u16>, _> = ImageBuffer::from_pixel(4, 4, Luma([0x4000]));
    let clear = ImageBuffer::from_pixel(4, 4, Rgba([0_u8, 0, 255, 0]));
    let half = ImageBuffer::from_pixel(4, 4, LumaA([0, 128]));
    let deep_half: ImageBuffer<Rgba<u16>, _> = ImageBuffer::from_pixel(4, 4, Rgba([0, 0, 0xffff, 0x8000]));
    let all: [(DynamicImage, [u8; 3]); 5] = [
        (deep.into(), [255, 128, 0]),
        (gray.into(), [64, 64, 64]),
        (clear.into(), [255, 255, 255]),
        (DynamicImage::ImageLumaA8(half), [127, 127, 127]),
        (deep_half.into(), [127, 127, 255]),
    ];
    for (image, colour) in all {
        let shown = rendered(&[], &encoded(&image, ImageFormat::Png));
        assert_eq!(shown.dimensions(), (4, 4));
        assert_near(&shown, 2, 2, Rgb(colour));
    }

    let mut palette = Vec::new();
    let mut encoder = png::Encoder::new(&mut palette, 8, 1);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_palette(vec![255, 0, 0, 0, 0, 255]);
    encoder.write_header().unwrap().write_image_data(&[0b0000_1111]).unwrap();
    let shown = rendered(&[], &palette);
    assert_near(&shown, 0, 0, RED);
    assert_near(&shown, 7, 0, Rgb([0, 0, 255]));
}

#[test]
fn gray_jpeg_and_animation_frames_are_shown() {
    let gray = DynamicImage::ImageLuma8(ImageBuffer::from_pixel(16, 16, Luma([90])));
    assert_near(&rendered(&[], &encoded(&gray, ImageFormat::Jpeg)), 8, 8, Rgb([90, 90, 90]));

    let film = animation();
    let blue = Rgb([0, 0, 255]);
    for (frame, left, right) in [("1", RED, RED), ("2", blue, RED), ("3", blue, RED)] {
        let shown = rendered(&["--page", frame], &film);
        assert_eq!(shown.dimensions(), (20, 10));
        assert_near(&shown, 3, 5, left);
        assert_near(&shown, 16, 5, right);
    }
}

#[test]
fn exactly_20_mb_is_not_too_large() {
    let mut picture = encoded(&red_corner().into(), ImageFormat::Png);
    picture.resize(20 * 1024 * 1024, 0);
    assert_near(&rendered(&[], &picture), 5, 5, RED);
}

#[test]
fn a_missing_library_is_said_and_pictures_do_not_need_it() {
    let call = |input: &[u8]| {
        let mut command = Command::new(worker());
        command.args(["render", "--pdfium", "/nowhere/libpdfium.so"]).env_clear();
        feed(command, input)
    };
    let output = call(&three_pages());
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "The PDF library can't be loaded from /nowhere/libpdfium.so.\n"
    );
    assert!(call(&jpeg(&red_corner())).status.success());
}

#[cfg(unix)]
#[test]
fn out_of_time_and_out_of_memory_are_answers() {
    let limited = |limit: &str, input: &[u8]| {
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(format!("ulimit -S {limit} && exec \"$0\" render")).arg(worker());
        command.env_clear().env("MOTTAGET_PDFIUM", pdfium());
        feed(command, input)
    };
    // 60 megapixels of one colour: small as a file, 180 MB as pixels
    let large = encoded(&DynamicImage::new_rgb8(10_000, 6_000), ImageFormat::Png);
    for (limit, input) in [("-t 1", endless_pdf()), ("-v 150000", large)] {
        let output = limited(limit, &input);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(14), "{limit}: {said}");
        assert_eq!(said, "Showing the file took too much time or memory.\n");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn nothing_is_written_to_disk() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, input) in
        [(["render"], three_pages()), (["render"], animation()), (["inspect"], jpeg(&red_corner()))]
    {
        let mut command = Command::new(worker());
        command.args(arguments).env_clear().env("MOTTAGET_PDFIUM", pdfium()).current_dir(folder.path());
        for name in ["HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
            command.env(name, folder.path());
        }
        assert!(feed(command, &input).status.success());
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
