//! Chance that can be had again: every deed has its own, made of the seed and the deed's number alone, so that what one deed
//! meets does not move the next.

/// Splitmix64: small, and good enough to mix people, cases and weather.
pub struct Chance(u64);

impl Chance {
    /// The chance of one deed.
    pub fn of(seed: u64, deed: u64) -> Self {
        let mut chance = Self(seed ^ deed.wrapping_mul(0xd134_2543_de82_ef95));
        chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `n`, which is not zero.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// True so many times of a hundred.
    pub fn percent(&mut self, times: u64) -> bool {
        self.below(100) < times
    }

    /// One of them, if there are any.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let place = self.below(from.len().max(1) as u64);
        from.get(place as usize).copied()
    }

    /// One of them, each as often as its weight says.
    pub fn weighted<T: Copy>(&mut self, from: &[(u64, T)]) -> T {
        let mut left = self.below(from.iter().map(|(weight, _)| weight).sum());
        for (weight, one) in from {
            if left < *weight {
                return *one;
            }
            left -= weight;
        }
        unreachable!("the weights are summed up above")
    }
}
