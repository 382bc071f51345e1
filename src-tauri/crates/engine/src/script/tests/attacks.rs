//! What no script may do: go on, grow, dig deeper, find more than it is given, or change what is not its own.

use super::*;

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
    for global in GLOBALS.iter().filter(|global| global.there != crate::script::There::After) {
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
