//! The interpreter under attack, and what scripts find. On the real clock: what is measured here is time.

use super::{
    Failure, FailureKind, GLOBALS, Limits, ScriptEvent,
    exchange::Left,
    sandbox::{self, Ended, Job},
};
use domain::ports::{Clock, Entropy};
use platform::{SystemClock, SystemEntropy};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use testkit::{ManualClock, SeededEntropy};

/// The script that other tools' documentation begins with.
const CYCLR: &str = "function before_action() { method_request_headers.Authorization = 'Bearer ' + method_auth_value; return true; }";

fn request() -> Value {
    json!({
        "context": { "event": "before_action", "connector": "acme", "authentication": "api_key",
                     "settings": { "region": "eu" }, "example": true },
        "method": "POST",
        "endpoint": "https://api.example/v1/invoices",
        "auth_value": "k-1",
        "request": {
            "headers": [["accept", "application/json"], ["x-old", "1"]],
            "parameters": [["page", ["1"]], ["tag", ["a", "b"]]],
            "body": "{\"id\":1}",
        },
    })
}

fn reply() -> Value {
    json!({
        "context": { "event": "after_action", "connector": "acme", "authentication": "api_key",
                     "settings": {}, "example": true },
        "method": "GET",
        "endpoint": "https://api.example/v1/invoices",
        "auth_value": "",
        "response": { "status": 200, "headers": [["Content-Type", "application/json"]], "body": "{\"data\":[1,2]}" },
    })
}

fn job(source: &str, event: ScriptEvent, input: &Value) -> Job {
    Job {
        source: source.into(),
        event,
        input: input.to_string(),
        limits: Limits::default(),
        clock: Arc::new(SystemClock::start()),
        entropy: Arc::new(SystemEntropy),
    }
}

/// Runs on a thread of its own, as scripts do.
fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(4 << 20).spawn(work).unwrap().join().unwrap()
}

fn ended(source: &str, event: ScriptEvent, input: &Value) -> Ended {
    let job = job(source, event, input);
    on_a_thread(move || sandbox::run(&job))
}

fn failure(source: &str) -> Failure {
    ended(source, ScriptEvent::BeforeAction, &request()).result.expect_err(source)
}

/// What the event left.
fn left(source: &str) -> Value {
    let found = ended(source, ScriptEvent::BeforeAction, &request()).result;
    serde_json::from_str(&found.unwrap_or_else(|error| panic!("{source}: {error:?}")).expect(source)).unwrap()
}

/// The value of an expression, as the script sees it.
fn value(expression: &str) -> Value {
    let source = format!(
        "function before_action() {{ method_request_body = JSON.stringify({{ value: {expression} }}); return true; }}"
    );
    let left = left(&source);
    serde_json::from_str::<Value>(left["request"]["body"].as_str().unwrap()).unwrap()["value"].clone()
}

fn body_of(script: &str) -> String {
    format!("function before_action() {{ {script} ; return true; }}")
}

#[test]
fn the_script_of_other_tools_runs_unchanged() {
    let left = left(CYCLR);
    assert_eq!(left["verdict"], true);
    let headers = left["request"]["headers"].as_array().unwrap();
    assert!(headers.contains(&json!(["Authorization", "Bearer k-1"])), "{headers:?}");
    assert_eq!(left["request"]["parameters"], request()["request"]["parameters"]);
    assert_eq!(left["request"]["body"], "{\"id\":1}");
}

#[test]
fn what_runs_too_long_is_stopped_within_twice_its_limit() {
    for script in [
        "for (;;) {}",
        "while (true) { try { for (;;) {} } catch (e) {} }",
        "for (;;) { try { for (;;) {} } finally { continue } }",
        "function f() { try { f() } catch (e) { f() } finally { f() } } f()",
        "/(a+)+$/.test('a'.repeat(40) + 'b')",
        "'a'.repeat(100000).replace(/(a*)*b/g, '')",
        "[3, 1, 2].sort(() => { for (;;) {} })",
        "const a = []; for (let i = 0; i < 200000; i++) a.push(200000 - i); for (;;) a.sort()",
        "({ toString() { for (;;) {} } }) + ''",
        "JSON.stringify({ toJSON() { for (;;) {} } })",
        "const o = {}; Object.defineProperty(o, 'a', { get() { for (;;) {} } }); o.a",
        "const g = (function* () { for (;;) yield 1 })(); for (const x of g) {}",
        "Array.from({ [Symbol.iterator]: () => ({ next: () => ({ done: false }) }) }).length; for (;;) {}",
        "new Map([[1, 1]]).forEach((v, k, m) => { for (;;) m.set(k, v) })",
        "(function f() { return f() })(); for (;;) {}",
        "let s = 'a'; for (;;) { s = s.split('').reverse().join('') }",
        "for (;;) { JSON.parse(JSON.stringify({ a: [1, 2, 3] })) }",
        "method_request_headers.A = { toString() { for (;;) {} } }",
        "label: for (;;) { for (;;) { continue label } }",
        "for (;;) hash('sha256', 'a')",
        "for (;;) console.log('a')",
        "do {} while (1)",
    ] {
        let stopped = ended(&body_of(script), ScriptEvent::BeforeAction, &request());
        // A few of them fail at the depth of the stack or the length of a list first, which ends them as well.
        let failed = stopped.result.expect_err(script);
        assert!(
            matches!(failed.kind, FailureKind::Time | FailureKind::Threw | FailureKind::Memory),
            "{script}: {failed:?}"
        );
        let limit = Limits::default().time * 2;
        assert!(Duration::from_micros(stopped.micros) < limit, "{script}: {} µs", stopped.micros);
    }
    assert_eq!(failure(&body_of("for (;;) {}")).kind, FailureKind::Time);
}

#[test]
fn no_script_catches_its_own_end() {
    for script in [
        "function before_action() { try { for (;;) {} } catch (e) { return true } }",
        "function before_action() { try { for (;;) {} } finally { return true } }",
        "function before_action() { try { /(a+)+$/.test('a'.repeat(40) + 'b') } catch (e) { return true } }",
        "function before_action() { try { [1, 2].sort(() => { for (;;) {} }) } catch (e) { return true } }",
        "function before_action() { return [1].some(() => { try { for (;;) {} } catch (e) {} return true }) }",
        "function before_action() { try { JSON.parse('[1]', () => { for (;;) {} }) } catch (e) {} return true }",
        "function before_action() { try { new (class { constructor() { for (;;) {} } })() } catch (e) {} return true }",
        "function before_action() { try { for (const x of (function* () { for (;;) {} })()) {} } catch (e) {} return true }",
        "try { for (;;) {} } catch (e) {} function before_action() { return true }",
    ] {
        assert_eq!(failure(script).kind, FailureKind::Time, "{script}");
    }
}

/// Natives that loop without a look at the clock: each would run for minutes or for ever.
#[test]
fn what_the_interpreter_cannot_interrupt_is_bounded() {
    for script in [
        "[].indexOf.call({ length: Number.MAX_SAFE_INTEGER }, 1)",
        "[].includes.call({ length: Number.MAX_SAFE_INTEGER }, 1)",
        "const a = []; a.length = 4294967295; a.indexOf(1)",
        "const a = []; a.length = 4294967295; a.lastIndexOf(1)",
        "const a = []; a.length = 4294967295; a.reverse()",
        "const a = []; a.length = 4294967295; a.sort()",
        "const a = []; a.length = 4294967295; a.every(x => true)",
        "const a = []; a.length = 4294967295; a.forEach(x => true)",
        "const a = []; a.length = 4294967295; a.slice()",
        "const a = []; a.length = 4294967295; a.shift()",
        "const a = []; a.length = 4294967295; a.copyWithin(0, 5)",
        "const a = []; a.length = 4294967295; [].concat(a)",
        "const a = []; a.length = 4294967295; [a].flat()",
        "const a = []; a.length = 4294967295; [1].flatMap(() => a)",
        "const a = []; a.length = 4294967295; new Set(a)",
        "String.raw({ raw: { length: 9007199254740991 } }, 1)",
        "const a = []; a.length = 4294967295; String.raw({ raw: a })",
        "const a = []; a.length = 4294967295; JSON.stringify(a)",
        "const a = []; a.length = 4294967295; [...a]",
        "const a = []; a.length = 4294967295; Math.max(...a)",
        "const a = []; a.length = 4294967295; Object.fromEntries(a)",
        "const a = []; a.length = 4294967295; a.join()",
        "const a = []; a.length = 4294967295; '' + a",
        "[].concat({ length: Number.MAX_SAFE_INTEGER, [Symbol.isConcatSpreadable]: true }).length; throw 1",
        "const a = []; a.length = 4294967295; Reflect.get(Array.prototype, 'findLast').call(a, x => x)",
        "'a'.repeat(4000000).indexOf('a'.repeat(2000000) + 'b')",
        "'a'.repeat(4000000).includes('a'.repeat(2000000) + 'b')",
        "'a'.repeat(4000000).lastIndexOf('b' + 'a'.repeat(2000000))",
        "'a'.repeat(4000000).split('a'.repeat(2000000) + 'b')",
        "'a'.repeat(4000000).replace('a'.repeat(2000000) + 'b', '')",
        "'a'.repeat(4000000).replaceAll(new String('a'.repeat(2000000) + 'b'), '')",
        "'a\\u0300\\u0316'.repeat(1000000).normalize('NFD')",
        "Object.defineProperty(RegExp, Symbol.hasInstance, { value: () => true }); 'a'.repeat(4000000).split(new String('a'.repeat(2000000) + 'b'))",
    ] {
        let stopped = ended(&body_of(script), ScriptEvent::BeforeAction, &request());
        stopped.result.expect_err(script);
        let limit = Limits::default().time * 2;
        assert!(Duration::from_micros(stopped.micros) < limit, "{script}: {} µs", stopped.micros);
    }
}

#[test]
fn big_integers_are_refused_before_they_are_read() {
    for literal in ["10n", "0xffn", "1_000n", "0b11n", "2n**2n"] {
        let refused = failure(&body_of(&format!("const x = {literal}")));
        assert_eq!((refused.kind, refused.line), (FailureKind::Syntax, Some(1)), "{literal}");
        assert!(refused.message.contains("BigInt"), "{literal}");
    }
    for fine in ["n", "x1n", "$1n", "1 + n", "'2 n'", "0xff", "{ n: 1 }.n"] {
        let source = format!(
            "let n = 1, x1n = 1, $1n = 1; const f = () => ({fine}); function before_action() {{ return true }}"
        );
        assert_eq!(left(&source)["verdict"], true, "{fine}");
    }
    assert_eq!(value("typeof BigInt"), "undefined");
}

#[test]
fn a_memory_bomb_is_stopped() {
    for script in [
        "const a = []; for (;;) a.push('x'.repeat(100000) + a.length)",
        "let s = 'x'; for (;;) s += s",
        "'x'.repeat(500000000)",
        "new Array(100000000).fill(1)",
        "const m = new Map(); for (let i = 0;; i++) m.set(i, {})",
        "let o = {}; for (;;) o = { o, p: [o] }",
        "JSON.stringify(Array.from({ length: 4294967295 }))",
        "Array.from({ length: 9007199254740991 })",
        "String.raw({ raw: { length: 9007199254740991 } }, 1)",
        "'x'.padEnd(500000000)",
        "const a = []; for (;;) a.push(/x/)",
        "const fs = []; for (;;) fs.push(() => fs)",
    ] {
        let stopped = ended(&body_of(script), ScriptEvent::BeforeAction, &request());
        let failed = stopped.result.expect_err(script);
        assert!(
            matches!(failed.kind, FailureKind::Memory | FailureKind::Time)
                || failed.message.starts_with("RangeError"),
            "{script}: {failed:?}"
        );
        assert!(
            Duration::from_micros(stopped.micros) < Limits::default().time * 2,
            "{script}: {}",
            stopped.micros
        );
    }
    assert_eq!(
        failure(&body_of("const a = []; for (;;) a.push(new Array(1000).fill(a.length))")).kind,
        FailureKind::Memory
    );
}

#[test]
fn deep_recursion_ends_at_the_depth_of_the_stack() {
    for script in [
        "(function f() { f() })()",
        "const f = () => f(); f()",
        "let a = []; for (let i = 0; i < 20000; i++) a = [a]; JSON.stringify(a)",
        "JSON.parse('['.repeat(100000))",
        "new RegExp('('.repeat(100000) + ')'.repeat(100000))",
        "class A { get x() { return this.x } } new A().x",
        "const o = { toString() { return `${o}` } }; `${o}`",
        "let a = []; for (let i = 0; i < 20000; i++) a = [a]; a.flat(Infinity); String(a)",
    ] {
        let failed = failure(&body_of(script));
        assert!(
            matches!(failed.kind, FailureKind::Threw | FailureKind::Memory | FailureKind::Time),
            "{script}: {failed:?}"
        );
    }
    let deep = format!(
        "const x = {}1{}; function before_action() {{ return true }}",
        "(".repeat(50_000),
        ")".repeat(50_000)
    );
    assert!(matches!(failure(&deep).kind, FailureKind::Threw | FailureKind::Syntax | FailureKind::Memory));
}

#[test]
fn a_clock_that_stands_still_lets_no_script_run_for_ever() {
    let job = Job {
        clock: Arc::new(ManualClock::at("2026-01-02T03:04:05Z".parse().unwrap())),
        limits: Limits { looks: 20, ..Limits::default() },
        ..job(&body_of("for (;;) {}"), ScriptEvent::BeforeAction, &request())
    };
    let stopped = on_a_thread(move || sandbox::run(&job));
    assert_eq!(stopped.result.unwrap_err().kind, FailureKind::Time);
}

#[test]
fn a_script_finds_the_language_and_the_documented_globals_and_nothing_else() {
    let names = value("Object.getOwnPropertyNames(globalThis).sort()");
    let names: Vec<&str> = names.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let language = [
        "AggregateError",
        "Array",
        "Boolean",
        "Date",
        "Error",
        "EvalError",
        "Function",
        "Infinity",
        "InternalError",
        "Iterator",
        "JSON",
        "Map",
        "Math",
        "NaN",
        "Number",
        "Object",
        "RangeError",
        "ReferenceError",
        "Reflect",
        "RegExp",
        "Set",
        "String",
        "Symbol",
        "SyntaxError",
        "TypeError",
        "URIError",
        "WeakMap",
        "WeakSet",
        "before_action",
        "decodeURI",
        "decodeURIComponent",
        "encodeURI",
        "encodeURIComponent",
        "escape",
        "globalThis",
        "isFinite",
        "isNaN",
        "parseFloat",
        "parseInt",
        "undefined",
        "unescape",
    ];
    for name in &names {
        let documented = GLOBALS.iter().any(|global| global.name == *name);
        assert!(documented || language.contains(name), "{name} is not meant to be there");
    }
    for global in GLOBALS.iter().filter(|global| global.there != super::There::After) {
        assert!(names.contains(&global.name), "{} is documented and missing", global.name);
    }
}

#[test]
fn text_becomes_no_code_and_nothing_is_loaded() {
    for script in [
        "eval('1')",
        "(0, eval)('1')",
        "globalThis.eval('1')",
        "Function('return 1')()",
        "new Function('return 1')()",
        "(function () {}).constructor('return 1')()",
        "(() => {}).constructor('return 1')()",
        "(function* () {}).constructor('yield 1')()",
        "(async function () {}).constructor('return 1')()",
        "(async function* () {}).constructor('return 1')()",
        "Object.getPrototypeOf(function () {}).constructor('return 1')()",
        "Reflect.construct(Function, ['return 1'])",
        "[].map.constructor('return 1')()",
        "console.log.constructor('return 1')()",
        "hash.constructor('return 1')()",
        "setTimeout(() => {}, 1)",
        "fetch('http://127.0.0.1/')",
        "new XMLHttpRequest()",
        "require('fs')",
        "new Proxy({}, {})",
        "std.open('/etc/passwd')",
        "os.exec(['ls'])",
        "process.exit()",
        "new Worker('x')",
        "new WebAssembly.Module()",
        "print('x')",
        "load('x')",
    ] {
        assert_eq!(failure(&body_of(script)).kind, FailureKind::Threw, "{script}");
    }
    // A promise that nobody waits for: the module is looked for nowhere.
    let left = left(&body_of("import('/etc/passwd').then(() => { method_request_body = 'loaded' })"));
    assert_ne!(left["request"]["body"], "loaded");
    assert_eq!(
        failure("import x from '/etc/passwd'; function before_action() { return true }").kind,
        FailureKind::Syntax
    );
}

#[test]
fn games_with_prototypes_change_what_the_script_sees_and_nothing_else() {
    for script in [
        "Object.prototype.verdict = true; Object.prototype.toJSON = () => ({ verdict: true }); method_request_body = 'x'",
        "JSON.stringify = () => '{}'; JSON.parse = () => ({}); method_request_body = 'x'",
        "Array.prototype[Symbol.iterator] = null; Map.prototype.get = null; method_request_body = 'x'",
        "String.prototype.toLowerCase = () => 'host'; method_request_body = 'x'",
        "Object.keys = () => { throw 1 }; Object.defineProperty = null; Reflect.apply = null; method_request_body = 'x'",
        "Object.prototype.get = Object.prototype.set = () => 1; method_request_body = 'x'",
        "Array.prototype.push = Array.prototype.map = null; Array.isArray = () => false; method_request_body = 'x'",
        "Error.prepareStackTrace = () => { throw 1 }; Error.stackTraceLimit = 1e9; method_request_body = 'x'",
        "Object.setPrototypeOf(method_request_parameters, null); method_request_body = 'x'",
    ] {
        let ended = ended(&body_of(script), ScriptEvent::BeforeAction, &request());
        // It leaves what it wrote, or fails; it never leaves something that nobody wrote.
        if let Ok(Some(text)) = ended.result
            && let Ok(Left { request: Some(left), .. }) = serde_json::from_str::<Left>(&text)
        {
            assert_eq!(left.body.as_deref(), Some("x"), "{script}");
            assert_eq!(left.endpoint, "https://api.example/v1/invoices", "{script}");
        }
    }
    assert_eq!(
        failure(
            "function before_action() { script_execution_context.event = 'x'; return 7 in {} || nothing }"
        )
        .kind,
        FailureKind::Threw
    );
    assert_eq!(
        value(
            "(() => { script_execution_context.settings.region = 'us'; return script_execution_context.settings.region })()"
        ),
        "eu"
    );
}

#[test]
fn what_a_script_throws_is_told_with_its_place() {
    for (source, kind, message, line, column) in [
        (
            "function before_action() {\n  throw new Error('no company code');\n}",
            FailureKind::Threw,
            "no company code",
            Some(2),
            true,
        ),
        (
            "function before_action() {\n\n  return missing.x;\n}",
            FailureKind::Threw,
            "ReferenceError: missing is not defined",
            Some(3),
            true,
        ),
        ("function before_action() { throw 'plain words' }", FailureKind::Threw, "plain words", None, false),
        ("function before_action() { throw { code: 7 } }", FailureKind::Threw, "{\"code\":7}", None, false),
        ("function before_action() { throw null }", FailureKind::Memory, "", None, false),
        ("function before_action() {\n  return tru e;\n}", FailureKind::Syntax, "SyntaxError", Some(2), true),
        ("const a = 1;\nconst a = 2;", FailureKind::Syntax, "SyntaxError", Some(2), true),
        (
            "function f() {\n throw new TypeError('deep');\n}\nfunction before_action() {\n f();\n}",
            FailureKind::Threw,
            "TypeError: deep",
            Some(2),
            true,
        ),
        (
            "function before_action() {\n  hash('sha3', 'x');\n}",
            FailureKind::Threw,
            "the algorithm is md5",
            Some(2),
            true,
        ),
        (
            "function before_action() {\n  return JSON.parse('{');\n}",
            FailureKind::Threw,
            "SyntaxError",
            Some(2),
            true,
        ),
        ("throw new Error('at the top');", FailureKind::Threw, "at the top", Some(1), true),
        (
            "function before_action() { throw new Error('ünïcode 🦀') }",
            FailureKind::Threw,
            "ünïcode 🦀",
            Some(1),
            true,
        ),
        (
            "function before_action() { const e = new Error('x'); e.stack = 'script:99:1'; throw e }",
            FailureKind::Threw,
            "x",
            Some(99),
            true,
        ),
        (
            "function before_action() { throw Object.defineProperty(new Error('x'), 'message', { get() { throw 1 } }) }",
            FailureKind::Threw,
            "cannot be shown",
            None,
            false,
        ),
        (
            "function before_action() { throw Object.defineProperty(new Error('x'), 'message', { get() { for (;;) {} } }) }",
            FailureKind::Time,
            "",
            None,
            false,
        ),
    ] {
        let failed = failure(source);
        if kind == FailureKind::Memory {
            assert!(matches!(failed.kind, FailureKind::Memory | FailureKind::Threw), "{source}: {failed:?}");
            continue;
        }
        assert_eq!((failed.kind, failed.line), (kind, line), "{source}: {failed:?}");
        assert!(failed.message.contains(message), "{source}: {failed:?}");
        assert_eq!(failed.column.is_some(), column, "{source}: {failed:?}");
    }
}

#[test]
fn what_a_script_returns_decides() {
    for (returned, verdict, told) in [
        ("true", json!(true), Value::Null),
        ("false", json!(false), Value::Null),
        ("undefined", Value::Null, json!("undefined")),
        ("null", Value::Null, json!("null")),
        ("1", Value::Null, json!("number")),
        ("'true'", Value::Null, json!("string")),
        ("new Boolean(true)", Value::Null, json!("object")),
        ("({ then() {} })", Value::Null, json!("object")),
    ] {
        let left = left(&format!("function before_action() {{ return {returned} }}"));
        assert_eq!((&left["verdict"], &left["returned"]), (&verdict, &told), "{returned}");
    }
    let promise = left("async function before_action() { return true }");
    assert_eq!((&promise["verdict"], &promise["returned"]), (&Value::Null, &json!("object")));
}

#[test]
fn an_event_without_a_function_is_passed_over() {
    let found = ended("function other() {}", ScriptEvent::BeforeAction, &request());
    assert_eq!(found.result, Ok(None));
    for source in [
        "const before_action = () => true",
        "let before_action = function () { return true }",
        "var before_action = () => true",
    ] {
        assert_eq!(left(source)["verdict"], true, "{source}");
    }
    let found = ended("const before_action = 7", ScriptEvent::BeforeAction, &request());
    assert_eq!(found.result, Ok(None));
}

#[test]
fn a_source_of_a_megabyte_is_refused_and_one_at_the_limit_is_read() {
    let long = format!("// {}\nfunction before_action() {{ return true }}", "x".repeat(1 << 20));
    assert_eq!(failure(&long).kind, FailureKind::TooLong);
    let lines = "var a = { b: [1, 2, 'three'], c: function () { return 4 } };\n";
    let source = lines.repeat(200_000 / lines.len()) + "function before_action() { return true }";
    let read = ended(&source, ScriptEvent::BeforeAction, &request());
    assert!(read.result.unwrap().is_some());
    assert!(Duration::from_micros(read.micros) < Limits::default().time * 2, "{}", read.micros);
}

#[test]
fn headers_have_one_name_however_it_is_written() {
    let left = left(&body_of(
        "method_request_headers['ACCEPT'] = 'text/plain'; method_request_headers.X = 1; \
         delete method_request_headers['X-OLD']; method_request_headers.y = null; \
         if (!('accept' in method_request_headers) || method_request_headers.x !== '1') throw 1; \
         if (Object.keys(method_request_headers).length !== 2) throw 2; \
         if (JSON.stringify(method_request_headers) !== '{\"accept\":\"text/plain\",\"X\":\"1\"}') throw JSON.stringify(method_request_headers); \
         if (method_request_headers.missing !== undefined || !method_request_headers.hasOwnProperty('X')) throw 3",
    ));
    assert_eq!(left["request"]["headers"], json!([["accept", "text/plain"], ["X", "1"]]));
    let replaced = super::tests::left(&body_of("method_request_headers = { A: 'b', C: undefined }"));
    assert_eq!(replaced["request"]["headers"], json!([["A", "b"]]));
}

#[test]
fn parameters_and_body_are_left_as_written() {
    let left = left(&body_of(
        "method_request_parameters.page = 2; method_request_parameters.tag.push('ü'); \
         delete method_request_parameters.none; method_request_parameters['a b'] = true; method_request_parameters.gone = null; \
         method_request_body = { name: 'Ada', n: [1] }; method_endpoint += '/7'",
    ));
    let request = &left["request"];
    assert_eq!(request["parameters"], json!([["page", ["2"]], ["tag", ["a", "b", "ü"]], ["a b", ["true"]]]));
    assert_eq!(request["body"], "{\"name\":\"Ada\",\"n\":[1]}");
    assert_eq!(request["endpoint"], "https://api.example/v1/invoices/7");
}

#[test]
fn a_reply_is_reshaped_and_its_status_stays() {
    let source = "function after_action() { \
        const found = JSON.parse(method_response_body); method_response_body = { items: found.data, status: method_response_status }; \
        method_response_headers['content-type'] = 'application/json; charset=utf-8'; method_response_status = 500; \
        if (method_auth_value_is_there()) throw 1; return true } \
        function method_auth_value_is_there() { return typeof method_auth_value !== 'undefined' }";
    let found = ended(source, ScriptEvent::AfterAction, &reply()).result.unwrap().unwrap();
    let left: Value = serde_json::from_str(&found).unwrap();
    assert_eq!(left["response"]["body"], "{\"items\":[1,2],\"status\":200}");
    assert_eq!(left["response"]["headers"], json!([["Content-Type", "application/json; charset=utf-8"]]));
}

#[test]
fn helpers_hash_sign_and_encode() {
    for (expression, expected) in [
        ("hash('sha256', 'abc')", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("hash('SHA-1', 'abc', 'base64')", "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="),
        ("hash('md5', '')", "d41d8cd98f00b204e9800998ecf8427e"),
        (
            "hmac('sha256', 'Jefe', 'what do ya want for nothing?')",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            "hmac('sha1', '4a656665', 'what do ya want for nothing?', 'hex', 'hex')",
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
        ),
        (
            "hmac('sha256', 'SmVmZQ==', 'what do ya want for nothing?', 'base64url', 'base64')",
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM",
        ),
        ("base64_encode('Ünï')", "w5xuw68="),
        ("base64url_encode('??>')", "Pz8-"),
        ("base64_decode('w5xuw68=')", "Ünï"),
        ("base64_decode('w5xuw68')", "Ünï"),
        ("typeof unix_time()", "number"),
    ] {
        assert_eq!(value(expression), expected, "{expression}");
    }
    let uuid = value("uuid()");
    let uuid = uuid.as_str().unwrap();
    assert!(uuid.len() == 36 && &uuid[14..15] == "4" && "89ab".contains(&uuid[19..20]), "{uuid}");
    assert_eq!(value("random_hex(8).length"), 16);
    for wrong in [
        "random_hex(1000)",
        "hash('sha256')",
        "hmac('sha256', 'zz', 'a', 'hex', 'hex')",
        "base64_decode('*')",
        "hash('sha256', 'a', 'octal')",
    ] {
        assert_eq!(failure(&body_of(wrong)).kind, FailureKind::Threw, "{wrong}");
    }
}

#[test]
fn time_and_chance_are_those_of_the_ports() {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at("2026-01-02T03:04:05Z".parse().unwrap()));
    let run = || {
        let source = body_of(
            "method_request_body = [new Date().toISOString(), Date.now(), unix_time(), Math.random(), uuid(), \
             new Date(0).toISOString(), typeof Date(), new Date() instanceof Date].join(' ')",
        );
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(7));
        let job =
            Job { clock: Arc::clone(&clock), entropy, ..job(&source, ScriptEvent::BeforeAction, &request()) };
        on_a_thread(move || sandbox::run(&job)).result.unwrap().unwrap()
    };
    let found = run();
    assert!(found.contains("2026-01-02T03:04:05.000Z 1767323045000 1767323045 0."), "{found}");
    assert!(found.contains("1970-01-01T00:00:00.000Z string true"), "{found}");
    assert_eq!(found, run(), "the same ports give the same script the same answers");
}

#[test]
fn nothing_stays_from_one_run_to_the_next() {
    let source = body_of(
        "globalThis.seen = (globalThis.seen || 0) + 1; Object.prototype.left = (Object.prototype.left || 0) + 1; method_request_body = String(seen + Object.prototype.left)",
    );
    for _ in 0..3 {
        assert_eq!(left(&source)["request"]["body"], "2");
    }
}

#[test]
fn a_log_is_bounded() {
    let ended = ended(
        &body_of(
            "for (let i = 0; i < 200; i++) console.log('line', i, { a: [1] }, null, undefined, new Error('e')); console.warn('x')",
        ),
        ScriptEvent::BeforeAction,
        &request(),
    );
    assert_eq!(ended.log.len(), 51);
    assert_eq!(ended.log[3], "line 3 {\"a\":[1]} null undefined Error: e");
    assert!(ended.log[50].contains("left out"));
    let long = super::tests::ended(
        &body_of("console.log('x'.repeat(100000))"),
        ScriptEvent::BeforeAction,
        &request(),
    );
    assert_eq!(long.log, ["(a line of 100000 characters was left out)"]);
}

#[test]
fn a_script_tells_which_events_it_answers_to() {
    let source = "function before_action() { return true } const after_oauth2_token = () => true; function on_refused() {}";
    let asked = job(source, ScriptEvent::BeforeAction, &request());
    let read = on_a_thread(move || sandbox::read(&asked)).unwrap();
    assert_eq!(read.events, [ScriptEvent::BeforeAction, ScriptEvent::AfterToken]);
    assert_eq!(read.strangers, ["on_refused"]);
    let asked = job("function (", ScriptEvent::BeforeAction, &request());
    let refused = on_a_thread(move || sandbox::read(&asked)).unwrap_err();
    assert_eq!((refused.kind, refused.line), (FailureKind::Syntax, Some(1)));
}

#[test]
fn many_runs_at_once_do_each_their_own() {
    let threads: Vec<_> = (0..16)
        .map(|number| {
            std::thread::Builder::new()
                .stack_size(4 << 20)
                .spawn(move || {
                    let source = body_of(&format!(
                        "method_request_body = '{number}'; if ({number} % 4 === 0) for (;;) {{}}"
                    ));
                    let job = job(&source, ScriptEvent::BeforeAction, &request());
                    (number, sandbox::run(&job).result)
                })
                .unwrap()
        })
        .collect();
    for thread in threads {
        let (number, result) = thread.join().unwrap();
        match number % 4 {
            0 => assert_eq!(result.unwrap_err().kind, FailureKind::Time),
            _ => assert!(result.unwrap().unwrap().contains(&format!("\"body\":\"{number}\""))),
        }
    }
}
