//! Choices that look free and are the same every time.

/// A small generator (SplitMix64) that starts from what was asked.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// Dice for one item of a request: equal arguments give equal rolls, in every release.
    pub(super) fn for_item(prompt: &str, seed: u64, index: u32) -> Self {
        let mut dice = Self(hash(prompt) ^ seed.rotate_left(17) ^ u64::from(index).rotate_left(40));
        dice.next();
        dice
    }

    /// A number below `most`, which is at least 1.
    pub(super) fn roll(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % most.max(1) as u64).unwrap_or_default()
    }

    /// A number from `low`, included, to `high`, excluded.
    pub(super) fn roll_between(&mut self, low: f32, high: f32) -> f32 {
        let unit = (self.next() >> 40) as f32 / (1_u64 << 24) as f32;
        low + (high - low) * unit
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// FNV-1a: stable over releases, which the standard library's hashes are not.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
