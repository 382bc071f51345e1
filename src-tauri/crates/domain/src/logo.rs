//! Logos: which pictures are taken, decided by their first bytes.
//!
//! Only what the file says of itself is read here: its type and its size in pixels. Decoding and scaling happen where
//! pictures are drawn (`engine::logo`), after this has bounded them. A picture is never refused without a reason that can
//! be shown.

/// The largest file, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;
/// The longest side, in pixels.
pub const MAX_SIDE: u32 = 2048;
/// The longest side as it is kept, in pixels.
pub const KEPT_SIDE: u32 = 256;
/// How a kept picture begins: it is always a PNG of ours.
pub const KEPT_AS: &str = "data:image/png;base64,";

/// A picture that may become a logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its type.
    pub format: PictureFormat,
    /// Width and height in pixels; an SVG has none.
    pub size: Option<(u32, u32)>,
}

/// The types of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the types")]
pub enum PictureFormat {
    Png,
    Jpeg,
    WebP,
    Svg,
}

/// Why a picture is no logo.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    /// It is larger than [`MAX_BYTES`].
    #[error("the picture has {0} bytes, more than {MAX_BYTES}")]
    TooManyBytes(usize),
    /// One side is longer than [`MAX_SIDE`].
    #[error("the picture is {0} × {1} pixels, more than {MAX_SIDE} × {MAX_SIDE}")]
    TooManyPixels(u32, u32),
    /// It is none of [`PictureFormat`].
    #[error("the file is neither a PNG nor a JPEG, WebP or SVG picture")]
    UnknownFormat,
    /// It begins well, and the rest cannot be read.
    #[error("the picture is damaged")]
    Damaged,
    /// All of it is transparent.
    #[error("nothing can be seen in the picture")]
    Empty,
    /// An SVG has what is not drawn.
    #[error("the SVG picture holds {0}")]
    Holds(&'static str),
    /// An SVG would be drawn for too long.
    #[error("the SVG picture has too many parts")]
    TooManyParts,
}

/// What a file is, where it may become a logo. Its name does not matter.
///
/// # Errors
/// [`LogoError`].
pub fn inspect(bytes: &[u8]) -> Result<Picture, LogoError> {
    if bytes.len() > MAX_BYTES {
        return Err(LogoError::TooManyBytes(bytes.len()));
    }
    let (format, size) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        (PictureFormat::Png, png_size(bytes))
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        (PictureFormat::Jpeg, jpeg_size(bytes))
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        (PictureFormat::WebP, webp_size(bytes))
    } else if is_svg(bytes)? {
        return Ok(Picture { format: PictureFormat::Svg, size: None });
    } else {
        return Err(LogoError::UnknownFormat);
    };
    match size {
        None | Some((0, _) | (_, 0)) => Err(LogoError::Damaged),
        Some((width, height)) if width.max(height) > MAX_SIDE => Err(LogoError::TooManyPixels(width, height)),
        Some(size) => Ok(Picture { format, size: Some(size) }),
    }
}

/// The header chunk comes first (PNG §11.2.1).
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let side = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    if bytes.get(12..16)? != b"IHDR" { None } else { Some((side(16)?, side(20)?)) }
}

/// The frame header may come behind any number of segments (ITU-T T.81 §B.2.2).
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        match *bytes.get(at + 1)? {
            0xff => at += 1,               // padding
            0x01 | 0xd0..=0xd8 => at += 2, // stands alone
            0xd9 | 0xda => return None,    // the picture begins or ends without a frame
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Some((number(at + 7)?.into(), number(at + 5)?.into()));
            }
            _ => at += 2 + usize::from(number(at + 2)?.max(2)),
        }
    }
}

/// One of three first chunks (RFC 9649 §2.5–2.7).
fn webp_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let byte = |at: usize| bytes.get(at).map(|b| u32::from(*b));
    match bytes.get(12..16)? {
        b"VP8X" => {
            let side = |at: usize| Some(1 + byte(at)? + (byte(at + 1)? << 8) + (byte(at + 2)? << 16));
            Some((side(24)?, side(27)?))
        }
        b"VP8L" if byte(20)? == 0x2f => {
            let bits = byte(21)? | (byte(22)? << 8) | (byte(23)? << 16) | (byte(24)? << 24);
            Some((1 + (bits & 0x3fff), 1 + ((bits >> 14) & 0x3fff)))
        }
        b"VP8 " if bytes.get(23..26)? == b"\x9d\x01\x2a" => {
            let side = |at: usize| Some((byte(at)? | (byte(at + 1)? << 8)) & 0x3fff);
            Some((side(26)?, side(28)?))
        }
        _ => None,
    }
}

/// XML whose first element is `svg`, behind a declaration, comments and a document type. One that defines entities is
/// refused: they multiply.
fn is_svg(bytes: &[u8]) -> Result<bool, LogoError> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Ok(false) };
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<!DOCTYPE svg") {
            if rest.split('>').next().unwrap_or_default().contains('[') {
                return Err(LogoError::Holds("entities of its own"));
            }
            ">"
        } else {
            let is_named = rest
                .strip_prefix("<svg")
                .is_some_and(|rest| rest.starts_with([' ', '\n', '\r', '\t', '>', '/']));
            return Ok(is_named);
        };
        match rest.find(end) {
            Some(at) => rest = rest[at + end.len()..].trim_start(),
            None => return Ok(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &width.to_be_bytes(), &height.to_be_bytes()].concat()
    }

    #[test]
    fn type_and_size_are_read_from_the_first_bytes() {
        let jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xdb\x00\x03c\xff\xc2\x00\x0b\x08\x01\x02\x03\x04\x01";
        let lossy = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0abc\x9d\x01\x2a\x40\x01\xf0\x00";
        // 1-pixel-wide bits of a 2 × 3 picture: 1 | (2 << 14).
        let lossless = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x01\x80\x00\x00";
        let extended = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\xff\x07\x00\x09\x00\x00";
        for (bytes, format, size) in [
            (png(256, 128).as_slice(), PictureFormat::Png, Some((256, 128))),
            (jpeg, PictureFormat::Jpeg, Some((0x0304, 0x0102))),
            (lossy, PictureFormat::WebP, Some((320, 240))),
            (lossless, PictureFormat::WebP, Some((2, 3))),
            (extended, PictureFormat::WebP, Some((2048, 10))),
            (b"<svg/>", PictureFormat::Svg, None),
            (
                b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a -->\n<svg xmlns=''></svg>",
                PictureFormat::Svg,
                None,
            ),
            (b"<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' ''><svg>", PictureFormat::Svg, None),
        ] {
            assert_eq!(inspect(bytes), Ok(Picture { format, size }), "{bytes:?}");
        }
    }

    #[test]
    fn a_refused_picture_says_why() {
        let large = [png(1, 1), vec![0; MAX_BYTES]].concat();
        for (bytes, error) in [
            (large.as_slice(), LogoError::TooManyBytes(MAX_BYTES + 24)),
            (&png(2049, 10), LogoError::TooManyPixels(2049, 10)),
            (&png(0, 10), LogoError::Damaged),
            (&png(1, 1)[..20], LogoError::Damaged),
            (b"\xff\xd8\xff", LogoError::Damaged),
            (b"\xff\xd8\xff\xd9", LogoError::Damaged),
            (b"\xff\xd8\xff\xe0\x00\x00\xff\xda\x00\x02", LogoError::Damaged),
            (b"RIFF\0\0\0\0WEBPVP8 ", LogoError::Damaged),
            (b"GIF89a", LogoError::UnknownFormat),
            (b"<html><svg/></html>", LogoError::UnknownFormat),
            (b"<svgx>", LogoError::UnknownFormat),
            (b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", LogoError::Holds("entities of its own")),
            (b"<!-- <svg>", LogoError::UnknownFormat),
            (b"", LogoError::UnknownFormat),
        ] {
            assert_eq!(inspect(bytes), Err(error), "{:?}", &bytes[..bytes.len().min(30)]);
        }
        assert_eq!(
            LogoError::TooManyPixels(3000, 20).to_string(),
            "the picture is 3000 × 20 pixels, more than 2048 × 2048"
        );
    }

    proptest::proptest! {
        #[test]
        fn no_file_breaks_the_reading(head in 0usize..5, tail in proptest::collection::vec(0u8.., 0..60)) {
            let heads: [&[u8]; 5] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP", b"<", b""];
            let _ = inspect(&[heads[head], &tail].concat());
        }
    }
}
