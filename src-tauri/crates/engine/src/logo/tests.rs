use super::*;
use image::{RgbImage, Rgba};

fn svg(inside: &str) -> Vec<u8> {
    format!(r##"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20">{inside}</svg>"##)
        .into_bytes()
}

fn kept_pixels(uri: &str) -> RgbaImage {
    let png = BASE64.decode(uri.strip_prefix(KEPT_AS).unwrap()).unwrap();
    image::load_from_memory_with_format(&png, ImageFormat::Png).unwrap().into_rgba8()
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[test]
fn a_picture_of_each_type_is_kept_as_a_small_png() {
    let large = DynamicImage::from(RgbImage::from_pixel(1024, 512, image::Rgb([200, 30, 40])));
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let pixels = kept_pixels(&draw(&encoded(&large, format)).unwrap());
        assert_eq!(pixels.dimensions(), (256, 128), "{format:?}");
        let Rgba([red, green, blue, alpha]) = *pixels.get_pixel(128, 64);
        assert!(red.abs_diff(200) < 4 && green.abs_diff(30) < 4 && blue.abs_diff(40) < 4, "{format:?}");
        assert_eq!(alpha, 255);
    }
    let pixels = kept_pixels(&draw(&svg(r##"<rect width="20" height="20" fill="#c81e28"/>"##)).unwrap());
    assert_eq!(pixels.dimensions(), (256, 128));
    assert_eq!((pixels.get_pixel(64, 64).0, pixels.get_pixel(200, 64).0), ([200, 30, 40, 255], [0; 4]));
}

#[test]
fn a_kept_picture_is_kept_as_it_is() {
    let small = DynamicImage::from(RgbImage::from_fn(30, 40, |x, y| image::Rgb([x as u8, y as u8, 9])));
    let once = draw(&encoded(&small, ImageFormat::Png)).unwrap();
    assert_eq!(kept_pixels(&once).dimensions(), (30, 40));
    let png = BASE64.decode(once.strip_prefix(KEPT_AS).unwrap()).unwrap();
    assert_eq!(draw(&png), Ok(once));
}

#[test]
fn what_a_file_holds_besides_its_picture_stays_behind() {
    let picture = DynamicImage::from(RgbImage::new(8, 8));
    let mut png = encoded(&picture, ImageFormat::Png);
    png.extend_from_slice(b"behind the picture");
    let kept = draw(&png).unwrap();
    let kept = BASE64.decode(kept.strip_prefix(KEPT_AS).unwrap()).unwrap();
    assert!(!kept.windows(6).any(|bytes| bytes == b"behind"));
}

#[test]
fn an_svg_may_hold_shapes_gradients_clips_and_masks() {
    let logo = svg(r##"<defs>
        <linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient>
        <clipPath id="c"><circle cx="10" cy="10" r="10"/></clipPath>
        <mask id="m"><rect width="40" height="20" fill="white"/></mask>
        <g id="part"><rect width="20" height="20" fill="url(#g)"/></g></defs>
        <style>.st0{fill:#fff}</style>
        <g mask="url(#m)"><use xlink:href="#part" clip-path="url(#c)"/><path class="st0" d="M20 0h20v20z"/></g>"##);
    let pixels = kept_pixels(&draw(&logo).unwrap());
    assert_eq!((pixels.get_pixel(0, 0).0[3], pixels.get_pixel(64, 64).0[3]), (0, 255));
}

#[test]
fn an_svg_that_loads_runs_or_would_be_drawn_wrongly_is_refused_by_name() {
    for (inside, what) in [
        ("<script>alert(1)</script>", "a script"),
        ("<foreignObject><p/></foreignObject>", "a foreign object"),
        (r#"<image href="file:///etc/passwd" width="9" height="9"/>"#, "a picture within it"),
        (r#"<image xlink:href="https://login.evil.example/a.png"/>"#, "a picture within it"),
        ("<text>Zylker</text>", "text"),
        (r#"<filter id="f"><feTurbulence numOctaves="99999"/></filter>"#, "a filter"),
        (r#"<pattern id="p"/>"#, "a pattern"),
        (r#"<marker id="m"/>"#, "markers"),
        (r#"<path stroke-dasharray="0.00001" d="M0 0h9"/>"#, "dashed lines"),
        (r#"<path style="stroke-dasharray:0.00001" d="M0 0h9"/>"#, "dashed lines"),
        ("<style>rect{mask:url(#m)}</style>", "clips or masks in its style sheet"),
    ] {
        assert_eq!(draw(&svg(inside)), Err(LogoError::Holds(what)), "{inside}");
    }
}

#[test]
fn an_svg_that_multiplies_is_refused_before_it_is_drawn() {
    let of = |kind: &str, refer: &dyn Fn(usize) -> String| {
        let parts: String =
            (0..12).map(|n| format!(r#"<{kind} id="p{n}">{}</{kind}>"#, refer(n + 1).repeat(10))).collect();
        svg(&format!(
            r##"<defs>{parts}<g id="p12"/></defs><use href="#p0"/><rect mask="url(#p0)" width="9" height="9"/>"##
        ))
    };
    let bombs = [
        of("g", &|n| format!(r##"<use href="#p{n}"/>"##)),
        of("mask", &|n| format!(r#"<rect mask="url(#p{n})" width="9" height="9"/>"#)),
        of("clipPath", &|n| format!(r#"<rect style="clip-path: url( '#p{n}' )" width="9" height="9"/>"#)),
        svg(r##"<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>"##),
        svg(&"<g/>".repeat(60_000)),
        svg(&format!("{}{}", "<g>".repeat(200), "</g>".repeat(200))),
    ];
    for bomb in bombs {
        assert_eq!(draw(&bomb), Err(LogoError::TooManyParts), "{}", String::from_utf8_lossy(&bomb[..200]));
    }
}

#[test]
fn a_picture_in_which_nothing_can_be_seen_is_refused() {
    let clear = DynamicImage::from(RgbaImage::new(9, 9));
    for bytes in [encoded(&clear, ImageFormat::Png), svg(""), b"<svg/>".to_vec()] {
        assert_eq!(draw(&bytes), Err(LogoError::Empty));
    }
}

#[test]
fn a_damaged_picture_says_so() {
    let png = encoded(&DynamicImage::from(RgbImage::new(64, 64)), ImageFormat::Png);
    for bytes in [
        &png[..png.len() / 2],
        b"<svg xmlns='http://www.w3.org/2000/svg' width='0' height='9'/>",
        &svg("<rect"),
    ] {
        assert_eq!(
            draw(bytes),
            Err(LogoError::Damaged),
            "{:?}",
            String::from_utf8_lossy(&bytes[..bytes.len().min(40)])
        );
    }
}

proptest::proptest! {
    #[test]
    fn no_file_breaks_the_drawing(head in 0usize..5, tail in proptest::collection::vec(0u8.., 0..80)) {
        let heads: [&[u8]; 5] = [
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01", b"\xff\xd8\xff\xc0\0\x0b\x08\0\x01\0\x01", b"RIFF\0\0\0\0WEBPVP8L",
            b"<svg xmlns='http://www.w3.org/2000/svg'><path d='", b"",
        ];
        let _ = draw(&[heads[head], &tail].concat());
    }
}
