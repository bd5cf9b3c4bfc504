//! A sheet of pixels to draw on.

/// A colour: red, green, blue.
pub type Colour = [u8; 3];

/// A picture.
#[derive(Clone)]
pub struct Canvas {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    pixels: Vec<Colour>,
}

impl Canvas {
    /// A sheet in one colour.
    pub fn new(width: usize, height: usize, colour: Colour) -> Self {
        Self { width, height, pixels: vec![colour; width * height] }
    }

    /// The pixels of all rows from the top.
    pub fn rows(&self) -> impl Iterator<Item = &[Colour]> {
        self.pixels.chunks(self.width)
    }

    /// All pixels, row by row.
    pub fn pixels(&self) -> &[Colour] {
        &self.pixels
    }

    /// The pixel at a place; outside, the nearest one inside.
    pub fn at(&self, x: usize, y: usize) -> Colour {
        let (x, y) = (x.min(self.width - 1), y.min(self.height - 1));
        self.pixels.get(y * self.width + x).copied().unwrap_or_default()
    }

    fn set(&mut self, x: i32, y: i32, colour: Colour) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        if x < self.width
            && let Some(pixel) = self.pixels.get_mut(y * self.width + x)
        {
            *pixel = colour;
        }
    }

    /// Gives every pixel a new colour by its place and its old one.
    pub fn shade(&mut self, how: impl Fn(usize, usize, Colour) -> Colour) {
        let width = self.width;
        for (place, pixel) in self.pixels.iter_mut().enumerate() {
            *pixel = how(place % width, place / width, *pixel);
        }
    }

    /// A filled rectangle.
    pub fn rect(&mut self, x: i32, y: i32, width: i32, height: i32, colour: Colour) {
        for row in y..y + height {
            for column in x..x + width {
                self.set(column, row, colour);
            }
        }
    }

    /// A filled ellipse around a middle.
    pub fn ellipse(&mut self, x: i32, y: i32, rx: i32, ry: i32, colour: Colour) {
        for dy in -ry..=ry {
            for dx in -rx..=rx {
                if dx * dx * ry * ry + dy * dy * rx * rx <= rx * rx * ry * ry {
                    self.set(x + dx, y + dy, colour);
                }
            }
        }
    }

    /// A line with round ends.
    pub fn line(&mut self, from: (i32, i32), to: (i32, i32), thick: i32, colour: Colour) {
        let steps = (to.0 - from.0).abs().max((to.1 - from.1).abs()).max(1);
        for step in 0..=steps {
            let x = from.0 + (to.0 - from.0) * step / steps;
            let y = from.1 + (to.1 - from.1) * step / steps;
            self.ellipse(x, y, (thick / 2).max(1), (thick / 2).max(1), colour);
        }
    }

    /// Capital letters, digits and a few signs, `scale` pixels to a dot.
    pub fn text(&mut self, x: i32, y: i32, scale: i32, colour: Colour, text: &str) {
        let mut left = x;
        for sign in text.chars() {
            for (row, bits) in (0..).zip(glyph(sign)) {
                for column in 0..3 {
                    if bits & (4 >> column) != 0 {
                        self.rect(left + column * scale, y + row * scale, scale, scale, colour);
                    }
                }
            }
            left += 4 * scale;
        }
    }
}

/// Rows of three dots from the top; the first two rows are for rings and dots above letters.
fn glyph(sign: char) -> [u8; 7] {
    let [a, b, c, d, e] = match sign {
        'A' | 'Å' | 'Ä' => [2, 5, 7, 5, 5],
        'B' => [6, 5, 6, 5, 6],
        'C' => [3, 4, 4, 4, 3],
        'D' => [6, 5, 5, 5, 6],
        'E' => [7, 4, 6, 4, 7],
        'F' => [7, 4, 6, 4, 4],
        'G' => [3, 4, 5, 5, 3],
        'H' => [5, 5, 7, 5, 5],
        'I' => [7, 2, 2, 2, 7],
        'J' => [1, 1, 1, 5, 2],
        'K' => [5, 5, 6, 5, 5],
        'L' => [4, 4, 4, 4, 7],
        'M' => [5, 7, 7, 5, 5],
        'N' => [6, 5, 5, 5, 5],
        'O' | 'Ö' | '0' => [2, 5, 5, 5, 2],
        'P' => [6, 5, 6, 4, 4],
        'R' => [6, 5, 6, 5, 5],
        'S' | '5' => [3, 4, 2, 1, 6],
        'T' => [7, 2, 2, 2, 2],
        'U' => [5, 5, 5, 5, 7],
        'V' => [5, 5, 5, 5, 2],
        'X' => [5, 5, 2, 5, 5],
        'Y' => [5, 5, 2, 2, 2],
        'Z' => [7, 1, 2, 4, 7],
        '1' => [2, 6, 2, 2, 7],
        '2' => [6, 1, 2, 4, 7],
        '3' => [6, 1, 2, 1, 6],
        '4' => [5, 5, 7, 1, 1],
        '6' => [3, 4, 6, 5, 2],
        '7' => [7, 1, 2, 2, 2],
        '8' => [2, 5, 2, 5, 2],
        '9' => [2, 5, 3, 1, 6],
        '-' => [0, 0, 7, 0, 0],
        '/' => [1, 1, 2, 4, 4],
        '.' => [0, 0, 0, 0, 2],
        _ => [0, 0, 0, 0, 0],
    };
    let above = match sign {
        'Ä' | 'Ö' => 5,
        'Å' => 2,
        _ => 0,
    };
    [above, 0, a, b, c, d, e]
}
