//! The logo of a connector: a picture that a person chose, drawn anew as a PNG of at most 256 × 256 pixels.
//!
//! Whatever a file holds besides its picture stays behind: what is kept was written here, so lists, windows and exported
//! files never carry a stranger's bytes. The bounds of a picture are told by [`domain::logo`], before it is decoded; what
//! an SVG may hold, by [`svg`].

mod svg;
#[cfg(test)]
mod tests;

use crate::{Engine, Error};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use domain::{
    id::ConnectorId,
    logo::{KEPT_AS, KEPT_SIDE, LogoError, MAX_BYTES, PictureFormat, inspect},
    manifest::{self, Problem, ProblemCode},
    rules::{Checked, Known},
};
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits, RgbaImage,
    codecs::png::{CompressionType, FilterType, PngEncoder},
    imageops,
};
use serde_json::Value;
use std::io::Cursor;

/// Where a document names its logo.
const POINTER: &str = "/logo";
/// What a decoder may take while it works: the largest picture in 16 bits a channel, twice.
const MAX_ALLOC: u64 = 64 * 1024 * 1024;

/// A connector file, and the picture that it names where that lies beside it.
#[derive(Clone, Copy, Debug)]
pub struct ConnectorFile<'a> {
    /// YAML or JSON.
    pub text: &'a str,
    /// The bytes of the file that `logo` names.
    pub picture: Option<&'a [u8]>,
}

impl<'a> From<&'a str> for ConnectorFile<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, picture: None }
    }
}

impl<'a> From<&'a String> for ConnectorFile<'a> {
    fn from(text: &'a String) -> Self {
        text.as_str().into()
    }
}

impl Engine {
    /// A picture as a connector keeps it: a PNG in a `data:` URI. Nothing is stored.
    /// # Errors
    /// [`Error::Logo`] with what is wrong with it.
    pub async fn read_logo(&self, picture: Vec<u8>) -> Result<String, Error> {
        let drawn = tokio::task::spawn_blocking(move || draw(&picture)).await;
        Ok(drawn.map_err(|_| LogoError::Damaged).flatten()?)
    }

    /// The logo of each connector that has one.
    /// # Errors
    /// [`Error::Store`].
    pub async fn logos(&self) -> Result<Vec<(ConnectorId, String)>, Error> {
        self.store.read(|snapshot| Ok(snapshot.connectors().logos()?)).await
    }

    /// `checked` with its logo drawn, from the document or from the picture beside the file.
    pub(crate) async fn with_logo_drawn(
        &self,
        mut checked: Checked,
        document: &Value,
        beside: Option<&[u8]>,
    ) -> Checked {
        let Some(logo) = document["logo"].as_str().filter(|logo| !logo.is_empty()) else { return checked };
        if checked.problems.iter().any(|problem| problem.pointer == POINTER) {
            return checked;
        }
        let picture = match (logo.split_once(";base64,"), beside) {
            (Some((_, encoded)), _) => BASE64.decode(encoded).map_err(|_| LogoError::Damaged),
            (None, Some(picture)) => Ok(picture.to_vec()),
            (None, None) => {
                checked.add(vec![did_not_come(logo)]);
                return checked;
            }
        };
        let drawn = match picture {
            Ok(picture) => self.read_logo(picture).await,
            Err(error) => Err(error.into()),
        };
        match (drawn, &mut checked.connector) {
            (Ok(drawn), Some(connector)) => connector.logo = Some(drawn),
            (Ok(_), None) => {}
            (Err(error), _) => checked.add(vec![refused(&error)]),
        }
        checked
    }
}

/// The name of the picture that a connector file wants from beside it; none where it brings its own, or is wrong there.
pub fn picture_beside(text: &str) -> Option<String> {
    let (document, checked) = manifest::check(text.as_bytes(), &Known::default()).ok()?;
    let logo = document.value()["logo"].as_str()?;
    let is_name = !logo.is_empty() && !logo.contains(';');
    let is_wrong = checked.problems.iter().any(|problem| problem.pointer == POINTER);
    (is_name && !is_wrong).then(|| logo.to_owned())
}

/// What lists may show of a document's logo: only what was drawn here.
pub(crate) fn kept(document: &Value) -> Option<String> {
    document["logo"].as_str().filter(|logo| logo.starts_with(KEPT_AS)).map(str::to_owned)
}

/// A picture as it is kept.
fn draw(bytes: &[u8]) -> Result<String, LogoError> {
    let picture = inspect(bytes)?;
    let drawn = match picture.format {
        PictureFormat::Png => decode(bytes, ImageFormat::Png)?,
        PictureFormat::Jpeg => decode(bytes, ImageFormat::Jpeg)?,
        PictureFormat::WebP => decode(bytes, ImageFormat::WebP)?,
        PictureFormat::Svg => svg::draw(bytes)?,
    };
    if drawn.pixels().all(|pixel| pixel.0[3] == 0) {
        return Err(LogoError::Empty);
    }
    let mut png = Vec::new();
    PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Adaptive)
        .write_image(drawn.as_raw(), drawn.width(), drawn.height(), ExtendedColorType::Rgba8)
        .map_err(|_| LogoError::Damaged)?;
    Ok(format!("{KEPT_AS}{}", BASE64.encode(png)))
}

/// The pixels of a picture, turned as its camera says, no larger than what is kept.
fn decode(bytes: &[u8], format: ImageFormat) -> Result<RgbaImage, LogoError> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let picture = || {
        let mut decoder = reader.into_decoder()?;
        let orientation = decoder.orientation()?;
        let mut picture = DynamicImage::from_decoder(decoder)?;
        picture.apply_orientation(orientation);
        Ok(picture)
    };
    let picture: DynamicImage = picture().map_err(|_: image::ImageError| LogoError::Damaged)?;
    let picture = match picture.width().max(picture.height()) > KEPT_SIDE {
        true => picture.resize(KEPT_SIDE, KEPT_SIDE, imageops::FilterType::Lanczos3),
        false => picture,
    };
    Ok(picture.into_rgba8())
}

fn did_not_come(name: &str) -> Problem {
    Problem::error(
        POINTER,
        ProblemCode::Form,
        format!("The picture `{name}` did not come with the file."),
        "Put it beside the file, or into it as a `data:` URI in base 64.",
    )
}

fn refused(error: &Error) -> Problem {
    let (what, remedy) = match error {
        Error::Logo(error) => in_words(error),
        _ => in_words(&LogoError::Damaged),
    };
    Problem::error(POINTER, ProblemCode::Form, what, remedy)
}

/// What is wrong with a picture, and what to do.
pub fn in_words(error: &LogoError) -> (String, &'static str) {
    const OTHER: &str = "Choose a PNG, JPEG, WebP or SVG picture.";
    match error {
        LogoError::TooManyBytes(_) => (
            format!("The picture is larger than {} MiB.", MAX_BYTES / 1024 / 1024),
            "Make it smaller: it is kept at 256 × 256 pixels.",
        ),
        LogoError::TooManyPixels(width, height) => (
            format!("The picture is {width} × {height} pixels, and 2048 × 2048 is the most."),
            "Make it smaller: it is kept at 256 × 256 pixels.",
        ),
        LogoError::UnknownFormat => {
            ("The file is neither a PNG nor a JPEG, WebP or SVG picture.".into(), OTHER)
        }
        LogoError::Damaged => ("The picture is damaged, so it cannot be drawn.".into(), OTHER),
        LogoError::Empty => ("Nothing can be seen in the picture.".into(), OTHER),
        LogoError::Holds(what) => (
            format!("The SVG picture holds {what}, and a logo has only shapes."),
            "Turn everything into shapes, or save it as a PNG picture.",
        ),
        LogoError::TooManyParts => (
            "The SVG picture has more parts than a logo may have.".into(),
            "Make it simpler, or save it as a PNG picture.",
        ),
    }
}
