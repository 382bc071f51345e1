//! What an SVG may hold to become a logo, and drawing it.
//!
//! An SVG is a program for drawing: it can load, run, and repeat itself without end. Here it may hold shapes, groups,
//! gradients, clips and masks. What would be drawn wrongly without saying so (text without its font, pictures from
//! elsewhere) is refused by name, and so is what may take for ever. How much is drawn is counted before: a part that is
//! referred to counts as often as it is drawn.

use domain::logo::{KEPT_SIDE, LogoError};
use image::RgbaImage;
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{
        Options, Tree,
        roxmltree::{Document, Node, ParsingOptions},
    },
};
use std::collections::HashMap;

/// The most elements that one file has.
const MAX_NODES: u32 = 40_000;
/// The most elements that are drawn, repeated ones counted each time.
const MAX_DRAWN: u64 = 20_000;
/// How deep elements lie in each other, references followed.
const MAX_DEPTH: usize = 64;

/// Elements that no logo has, as people call them.
const REFUSED: [(&str, &str); 7] = [
    ("script", "a script"),
    ("foreignObject", "a foreign object"),
    ("image", "a picture within it"),
    ("text", "text"),
    ("filter", "a filter"),
    ("pattern", "a pattern"),
    ("marker", "markers"),
];

/// The picture at the size that is kept.
pub(super) fn draw(bytes: &[u8]) -> Result<RgbaImage, LogoError> {
    let text = std::str::from_utf8(bytes).map_err(|_| LogoError::UnknownFormat)?;
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES, ..Default::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        resvg::usvg::roxmltree::Error::NodesLimitReached => LogoError::TooManyParts,
        _ => LogoError::Damaged,
    })?;
    only_shapes(&document)?;
    if (Count { by_id: by_id(&document), known: HashMap::new() }).drawn(document.root_element(), 0)?
        > MAX_DRAWN
    {
        return Err(LogoError::TooManyParts);
    }
    let tree = Tree::from_xmltree(&document, &Options::default()).map_err(|_| LogoError::Damaged)?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let scale = KEPT_SIDE as f32 / width.max(height);
    let side = |of: f32| (of * scale).round().clamp(1.0, KEPT_SIDE as f32) as u32;
    let mut pixels = Pixmap::new(side(width), side(height)).ok_or(LogoError::Damaged)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    let (width, height) = (pixels.width(), pixels.height());
    let plain = pixels.pixels().iter().flat_map(|pixel| {
        let pixel = pixel.demultiply();
        [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]
    });
    RgbaImage::from_raw(width, height, plain.collect()).ok_or(LogoError::Damaged)
}

/// Refuses what is not drawn, or not in bounded time, by its name.
fn only_shapes(document: &Document<'_>) -> Result<(), LogoError> {
    for node in document.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        if let Some((_, what)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
            return Err(LogoError::Holds(what));
        }
        let style = match name {
            "style" => node.text().unwrap_or_default(),
            _ => node.attribute("style").unwrap_or_default(),
        };
        if node.has_attribute("stroke-dasharray") || style.contains("dasharray") {
            return Err(LogoError::Holds("dashed lines"));
        }
        // What a style sheet clips and masks would have to be found by its selectors to be counted.
        if name == "style" && (style.contains("mask") || style.contains("clip-path")) {
            return Err(LogoError::Holds("clips or masks in its style sheet"));
        }
    }
    Ok(())
}

fn by_id<'d>(document: &'d Document<'_>) -> HashMap<&'d str, Node<'d, 'd>> {
    document.descendants().filter_map(|node| Some((node.attribute("id")?, node))).collect()
}

/// Counts how many elements are drawn.
struct Count<'d> {
    by_id: HashMap<&'d str, Node<'d, 'd>>,
    known: HashMap<Node<'d, 'd>, u64>,
}

impl<'d> Count<'d> {
    /// The element, what lies in it, and what it and they refer to.
    fn drawn(&mut self, node: Node<'d, 'd>, depth: usize) -> Result<u64, LogoError> {
        // A circle of references ends here too.
        if depth > MAX_DEPTH {
            return Err(LogoError::TooManyParts);
        }
        if let Some(count) = self.known.get(&node) {
            return Ok(*count);
        }
        let mut count = 1u64;
        for child in node.children().filter(Node::is_element) {
            count = count.saturating_add(self.drawn(child, depth + 1)?);
        }
        let values = node.attributes().map(|attribute| attribute.value());
        for id in values.flat_map(references) {
            if let Some(found) = self.by_id.get(id).copied() {
                count = count.saturating_add(self.drawn(found, depth + 1)?);
            }
        }
        self.known.insert(node, count);
        Ok(count)
    }
}

/// The identifiers that an attribute refers to: `#id` of a link, and each `url(#id)` of a style.
fn references(value: &str) -> impl Iterator<Item = &str> {
    let link = value.trim().strip_prefix('#');
    let urls = value.split("url(").skip(1).filter_map(|rest| {
        let inside = rest.split(')').next()?.trim().trim_matches(['"', '\'']).trim();
        inside.strip_prefix('#')
    });
    link.into_iter().chain(urls)
}
