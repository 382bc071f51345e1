//! A crash at a chosen moment.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Lets a number of touches pass and panics at the next one. Clones share the count.
#[derive(Clone, Default)]
pub struct Fuse {
    left: Option<Arc<AtomicUsize>>,
}

impl Fuse {
    /// Never burns through.
    pub fn none() -> Self {
        Self::default()
    }

    /// Burns through at the touch after `touches`.
    pub fn after(touches: usize) -> Self {
        Self { left: Some(Arc::new(AtomicUsize::new(touches))) }
    }

    /// # Panics
    /// When it burns through, and at every later touch: the dead do nothing more.
    #[expect(clippy::panic, reason = "this is the crash")]
    pub fn touch(&self) {
        if let Some(left) = &self.left {
            let count = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
            if count.is_err() {
                panic!("the fuse burnt through");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    #[test]
    fn it_burns_through_once_and_for_all() {
        let fuse = Fuse::after(2);
        fuse.clone().touch();
        fuse.touch();
        for _ in 0..2 {
            let fuse = fuse.clone();
            assert!(catch_unwind(move || fuse.touch()).is_err());
        }
        Fuse::none().touch();
    }
}
