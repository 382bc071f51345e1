//! The steps of a sign-in, told as they happen; `patchbay redirect`.

use super::Outcome;
use crate::output::{Exit, Output, Stop, usage};
use api::{
    Api, SecretString,
    contract::{
        TypedSecret,
        connect::{AttemptStateView, AttemptView, EnterPin, ExplainPage, SignInView, StepKindView, WayView},
    },
};
use serde_json::json;
use std::{
    io::{BufRead, Read},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

/// How often a sign-in is looked at.
const LOOK: Duration = Duration::from_millis(200);
/// The longest address that is read.
const LONGEST: u64 = 1 << 20;

/// Tells the steps of an attempt until it has ended, at most for `limit`. With `hands_out`, the address of the sign-in
/// page is printed instead of opened. The first `told` steps were told before.
/// # Errors
/// The attempt is gone.
pub async fn follow(
    mut attempt: AttemptView,
    mut told: usize,
    (limit, hands_out): (Duration, bool),
    api: &Api,
    output: &Output,
) -> Result<AttemptView, Stop> {
    let mut left = limit;
    let mut pin = None;
    loop {
        if let Some(sign_in) = &attempt.sign_in {
            for step in sign_in.steps.get(told..).unwrap_or_default() {
                tell(step.kind, &attempt, sign_in, hands_out, api, output).await?;
            }
            told = sign_in.steps.len();
            let waits = attempt.state == AttemptStateView::SigningIn;
            if waits && sign_in.way == Some(WayView::Pin) && pin.is_none() {
                output.line(&json!({ "step": "pin" }));
                output.say("Allow it there, then type the PIN that the page shows:");
                pin = Some(line());
            }
        }
        if let Some(typed) = pin.as_ref().and_then(|pin| pin.try_recv().ok()) {
            let pin = TypedSecret::new(SecretString::new(typed?));
            attempt = api.enter_pin(EnterPin { attempt: attempt.attempt, pin }).await?;
            continue;
        }
        if is_over(attempt.state) || left.is_zero() {
            return Ok(attempt);
        }
        // Waits for so long unless the attempt ends meanwhile.
        let look = LOOK.min(left);
        left -= look;
        attempt = api.settled_attempt(&attempt.attempt, look).await?;
    }
}

/// Hands a redirect to the sign-in that waits for it, and tells its steps to the end.
pub async fn redirect(address: &str, api: &Api, output: &Output) -> Outcome {
    let address = match address {
        "-" => {
            let mut text = String::new();
            let read = std::io::stdin().take(LONGEST).read_to_string(&mut text);
            read.map_err(|error| {
                usage(format!("The address could not be read: {error}."), "Pipe it in as one line of text.")
            })?;
            SecretString::new(text.trim().to_owned())
        }
        address => SecretString::new(address.to_owned()),
    };
    let attempt = api.receive_redirect(address).await?;
    let attempt = follow(attempt, 0, (Duration::from_secs(60), false), api, output).await?;
    output.result(&json!({ "attempt": attempt.attempt, "state": attempt.state }), |_| match attempt.state {
        AttemptStateView::Connected => format!("{} is connected.", attempt.name),
        _ => format!("The sign-in for {} goes on where it was begun.", attempt.name),
    });
    Ok(Exit::Done)
}

/// Tells what the error page means that the service shows in the browser of the sign-in that waits.
pub async fn explain(page: &str, name: Option<&str>, api: &Api, output: &Output) -> Outcome {
    let mut text = String::new();
    let read = match page {
        "-" => std::io::stdin().take(LONGEST).read_to_string(&mut text),
        file => std::fs::File::open(file).and_then(|file| file.take(LONGEST).read_to_string(&mut text)),
    };
    read.map_err(|error| {
        usage(format!("The page could not be read: {error}."), "Give it as text in a file, or pipe it in.")
    })?;
    let waiting = api.waiting_sign_in(name).await?;
    let page = TypedSecret::new(SecretString::new(text));
    let explained = api.explain_page(ExplainPage { attempt: waiting.attempt.clone(), page }).await?;
    output.result(&explained, |explained| match explained.diagnosis {
        Some(_) => {
            format!("{} shows this for {}; the sign-in still waits.", waiting.connector_name, waiting.name)
        }
        None => format!(
            "Nothing in it tells Patchbay why. Ask {} what it means; the sign-in for {} still waits.",
            waiting.connector_name, waiting.name
        ),
    });
    output.causes(explained.diagnosis.as_ref());
    Ok(Exit::Done)
}

/// The next line of standard input, read aside so that the time-out holds meanwhile.
fn line() -> Receiver<Result<String, Stop>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        let read = std::io::stdin().lock().take(LONGEST).read_line(&mut text);
        let failed = |why: String| usage(why, "Type it, or pipe it in as one line of text.");
        let _ = sender.send(match read {
            Ok(0) => Err(failed("There was no PIN to read.".into())),
            Ok(_) => Ok(text),
            Err(error) => Err(failed(format!("The PIN could not be read: {error}."))),
        });
    });
    receiver
}

fn is_over(state: AttemptStateView) -> bool {
    use AttemptStateView as State;
    match state {
        State::Starting | State::SigningIn | State::Exchanging | State::Verifying => false,
        State::Failed
        | State::AnotherAccount
        | State::NewAddresses
        | State::Refused
        | State::CouldNotCheck
        | State::Connected => true,
    }
}

async fn tell(
    step: StepKindView,
    attempt: &AttemptView,
    sign_in: &SignInView,
    hands_out: bool,
    api: &Api,
    output: &Output,
) -> Result<(), Stop> {
    match step {
        StepKindView::Browser if attempt.state != AttemptStateView::SigningIn => {}
        StepKindView::Browser if hands_out => {
            let link = api.sign_in_link(&attempt.attempt).await?;
            // EXPOSE: the person asked for the address on the terminal, with --no-browser
            let link = link.expose();
            output.line(&json!({ "step": "browser", "url": link, "redirect_uri": sign_in.redirect_uri }));
            output.say(&format!("Open this address in a browser on this machine:\n{link}"));
            wait(sign_in, output);
        }
        StepKindView::Browser => {
            output.line(&json!({ "step": "browser", "redirect_uri": sign_in.redirect_uri }));
            output.say("The sign-in page was opened in your browser.");
            wait(sign_in, output);
        }
        StepKindView::Device => {
            if let Some(device) = &sign_in.device {
                output.line(&json!({
                    "step": "device",
                    "user_code": device.user_code,
                    "verification_uri": device.verification_uri,
                    "verification_uri_complete": device.verification_uri_complete,
                }));
                output.say(&format!(
                    "Open {} on any device and type {}.",
                    device.verification_uri, device.user_code
                ));
                wait(sign_in, output);
            }
        }
        StepKindView::Redirect => output.line(&json!({ "step": "redirect" })),
        StepKindView::Exchanged => {
            output.line(&json!({
                "step": "exchanged",
                "granted": sign_in.granted,
                "expires_at": sign_in.expires_at,
            }));
        }
        // What verify found is told with the end.
        StepKindView::Verified => {}
    }
    Ok(())
}

fn wait(sign_in: &SignInView, output: &Output) {
    if let Some(left) = sign_in.seconds_left {
        output.line(&json!({ "step": "waiting", "seconds_left": left }));
    }
}
