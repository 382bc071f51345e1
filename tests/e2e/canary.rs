//! Secrets go where they belong and nowhere else: planted through the window and the command line, then looked for in
//! every place that could have kept them. The second test plants leaks, so that the first cannot be blind.

use crate::{
    Window, World, button, field, heading, link,
    places::{clipboard, in_clipboard, in_files, in_processes, leaks, on_the_seam},
    tab,
};
use std::{
    env, fs,
    io::Write,
    process::{Command, Stdio},
};
use testkit::canary::{Canary, Leak, Search};
use tests::Peer;

const PASSPHRASE: &str = "passphr\u{e4}se canary \"one\" & <two>";
const WRONG_PASSPHRASE: &str = "wrong passphrase canary \\ three";
const PASSWORD: &str = "password-c\u{e4}nary/+=&%\"'<\\>";
const REFUSED: &str = "refused-c\u{e4}nary/+=&%\"'<\\>";
const HEADER_KEY: &str = "header-canary/+=&%\"'<\\>~";
const QUERY_KEY: &str = "query-c\u{e4}nary/+=&%\"'<\\>~";
const PATH_KEY: &str = "path-canary/+=&%\"'<>~";
const TOKEN: &str = "token-canary-0123456789.~+/";
const NEXT_TOKEN: &str = "next-token-canary-0123456789";
const FIELD: &str = "field-c\u{e4}nary/+=&%\"'<\\>";
const TYPED_IN: &str = "typed-in-canary-0123456789";

/// Everything that is planted before the recovery key is made.
fn planted() -> Vec<Canary> {
    let secrets = [
        ("passphrase", PASSPHRASE),
        ("wrong passphrase", WRONG_PASSPHRASE),
        ("password", PASSWORD),
        ("refused password", REFUSED),
        ("key in a header", HEADER_KEY),
        ("key in a query", QUERY_KEY),
        ("key in a path", PATH_KEY),
        ("token", TOKEN),
        ("next token", NEXT_TOKEN),
        ("field", FIELD),
        ("token on standard input", TYPED_IN),
    ];
    secrets.map(|(name, value)| Canary::new(name, value).of_user("jane")).into()
}

/// Every reply of the service repeats what it was sent.
const CONNECTORS: [(&str, &str); 5] = [
    (
        "Basic",
        "authentication: { type: basic }\nverify: { path: /anything, account: /headers/Authorization }\n",
    ),
    (
        "Keys",
        concat!(
            "authentication:\n  type: api_key\n  parameters:\n",
            "    - { name: Header key, key: X-Api-Key, location: header }\n",
            "    - { name: Query key, key: key, location: query }\n",
            "    - { name: Path key, key: slug, location: path }\n",
            "verify: { path: \"/anything/{slug}/me\", account: /url }\n",
        ),
    ),
    ("Bearer", "authentication: { type: bearer }\nverify: { path: /bearer, account: /token }\n"),
    (
        "Fields",
        concat!(
            "authentication:\n  type: auth_fields\n  fields:\n",
            "    - { name: Pass phrase, key: pass, type: password }\n",
            "verify: { method: POST, path: /anything, account: /data }\n",
        ),
    ),
    ("Strict", "authentication: { type: basic }\nverify: { path: /basic-auth/jane/another-password }\n"),
];

#[tokio::test]
async fn secrets_stay_where_they_belong() {
    let outside = tempfile::tempdir().unwrap();
    let passphrase_file = outside.path().join("passphrase");
    fs::write(&passphrase_file, PASSPHRASE).unwrap();
    let world =
        World::empty().with("PATCHBAY_LOG", "trace").with("PATCHBAY_VAULT_PASSPHRASE_FILE", &passphrase_file);
    let peer = Peer::start("httpbin");
    for (name, rest) in CONNECTORS {
        let (link_name, address) = (name.to_lowercase(), &peer.address);
        let manifest =
            format!("patchbay: 1\nlink_name: {link_name}\nname: {name}\nbase_url: {address}/\n{rest}");
        world.add_connector(&link_name, &manifest);
    }
    let window = Window::open(&world).await;
    window.notes_the_seam().await;
    let search = Search::of(&planted());

    window.click(button("Vault not set up")).await;
    window.click(button("Use a passphrase instead…")).await;
    window.fill(field("Passphrase"), PASSPHRASE).await;
    window.fill(field("Once more"), PASSPHRASE).await;
    window.click(button("Use this passphrase")).await;
    window.click(button("Make a recovery key")).await;
    window.click(button("Copy")).await;
    window.sees("Copied. The clipboard is cleared after a minute.").await;
    let recovery_key = clipboard().expect("the recovery key");
    let search_with_key = {
        let mut all = planted();
        all.push(Canary::new("recovery key", recovery_key.trim()));
        Search::of(&all)
    };
    let last_group = recovery_key.trim().rsplit('-').next().unwrap();
    window.fill(field("Last group"), last_group).await;
    window.click(button("I have it")).await;
    window.click(button("Start using Patchbay")).await;
    assert_eq!(leaks(&search_with_key, &world, Some(&window)).await, []);

    let basic = [("User name", "jane"), ("Password", PASSWORD)];
    connect(&window, "Basic", &basic).await;
    let keys = [("Header key", HEADER_KEY), ("Query key", QUERY_KEY), ("Path key", PATH_KEY)];
    connect(&window, "Keys", &keys).await;
    connect(&window, "Fields", &[("Pass phrase", FIELD)]).await;
    connect(&window, "Bearer", &[("Bearer Token", TOKEN)]).await;
    assert_eq!(leaks(&search_with_key, &world, Some(&window)).await, []);

    // The reply that repeats the token is shown with the token hidden, and recorded so.
    window.click(tab("Try it")).await;
    window.click(button("Send")).await;
    window.sees("200 OK").await;
    window.click(tab("History")).await;
    window.sees("GET /bearer answered 200").await;
    window.runs("document.querySelectorAll('details').forEach((each) => { each.open = true; });").await;
    assert_eq!(leaks(&search_with_key, &world, Some(&window)).await, []);

    window.click(button("Reauthorize")).await;
    window.fill(field("Bearer Token"), NEXT_TOKEN).await;
    window.click(button("Save and verify")).await;
    window.click(button("Open connection")).await;
    window.gone(heading("Reauthorize")).await;

    open_form(&window, "Strict").await;
    type_in(&window, &[("User name", "jane"), ("Password", REFUSED)]).await;
    window.click(button("Save and verify")).await;
    window.click(button("Type it again")).await;
    window.finds(field("Password")).await;
    assert_eq!(leaks(&search_with_key, &world, Some(&window)).await, []);
    window.click(button("Close")).await;

    from_the_command_line(&world, &search);

    window.click(button("Vault unlocked. Lock it now")).await;
    window.click(link("Connections")).await;
    window.fill(field("Passphrase"), WRONG_PASSPHRASE).await;
    window.click(button("Unlock")).await;
    window.sees("That is not the passphrase").await;
    assert_eq!(leaks(&search_with_key, &world, Some(&window)).await, []);
    window.close().await;
    assert_eq!(leaks(&search_with_key, &world, None).await, []);
    assert_eq!(in_clipboard(&search_with_key), [], "what was copied is cleared when the program ends");
}

/// Adds a connection, and opens it.
async fn connect(window: &Window, connector: &str, values: &[(&str, &str)]) {
    open_form(window, connector).await;
    type_in(window, values).await;
    window.click(button("Save and verify")).await;
    window.click(button("Open connection")).await;
    window.finds(heading(connector)).await;
}

async fn open_form(window: &Window, connector: &str) {
    window.click(link("Connectors")).await;
    window.click(button(connector)).await;
    window.finds(heading(&format!("Connect to {connector}"))).await;
}

async fn type_in(window: &Window, values: &[(&str, &str)]) {
    for (label, value) in values {
        window.fill(field(label), value).await;
    }
}

/// A secret on standard input: looked for while the command holds it, and in all that it prints.
fn from_the_command_line(world: &World, search: &Search) {
    let mut connect = world.command(&["connect", "bearer", "--name", "Piped", "--secret", "token=-"]);
    let mut running =
        connect.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = running.stdin.take().unwrap();
    input.write_all(TYPED_IN.as_bytes()).unwrap();
    assert_eq!(in_processes(search), []);
    drop(input);
    let connected = running.wait_with_output().unwrap();
    assert!(connected.status.success(), "{connected:?}");
    let mut printed = connected.stdout;
    for arguments in [
        &["request", "piped", "GET", "/bearer"][..],
        &["verify", "piped"],
        &["show", "piped"],
        &["events", "--connection", "piped"],
    ] {
        let output = world.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        printed.extend(output.stdout);
        printed.extend(output.stderr);
    }
    assert_eq!(search.look("what the command printed", &printed), []);
}

#[tokio::test]
async fn a_leak_planted_in_each_place_is_found() {
    let world = World::empty();
    let canary = Canary::new("planted", "planted-canary/\"<&\\0815");
    let search = Search::of([&canary]);
    let found = |leaks: Vec<Leak>, place: &str| {
        assert!(leaks.iter().any(|leak| leak.place.contains(place)), "{place}: {leaks:?}");
    };

    let runtime = env::var("XDG_RUNTIME_DIR").unwrap();
    for place in [
        "data/patchbay.db-wal",
        "data/window/storage/local",
        ".bash_history",
        ".config/patchbay/settings",
        ".cache/patchbay/blob",
        ".local/share/recently-used.xbel",
        ".local/state/log",
        "tmp.1234",
        "window.log",
        &format!("{runtime}/planted"),
    ] {
        let file = world.folder().join(place);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, [b"\0\xff", canary.value().as_bytes()].concat()).unwrap();
        found(in_files(&search, &world), place);
        fs::remove_file(&file).unwrap();
    }
    for (name, arguments, variable) in
        [("cmdline", [canary.value()], "nothing"), ("environ", ["nothing"], canary.value())]
    {
        let mut child = Command::new("sh");
        let child = child.args(["-c", "read line", "sh"]).args(arguments).env("PLANTED", variable);
        let mut child = child.stdin(Stdio::piped()).spawn().unwrap();
        // A process that was just begun shows its words a moment later.
        let mut looks = (0..500).map(|_| in_processes(&search));
        let planted = looks.find(|leaks| leaks.iter().any(|leak| leak.place.contains(name)));
        found(planted.unwrap_or_default(), name);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    let mut board = arboard::Clipboard::new().unwrap();
    board.set_text(canary.value()).unwrap();
    found(in_clipboard(&search), "the clipboard");
    drop(board);

    let world = World::empty();
    let window = Window::open(&world).await;
    window.notes_the_seam().await;
    window.finds(heading("Make your first connection")).await;
    assert_eq!(leaks(&search, &world, Some(&window)).await, []);
    let value = serde_json::to_string(canary.value()).unwrap();
    for (plant, take_away) in [
        (format!("document.body.append({value})"), "document.body.lastChild.remove()"),
        (format!("document.body.dataset.planted = {value}"), "delete document.body.dataset.planted"),
        (
            format!(
                "window.planted = document.createElement('input'); planted.value = {value}; document.body.append(planted)"
            ),
            "planted.remove()",
        ),
        (format!("localStorage.setItem('planted', {value})"), "localStorage.clear()"),
        (format!("sessionStorage.setItem('planted', {value})"), "sessionStorage.clear()"),
        (format!("document.title = {value}"), "document.title = ''"),
    ] {
        window.runs(&plant).await;
        found(search.look("the page", window.page().await.as_bytes()), "the page");
        window.runs(take_away).await;
    }
    assert_eq!(search.look("the page", window.page().await.as_bytes()), []);

    // What a command takes in is no leak; what any other takes, what is answered and what is told is one.
    let taken_in = format!("{{ request: {{ connector: 'none', secrets: {{ token: {value} }} }} }}");
    assert!(window.invokes("begin_connect", &taken_in).await.starts_with("refused: "));
    assert_eq!(on_the_seam(&search, &window).await, []);
    let asked = format!("{{ request: {{ name: {value} }} }}");
    assert!(window.invokes("find_connection", &asked).await.starts_with("refused: "));
    let on_the_way = on_the_seam(&search, &window).await;
    found(on_the_way.clone(), "a request of find_connection");
    found(on_the_way, "a reply or an event");
    window.notes_the_seam().await;
    assert_eq!(on_the_seam(&search, &window).await, []);
    window
        .runs(&format!(
            "const {{ transformCallback, runCallback }} = window.__TAURI_INTERNALS__;
             runCallback(transformCallback(() => {{}}), {{ event: 'changes', payload: {value} }})"
        ))
        .await;
    found(on_the_seam(&search, &window).await, "a reply or an event");
    window.close().await;
}
