//! A small generator of pseudo-random numbers (SplitMix64): the same cases at every run.

use uuid::Uuid;

pub struct Dice(u64);

impl Dice {
    /// Another row of numbers for each seed.
    pub fn seeded(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(1177))
    }

    /// 0 and up to, but without, `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }

    /// A number in 0..1.
    pub fn share(&mut self) -> f64 {
        self.roll(1 << 30) as f64 / f64::from(1 << 30)
    }

    pub fn happens(&mut self, share_of_times: f64) -> bool {
        self.share() < share_of_times
    }

    pub fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }

    /// One of these; that of rank r comes about 1/r as often as the first (Zipf).
    pub fn ranked<'a>(&mut self, words: &'a [String]) -> &'a str {
        let rank = ((words.len() as f64 + 1.0).powf(self.share()) - 1.0) as usize;
        &words[rank.min(words.len() - 1)]
    }

    pub fn uuid(&mut self) -> Uuid {
        let mut half = || (self.roll(1 << 32) as u128) << 32 | self.roll(1 << 32) as u128;
        Uuid::from_u128(half() << 64 | half())
    }
}
