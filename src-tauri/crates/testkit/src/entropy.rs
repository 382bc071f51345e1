//! Randomness that is the same in every run.

use crate::Fuse;
use domain::ports::Entropy;
use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers from a seed (SplitMix64): all different, none secret.
pub struct SeededEntropy {
    state: AtomicU64,
    fuse: Fuse,
}

impl SeededEntropy {
    /// The same seed gives the same numbers.
    pub fn new(seed: u64) -> Self {
        Self { state: AtomicU64::new(seed.wrapping_mul(0xd134_2543_de82_ef95)), fuse: Fuse::none() }
    }

    /// Touches `fuse` at each fill.
    pub fn with_fuse(self, fuse: Fuse) -> Self {
        Self { fuse, ..self }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.fuse.touch();
        for chunk in bytes.chunks_mut(8) {
            let mut z = self.state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(entropy: &SeededEntropy) -> [u8; 20] {
        let mut bytes = [0; 20];
        entropy.fill(&mut bytes);
        bytes
    }

    #[test]
    fn a_seed_decides_everything() {
        let (one, same, other) = (SeededEntropy::new(1), SeededEntropy::new(1), SeededEntropy::new(2));
        let first = draw(&one);
        assert_eq!(first, draw(&same));
        assert_ne!(first, draw(&one));
        assert_ne!(first, draw(&other));
    }
}
