//! The pictures themselves.

use super::canvas::{Canvas, Colour};

const WHITE: Colour = [255, 255, 255];
const INK: Colour = [38, 50, 56];

fn clamp(value: i32) -> u8 {
    u8::try_from(value.clamp(0, 255)).unwrap_or(0)
}

/// Light from above left and a little grain, as in a photograph.
fn photograph(canvas: &mut Canvas) {
    let (width, height) = (canvas.width, canvas.height);
    canvas.shade(|x, y, colour| {
        let light = 14 - i32::try_from(28 * (x * height + y * width) / (2 * width * height)).unwrap_or(0);
        let grain = i32::try_from((x * 7919 + y * 104_729 + x * y * 31) % 9).unwrap_or(0) - 4;
        colour.map(|part| clamp(i32::from(part) + light + grain))
    });
}

/// A box of pills with a blister beside it on a table.
pub fn pill_box() -> Canvas {
    let mut c = Canvas::new(480, 360, [196, 164, 132]);
    for y in (0..360).step_by(45) {
        c.line((0, y + 6), (479, y), 2, [176, 142, 110]);
    }
    c.rect(58, 84, 250, 150, [120, 98, 78]);
    c.rect(48, 72, 250, 150, [244, 247, 248]);
    c.rect(48, 72, 250, 34, [20, 110, 130]);
    c.rect(48, 196, 250, 26, [238, 170, 60]);
    c.text(62, 76, 4, WHITE, "METOPROLOL");
    c.text(62, 112, 3, INK, "DEPOTTABLETT");
    c.text(62, 146, 5, [20, 110, 130], "50 MG");
    c.text(200, 152, 3, INK, "100 ST");
    c.text(62, 196, 3, INK, "ÖVNINGSMATERIAL");
    c.rect(210, 232, 230, 104, [148, 152, 158]);
    c.rect(204, 226, 230, 104, [206, 211, 216]);
    for row in 0..2 {
        for column in 0..5 {
            let (x, y) = (230 + column * 44, 252 + row * 52);
            c.ellipse(x, y, 16, 16, [168, 174, 180]);
            if (row, column) != (1, 4) && (row, column) != (1, 3) {
                c.ellipse(x, y, 12, 12, [250, 250, 246]);
                c.line((x - 8, y), (x + 8, y), 2, [214, 214, 206]);
            }
        }
    }
    photograph(&mut c);
    c
}

/// A pill organiser for a week.
pub fn organiser() -> Canvas {
    let mut c = Canvas::new(420, 220, [236, 242, 240]);
    c.rect(20, 30, 380, 160, [58, 124, 165]);
    let days = ["MÅN", "TIS", "ONS", "TOR", "FRE", "LÖR", "SÖN"];
    for (place, day) in (0..).zip(days) {
        let x = 30 + place * 53;
        c.rect(x, 66, 44, 112, [214, 232, 242]);
        c.text(x + 4, 38, 3, WHITE, day);
        for meal in 0..3 {
            let y = 84 + meal * 36;
            c.line((x + 4, y + 18), (x + 40, y + 18), 2, [160, 190, 210]);
            if place > 2 || (place == 2 && meal > 0) {
                c.ellipse(x + 14, y, 7, 7, [250, 250, 250]);
                if meal != 1 {
                    c.ellipse(x + 31, y, 8, 5, [226, 110, 90]);
                }
            }
        }
    }
    c
}

/// A forearm with red spots.
pub fn rash() -> Canvas {
    let mut c = Canvas::new(480, 320, [92, 122, 132]);
    for x in -40..520 {
        let middle = 165 + x / 14;
        let half = 92 - x / 11;
        c.rect(x, middle - half, 1, 2 * half, [226, 180, 152]);
        c.rect(x, middle + half - 22, 1, 22, [204, 154, 126]);
        c.rect(x, middle - half, 1, 10, [238, 200, 176]);
    }
    let spots = [
        (120, 150, 17),
        (150, 182, 12),
        (176, 140, 20),
        (214, 176, 15),
        (236, 138, 10),
        (258, 190, 18),
        (292, 156, 22),
        (330, 186, 12),
        (196, 206, 9),
        (142, 120, 8),
        (318, 138, 9),
        (276, 216, 8),
        (98, 182, 9),
        (352, 160, 7),
    ];
    for (x, y, size) in spots {
        c.ellipse(x, y, size + 5, size + 3, [222, 150, 128]);
        c.ellipse(x, y, size, size - 2, [204, 92, 82]);
        c.ellipse(x - 2, y - 2, size / 2, size / 2, [186, 66, 62]);
    }
    photograph(&mut c);
    c
}

/// Two weeks of blood pressure, as an app at home draws it.
pub fn blood_pressure() -> Canvas {
    let mut c = Canvas::new(480, 300, WHITE);
    c.text(20, 6, 4, INK, "BLODTRYCK");
    c.text(300, 12, 3, [198, 40, 40], "ÖVRE");
    c.text(380, 12, 3, [21, 101, 192], "UNDRE");
    let height = |pressure: i32| 270 - (pressure - 60) * 2;
    for pressure in [60, 80, 100, 120, 140, 160] {
        c.line((56, height(pressure)), (464, height(pressure)), 1, [222, 226, 230]);
        c.text(14, height(pressure) - 12, 3, INK, &pressure.to_string());
    }
    c.line((56, height(140)), (464, height(140)), 3, [255, 179, 0]);
    let upper = [158, 152, 160, 149, 155, 147, 151, 144, 148, 141, 145, 138, 142, 136];
    let lower = [96, 92, 98, 90, 94, 89, 91, 88, 90, 86, 88, 84, 86, 82];
    for (line, colour) in [(upper, [198, 40, 40]), (lower, [21, 101, 192])] {
        let points: Vec<(i32, i32)> = (0..).zip(line).map(|(day, value)| (70 + day * 29, height(value))).collect();
        for (from, to) in points.iter().zip(points.iter().skip(1)) {
            c.line(*from, *to, 3, colour);
        }
        for (x, y) in points {
            c.ellipse(x, y, 5, 5, colour);
        }
    }
    c
}

/// A body, its right arm lifted by `angle` steps of the eight.
fn body(angle: usize) -> Canvas {
    let mut c = Canvas::new(200, 240, WHITE);
    c.ellipse(100, 48, 22, 24, [230, 190, 160]);
    c.line((100, 74), (100, 150), 26, [64, 132, 170]);
    c.line((92, 160), (84, 226), 14, INK);
    c.line((108, 160), (116, 226), 14, INK);
    c.line((88, 88), (70, 146), 11, [230, 190, 160]);
    let hands = [(132, 146), (150, 132), (166, 110), (172, 86), (166, 60), (152, 40), (136, 26)];
    let hand = hands.get(angle.min(6)).copied().unwrap_or((132, 146));
    c.line((112, 88), hand, 11, [230, 190, 160]);
    c.ellipse(112, 88, 8, 8, [64, 132, 170]);
    c
}

/// Lifting the arm to the side and lowering it again.
pub fn exercise() -> Vec<Canvas> {
    [0, 1, 2, 4, 6, 4, 2, 1].into_iter().map(body).collect()
}

/// The shoulder is marked.
pub fn where_it_hurts() -> Canvas {
    let mut c = body(0);
    for ring in [22, 14, 6] {
        c.ellipse(112, 88, ring, ring, if ring == 14 { WHITE } else { [214, 40, 40] });
    }
    c.text(128, 54, 3, [214, 40, 40], "HÄR");
    c
}
