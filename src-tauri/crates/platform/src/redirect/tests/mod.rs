//! The redirect address as browsers, other pages and other programs meet it: over raw sockets.

mod attacks;
mod bounds;
mod ways;
mod world;
