//! What a script finds, what it leaves, and what is told of it.

use super::*;

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
    let replaced = super::left(&body_of("method_request_headers = { A: 'b', C: undefined }"));
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
    let long =
        super::ended(&body_of("console.log('x'.repeat(100000))"), ScriptEvent::BeforeAction, &request());
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
