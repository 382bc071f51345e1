//! The interpreter: a fresh QuickJS for each run, bounded in time, memory and depth, with nothing of this machine in it.
//!
//! The interpreter looks at the clock every ten thousand turns of a loop or calls, and inside regular expressions; what
//! stops it then no script can catch. What runs long between two looks is bounded by `prelude.js`. [`Looks`] is a second
//! end, which needs no clock: a clock that stands still stops nothing.
//!
//! **Never**: a module, a file, a socket, a timer or code from text; BigInt, whose arithmetic runs for seconds between
//! two looks; anything that stays for the next run.

use super::{Failure, FailureKind, LONGEST_SOURCE, Limits, ScriptEvent, host};
use domain::ports::{Clock, Entropy};
use rquickjs::{
    CatchResultExt as _, CaughtError, Context, Ctx, Function, Object, Runtime, Value,
    context::{EvalOptions, intrinsic},
};
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

/// The name of the person's script in stacks.
const SCRIPT: &str = "script";
const PRELUDE: &str = include_str!("prelude.js");

type Intrinsics = (
    intrinsic::Eval,
    intrinsic::Date,
    intrinsic::RegExpCompiler,
    intrinsic::RegExp,
    intrinsic::Json,
    intrinsic::Proxy,
    intrinsic::MapSet,
    intrinsic::Promise,
);

/// One run of one event.
pub(super) struct Job {
    pub source: Arc<str>,
    pub event: ScriptEvent,
    /// What the event finds, as `prelude.js` reads it.
    pub input: String,
    pub limits: Limits,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
}

/// What reading a script told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScriptRead {
    /// The events that it answers to.
    pub events: Vec<ScriptEvent>,
    /// Its functions that look like events and are none.
    pub strangers: Vec<String>,
}

/// What came of a run, its lines not yet masked.
#[derive(Debug)]
pub(super) struct Ended {
    /// What the script left, as `prelude.js` writes it; none where it has no such function.
    pub result: Result<Option<String>, Failure>,
    pub log: Vec<String>,
    pub micros: u64,
}

/// What the interpreter's looks at the clock found.
#[derive(Default)]
struct Looks {
    stopped: AtomicBool,
    count: AtomicU32,
}

/// Runs `job` to its end, which may take twice its time limit. The calling thread does nothing else meanwhile.
pub(super) fn run(job: &Job) -> Ended {
    let log = Arc::new(Mutex::new(Vec::new()));
    let begun = job.clock.thread_time();
    let result = attempt(job, &log);
    let micros = job.clock.thread_time().saturating_sub(begun).as_micros();
    let log = std::mem::take(&mut *log.lock().unwrap_or_else(PoisonError::into_inner));
    Ended { result, log, micros: u64::try_from(micros).unwrap_or(u64::MAX) }
}

/// Reads a script on the made-up input of each event in turn, and tells which it answers to. Its top level runs, as at
/// each event.
pub(super) fn read(job: &Job) -> Result<ScriptRead, Failure> {
    in_context(job, &Arc::default(), |ctx, prelude| {
        let begin: Function<'_> = prelude.get("begin")?;
        begin.call::<_, ()>((job.input.as_str(),))?;
        evaluate(ctx, &job.source)?;
        let answered = ScriptEvent::ALL.into_iter();
        let events = answered
            .filter_map(|event| function(ctx, event).map(|found| found.map(|_| event)).transpose())
            .collect::<rquickjs::Result<_>>()?;
        let names = ctx.globals().keys::<String>().filter_map(Result::ok);
        let strangers = names.filter(|name| looks_like_an_event(name) && ScriptEvent::parse(name).is_none());
        Ok(ScriptRead { events, strangers: strangers.collect() })
    })
}

fn looks_like_an_event(name: &str) -> bool {
    ["before_", "after_", "on_"].iter().any(|start| name.starts_with(start))
}

fn attempt(job: &Job, log: &host::Log) -> Result<Option<String>, Failure> {
    in_context(job, log, |ctx, prelude| {
        let begin: Function<'_> = prelude.get("begin")?;
        begin.call::<_, ()>((job.input.as_str(),))?;
        evaluate(ctx, &job.source)?;
        let Some(function) = function(ctx, job.event)? else { return Ok(None) };
        let verdict: Value<'_> = function.call(())?;
        let finish: Function<'_> = prelude.get("finish")?;
        finish.call((verdict,)).map(Some)
    })
}

/// Makes the context, lets `work` run in it, and tells what stopped it.
fn in_context<T>(
    job: &Job,
    log: &host::Log,
    work: impl for<'js> FnOnce(&Ctx<'js>, &Object<'js>) -> rquickjs::Result<T>,
) -> Result<T, Failure> {
    check_text(&job.source)?;
    let broken = |error: rquickjs::Error| Failure::new(FailureKind::Memory, error.to_string());
    let runtime = Runtime::new().map_err(broken)?;
    runtime.set_memory_limit(job.limits.memory);
    runtime.set_max_stack_size(job.limits.stack);
    let looks = Arc::new(Looks::default());
    runtime.set_interrupt_handler(Some(watch(job, Arc::clone(&looks))));
    let context = Context::custom::<Intrinsics>(&runtime).map_err(broken)?;
    context.with(|ctx| {
        let mut describe = None;
        let done = prepare(&ctx, job, log)
            .and_then(|prelude| {
                describe = prelude.get("describe").ok();
                work(&ctx, &prelude)
            })
            .catch(&ctx);
        done.map_err(|caught| failure(&ctx, caught, describe, &looks))
    })
}

/// Runs the prelude and hands it the functions of the host.
fn prepare<'js>(ctx: &Ctx<'js>, job: &Job, log: &host::Log) -> rquickjs::Result<Object<'js>> {
    let mut options = EvalOptions::default();
    options.strict = true;
    options.filename = Some("patchbay".into());
    let prelude: Function<'js> = ctx.eval_with_options(PRELUDE, options)?;
    prelude.call((host::functions(ctx, job, log)?,))
}

fn evaluate(ctx: &Ctx<'_>, source: &str) -> rquickjs::Result<()> {
    let mut options = EvalOptions::default();
    options.strict = false;
    options.filename = Some(SCRIPT.into());
    ctx.eval_with_options::<Value<'_>, _>(source, options).map(drop)
}

/// The function that answers to `event`, also one that was declared by `const` or `let`.
fn function<'js>(ctx: &Ctx<'js>, event: ScriptEvent) -> rquickjs::Result<Option<Function<'js>>> {
    let name = event.name();
    let found: Value<'js> = ctx.eval(format!("typeof {name} === 'function' ? {name} : null"))?;
    Ok(found.into_function())
}

/// What is called at each look; true stops the script.
fn watch(job: &Job, looks: Arc<Looks>) -> Box<dyn FnMut() -> bool + Send> {
    let (clock, limits) = (Arc::clone(&job.clock), job.limits);
    let begun = clock.thread_time();
    Box::new(move || {
        let count = looks.count.fetch_add(1, Ordering::Relaxed);
        let over = count >= limits.looks || clock.thread_time().saturating_sub(begun) >= limits.time;
        if over {
            looks.stopped.store(true, Ordering::Relaxed);
        }
        over
    })
}

/// What is refused before the interpreter sees it.
fn check_text(source: &str) -> Result<(), Failure> {
    if source.len() > LONGEST_SOURCE {
        let message = format!("the script has {} bytes, and {LONGEST_SOURCE} are the most", source.len());
        return Err(Failure::new(FailureKind::TooLong, message));
    }
    match big_integer(source) {
        None => Ok(()),
        Some(at) => {
            let message =
                "numbers that end in `n` (BigInt) cannot be used here, nor stand in its texts".to_owned();
            let (line, column) = place(source, at);
            Err(Failure { kind: FailureKind::Syntax, message, line: Some(line), column: Some(column) })
        }
    }
}

/// Where something stands that may be a BigInt literal. Texts and comments count: to tell them apart safely would need
/// the interpreter's own reader.
fn big_integer(source: &str) -> Option<usize> {
    let bytes = source.as_bytes();
    let in_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii();
    let mut at = 0;
    while at < bytes.len() {
        if !in_word(&bytes[at]) {
            at += 1;
            continue;
        }
        let length = bytes[at..].iter().take_while(|byte| in_word(byte)).count();
        let word = &bytes[at..at + length];
        if let ([first, .., b'n'], true) = (word, word.len() > 1)
            && first.is_ascii_digit()
            && is_number(&word[..word.len() - 1])
        {
            return Some(at);
        }
        at += length;
    }
    None
}

fn is_number(word: &[u8]) -> bool {
    let digits = match word {
        [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', digits @ ..] => digits,
        digits => digits,
    };
    digits.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'_')
}

/// Line and column of a byte, both from one.
fn place(source: &str, at: usize) -> (u32, u32) {
    let before = &source[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    (number(line), number(column))
}

/// What went wrong, in words, and where in the person's script.
fn failure<'js>(
    ctx: &Ctx<'js>,
    caught: CaughtError<'js>,
    describe: Option<Function<'js>>,
    looks: &Looks,
) -> Failure {
    let stopped = || looks.stopped.load(Ordering::Relaxed);
    let thrown = match caught {
        _ if stopped() => {
            // Where it was stopped stands in the error that nobody could catch.
            let stack = match &caught {
                CaughtError::Exception(exception) => exception.stack().unwrap_or_default(),
                _ => String::new(),
            };
            let (line, column) = last_place(&stack);
            let message = "the script ran longer than it may".to_owned();
            return Failure { kind: FailureKind::Time, message, line, column };
        }
        CaughtError::Exception(exception) => exception.into_object().into_value(),
        CaughtError::Value(value) => value,
        CaughtError::Error(error) => return Failure::new(FailureKind::Memory, error.to_string()),
    };
    // The interpreter has nothing left to say it with.
    if thrown.is_null() {
        return Failure::new(FailureKind::Memory, "the script used more memory than it may".into());
    }
    let described = describe
        .and_then(|describe| describe.call::<_, String>((thrown.clone(),)).catch(ctx).ok())
        .and_then(|text| serde_json::from_str::<Described>(&text).ok());
    let Some(Described { message, stack }) = described else {
        let kind = if stopped() { FailureKind::Time } else { FailureKind::Threw };
        return Failure::new(kind, "the script failed, and what it threw cannot be shown".into());
    };
    let (line, column) = last_place(&stack);
    // What the script's own `JSON.parse` or `RegExp` refuses is thrown inside a function, and is no fault of its language.
    let unread = stack.lines().next().is_some_and(|first| first.contains(" script:"));
    let kind = match message.split_once(": ").map_or(("", message.as_str()), |found| found) {
        ("InternalError", "out of memory" | "string too long") => FailureKind::Memory,
        ("SyntaxError", _) if unread => FailureKind::Syntax,
        _ => FailureKind::Threw,
    };
    Failure { kind, message, line, column }
}

#[derive(serde::Deserialize)]
struct Described {
    message: String,
    stack: String,
}

/// The innermost place of the person's script in a stack, whose lines end in `(script:LINE:COLUMN)` or `script:LINE:COLUMN`.
fn last_place(stack: &str) -> (Option<u32>, Option<u32>) {
    stack
        .lines()
        .find_map(|line| {
            let place = line.trim().trim_end_matches(')');
            let place = place.rsplit([' ', '(']).next()?.strip_prefix(SCRIPT)?.strip_prefix(':')?;
            let (line, column) = place.split_once(':').unwrap_or((place, ""));
            Some((Some(line.parse().ok()?), column.parse().ok()))
        })
        .unwrap_or_default()
}
