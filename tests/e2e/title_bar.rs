//! The close button in the title bar: a window manager draws it and tells the window that it was pressed (ICCCM §4.2.8.1).
//! The private display has no window manager, so this says its words.

use x11rb::{
    CURRENT_TIME, NONE,
    connection::Connection as _,
    protocol::xproto::{Atom, AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, MapState, Window},
};

/// Presses it on the window of a process.
pub fn close(process: u32) {
    let (display, screen) = x11rb::connect(None).unwrap();
    let atom =
        |name: &str| -> Atom { display.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom };
    let numbers = |window: Window, name: &str, kind: AtomEnum| -> Vec<u32> {
        let property = display.get_property(false, window, atom(name), kind, 0, 64).unwrap().reply().unwrap();
        property.value32().map(Iterator::collect).unwrap_or_default()
    };
    let (protocols, delete) = (atom("WM_PROTOCOLS"), atom("WM_DELETE_WINDOW"));
    let root = display.setup().roots[screen].root;
    let windows = display.query_tree(root).unwrap().reply().unwrap().children;
    let is_shown = |window: &Window| {
        let is_mapped = display.get_window_attributes(*window).unwrap().reply().unwrap().map_state;
        is_mapped == MapState::VIEWABLE && numbers(*window, "_NET_WM_PID", AtomEnum::CARDINAL) == [process]
    };
    let window = windows.into_iter().find(is_shown).expect("the program shows a window");
    assert!(numbers(window, "WM_PROTOCOLS", AtomEnum::ATOM).contains(&delete));
    let pressed = ClientMessageEvent::new(32, window, protocols, [delete, CURRENT_TIME, NONE, NONE, NONE]);
    display.send_event(false, window, EventMask::NO_EVENT, pressed).unwrap().check().unwrap();
}
