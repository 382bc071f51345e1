//! A connector's logo on the way through files: beside the file, in the file, and out again.

use crate::world::{Ended, World};
use std::fs::File;

const FILE: &str = "patchbay: 1\nlink_name: zylker\nname: Zylker\nlogo: zylker.svg\n\
                    base_url: https://api.zylker.example/v2\nauthentication: { type: none }\n";
const PICTURE: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4" fill="#b0441b"/></svg>"##;

#[test]
fn a_picture_beside_the_file_travels_inside_the_next_file() {
    let world = World::new();
    let file = world.file("zylker.yaml", FILE);
    world.file("zylker.svg", PICTURE);
    world.done(&["connectors", "add", file.to_str().unwrap()]);
    let exported = exported(&world);
    assert!(exported.lines().any(|line| line.starts_with("logo: data:image/png;base64,iVBOR")), "{exported}");
    let again = world.file("again.yaml", &exported);
    world.done(&["connectors", "add", again.to_str().unwrap(), "--update"]);
    assert_eq!(self::exported(&world), exported);
}

#[test]
fn a_logo_that_cannot_be_kept_says_why_and_nothing_is_stored() {
    let world = World::new();
    let file = world.file("zylker.yaml", FILE);
    let file = file.to_str().unwrap();
    let refused = |says: &str| {
        for command in [&["connectors", "check", file][..], &["connectors", "add", file]] {
            let ended = world.ended(command);
            assert_eq!(ended.code, 2, "{command:?} {ended:?}");
            let told = format!("{}{}", ended.out, ended.err);
            assert!(told.contains(says), "{command:?} says {told}");
        }
        assert_eq!(world.ended(&["connectors", "show", "zylker"]).code, 5);
    };
    refused("could not be read");
    for (picture, says) in [
        (PICTURE.replace("<circle", "<script>x</script><circle"), "holds a script"),
        ("GIF89a".to_owned(), "neither a PNG"),
        (format!("{PICTURE}{}", " ".repeat(3 * 1024 * 1024)), "larger than 1 MiB"),
        ("<svg".to_owned(), "neither a PNG"),
    ] {
        world.file("zylker.svg", &picture);
        refused(says);
    }
    let text = FILE.replace("zylker.svg", "data:image/png;base64,iVBORw0KGgo=");
    world.file("zylker.yaml", &text);
    refused("is damaged");
}

#[test]
fn a_file_from_standard_input_has_nothing_beside_it() {
    let world = World::new();
    let file = world.file("zylker.yaml", FILE);
    let mut add = world.together(&["connectors", "add", "-"]);
    let ended = Ended::of(add.stdin(File::open(file).unwrap()));
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.out.contains("did not come with the file"), "{ended:?}");
}

fn exported(world: &World) -> String {
    let export = world.done(&["connectors", "export", "zylker"]).json();
    export["text"].as_str().unwrap().to_owned()
}
