//! One trial: the Lab is set, the steps are taken with the real core, and what came of the last one is judged.

use super::{
    bench::Bench,
    person::End,
    shape::Shape,
    trials::{Ends, Step, Trial},
};
use crate::contract::{
    TypedSecret,
    connect::{AttemptStateView, AttemptView, BeginConnect, DiscardAttempt, ShowAttempt},
    connections::{
        RefreshConnection, RevokeConnection, ShowConnection, StatusKind, VerificationOutcome,
        VerifyConnection,
    },
    diagnosis::DiagnosisView,
    error::{ErrorCode, ErrorView},
    lab::{AdvanceLab, DialValue, ResetDials, RevokeInLab, RotateLabKeys, SetDial},
    proof::TrialResult,
};
use domain::id::AttemptId;
use engine::connect::ATTEMPT_LIFE;
use secret::SecretString;
use std::{collections::BTreeMap, future::Future, pin::pin, time::Duration};

/// How long an answer may take on this machine before time goes faster: somebody waits for it to pass.
const PATIENCE: Duration = Duration::from_millis(250);
/// How much faster.
const LEAP: Duration = Duration::from_secs(5);
/// How often the engine looks whether a redirect came by another way than its own.
const LOOK: Duration = Duration::from_millis(250);
/// How long a reply is waited for in the trial where none comes.
const SOON: Duration = Duration::from_millis(100);

/// What came of a step, or of a trial.
#[derive(Clone, Debug, Default)]
pub(super) struct Came {
    pub how: How,
    /// What happened, for people.
    pub told: String,
    pub diagnosis: Option<DiagnosisView>,
    /// Who the connection acts as, where the step tells.
    pub account: Option<String>,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum How {
    #[default]
    Works,
    Refused,
    Unclear,
}

/// A trial that was made.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub result: TrialResult,
    /// What happened, where it failed.
    pub found: Option<String>,
    pub diagnosis: Option<DiagnosisView>,
}

/// Makes trials with one way of a connector.
pub(super) struct Run<'a> {
    pub bench: &'a Bench,
    pub way: Option<&'a str>,
    pub shape: &'a Shape,
}

impl Run<'_> {
    /// Makes one trial. Nothing of it is left for the next.
    pub async fn make(&self, trial: &Trial) -> Judged {
        let judged = match self.go_through(trial).await {
            Ok(judged) => judged,
            Err(error) => failed(format!("The trial could not be made: {}", error.message), None),
        };
        self.bench.http.set_patience(None);
        self.bench.person.end(End::Stuck);
        // Whatever was told to wait has waited.
        self.bench.clock.pass(ATTEMPT_LIFE * 2);
        judged
    }

    async fn go_through(&self, trial: &Trial) -> Result<Judged, ErrorView> {
        let api = &self.bench.api;
        api.reset_lab_dials(ResetDials { connector: None }).await?;
        // Nobody has to choose or to agree on a page: the dials say who it is.
        self.set(&[("person", lab::PERSON), ("consent", "off")]).await?;
        self.set(trial.dials).await?;
        let mut connection = None;
        let mut came = Came::default();
        for (index, step) in trial.steps.iter().enumerate() {
            if came.how != How::Works {
                let told =
                    format!("{} Only after that it has to: {}.", came.told, trial.has_to.to_lowercase());
                return Ok(failed(told, came.diagnosis));
            }
            came = self.hurried(self.take(*step, &mut connection)).await?;
            tracing::debug!(trial = trial.id, ?step, index, ?came.how, "a step of a trial");
        }
        let standing = self.standing(connection.as_deref()).await?;
        Ok(judge(trial, came, standing, self.shape))
    }

    /// Where the connection stands, and whether it lacks a permission.
    async fn standing(&self, connection: Option<&str>) -> Result<Option<(StatusKind, bool)>, ErrorView> {
        let Some(connection) = connection else { return Ok(None) };
        let shown =
            self.bench.api.show_connection(ShowConnection { connection: connection.to_owned() }).await?;
        let lacks = shown.permissions.iter().any(|permission| !permission.granted);
        Ok(Some((shown.row.status.kind, lacks)))
    }

    async fn take(&self, step: Step, connection: &mut Option<String>) -> Result<Came, ErrorView> {
        let api = &self.bench.api;
        let standing = || connection.clone().unwrap_or_default();
        match step {
            Step::Connect | Step::ConnectWithWrong | Step::Reauthorize => {
                let old = connection.take().filter(|_| step == Step::Reauthorize);
                let secrets = self.wrong_secret(step == Step::ConnectWithWrong);
                let (came, made) = self.connect(old, secrets).await?;
                *connection = made;
                return Ok(came);
            }
            Step::Verify => return Ok(self.verify(standing()).await),
            Step::Refresh => {
                let refreshed = api.refresh_connection(RefreshConnection { connection: standing() }).await;
                return Ok(refreshed.map_or_else(Came::of_error, |_| Came::default()));
            }
            Step::Revoke => {
                let revoked = api.revoke_connection(RevokeConnection { connection: standing() }).await;
                return Ok(revoked.map_or_else(Came::of_error, |_| Came::default()));
            }
            Step::Later(seconds) => self.bench.clock.pass(Duration::from_secs(seconds)),
            Step::AgeAtService(seconds) => {
                api.advance_lab(AdvanceLab { seconds }).await?;
            }
            Step::EndAtService => {
                api.revoke_in_lab(RevokeInLab { connector: None }).await?;
            }
            Step::NewKeys => {
                api.rotate_lab_keys(RotateLabKeys {}).await?;
            }
            Step::Set(dials) => self.set(dials).await?,
            Step::GiveUpSoon => self.bench.http.set_patience(Some(SOON)),
        }
        Ok(Came::default())
    }

    async fn set(&self, dials: &[(&str, &str)]) -> Result<(), ErrorView> {
        for (id, value) in dials {
            let value = Some(DialValue::Text((*value).to_owned()));
            self.bench.api.set_lab_dial(SetDial { connector: None, id: (*id).to_owned(), value }).await?;
        }
        Ok(())
    }

    /// Another value than the Lab's for the first secret, shaped as the connector says.
    fn wrong_secret(&self, is_wrong: bool) -> BTreeMap<String, TypedSecret> {
        let key = self.shape.secret.as_ref().filter(|_| is_wrong);
        let wrong = |(key, begins): &(String, String)| {
            (key.clone(), TypedSecret::new(SecretString::new(format!("{begins}not-the-one-given-out"))))
        };
        key.into_iter().map(wrong).collect()
    }

    /// A new connection, or the old one signed in again; with the connection, where it stands.
    async fn connect(
        &self,
        old: Option<String>,
        secrets: BTreeMap<String, TypedSecret>,
    ) -> Result<(Came, Option<String>), ErrorView> {
        let api = &self.bench.api;
        self.bench.person.begin();
        let begin = BeginConnect {
            connector: self.bench.connector.to_string(),
            name: String::new(),
            environment: Some(domain::environment::LAB.into()),
            authentication: self.way.map(str::to_owned),
            settings: BTreeMap::new(),
            values: BTreeMap::new(),
            secrets,
            connection: old,
            new_version: false,
            scopes: None,
            way: None,
            no_browser: false,
        };
        let begun = match api.begin_connect(begin).await {
            Ok(begun) => begun,
            Err(error) => return Ok((Came::of_error(error), None)),
        };
        let ended = self.see_through(&begun.attempt).await?;
        if ended.connection.is_none() {
            api.discard_attempt(DiscardAttempt { attempt: begun.attempt }).await?;
        }
        let connection = ended.connection.clone();
        Ok((Came::of_attempt(ended), connection))
    }

    /// Does the person's part until the attempt has ended.
    async fn see_through(&self, attempt: &str) -> Result<AttemptView, ErrorView> {
        let Bench { api, person, clock, .. } = self.bench;
        let id = AttemptId::from_stored(attempt);
        let mut has_agreed = false;
        loop {
            // Looked at often: what ends it is as quick as this machine.
            api.settled_attempt(attempt, Duration::from_millis(20)).await?;
            // Asked first: what the row says once nobody is at it is the end.
            let runs = api.engine.is_at(&id);
            let view = api.show_attempt(ShowAttempt { attempt: attempt.to_owned() }).await?;
            let waits = view.state == AttemptStateView::SigningIn;
            let device = view.sign_in.as_ref().and_then(|sign_in| sign_in.device.clone());
            match (device, waits) {
                (_, false) if runs => {}
                (_, false) => return Ok(view),
                (Some(device), true) if !has_agreed => {
                    let page = device.verification_uri_complete.unwrap_or(device.verification_uri);
                    person.visit(&SecretString::new(page)).await;
                    has_agreed = true;
                }
                (Some(_), true) => clock.pass(LEAP),
                (None, true) => self.come_back().await,
            }
        }
    }

    /// Brings back what the browser brought; where nothing comes, the time to wait for it passes.
    async fn come_back(&self) {
        let Bench { api, person, clock, .. } = self.bench;
        match person.ended().await {
            End::Landed(address) => {
                let taken = api.receive_redirect(address).await.is_ok();
                person.end(if taken { End::Taken } else { End::Stuck });
                clock.pass(LOOK);
            }
            End::Stuck => clock.pass(ATTEMPT_LIFE),
            End::Taken => clock.pass(LOOK),
            End::Underway => {}
        }
    }

    async fn verify(&self, connection: String) -> Came {
        match self.bench.api.verify_connection(VerifyConnection { connection }).await {
            Ok(found) => Came {
                how: match found.outcome {
                    VerificationOutcome::Works => How::Works,
                    VerificationOutcome::Refused => How::Refused,
                    VerificationOutcome::CouldNotCheck => How::Unclear,
                },
                told: found.sentence,
                account: found.account,
                diagnosis: found.diagnosis,
            },
            Err(error) => Came::of_error(error),
        }
    }

    /// The same, and whoever waits for time to pass has it pass.
    async fn hurried<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        let clock = self.bench.clock.true_clock();
        loop {
            let deadline = clock.monotonic() + PATIENCE;
            tokio::select! {
                done = &mut work => return done,
                () = clock.sleep_until(deadline) => self.bench.clock.pass(LEAP),
            }
        }
    }
}

impl Came {
    fn of_error(error: ErrorView) -> Self {
        let how = match error.code {
            ErrorCode::CouldNotCheck => How::Unclear,
            _ => How::Refused,
        };
        Self { how, told: error.message, diagnosis: error.diagnosis.map(|found| *found), account: None }
    }

    fn of_attempt(ended: AttemptView) -> Self {
        let how = match ended.state {
            AttemptStateView::Connected => How::Works,
            AttemptStateView::CouldNotCheck => How::Unclear,
            _ => How::Refused,
        };
        let failure = ended.sign_in.as_ref().and_then(|sign_in| sign_in.failure.clone());
        let told = match (failure, &ended.verification) {
            (Some(failure), _) => failure.happened,
            (None, Some(found)) => found.sentence.clone(),
            (None, None) => String::new(),
        };
        let verified = ended.verification.and_then(|found| found.account);
        let account = verified.or_else(|| ended.sign_in.and_then(|sign_in| sign_in.account));
        Self { how, told, account, diagnosis: ended.diagnosis }
    }
}

/// What the last step came to, beside what it has to.
fn judge(trial: &Trial, came: Came, standing: Option<(StatusKind, bool)>, shape: &Shape) -> Judged {
    let (status, lacks) = standing.unzip();
    let names = |causes: &[&str]| {
        let first = came.diagnosis.as_ref().and_then(|diagnosis| diagnosis.causes.first());
        causes.is_empty() || first.is_some_and(|first| causes.contains(&first.cause.as_str()))
    };
    let is_lab_person = |account: &Option<String>| account.as_deref() == Some(lab::PERSON);
    let fits = match (trial.ends, came.how) {
        (Ends::Works, How::Works)
            if shape.tells_account && trial.tells() && !is_lab_person(&came.account) =>
        {
            Err("It works, but the reply has no account where the connector looks for it.".to_owned())
        }
        (Ends::Works, How::Works) => Ok(TrialResult::Passed),
        (Ends::WorksWithLess, How::Works) if lacks == Some(true) => Ok(TrialResult::Passed),
        (Ends::WorksWithLess, How::Works) => {
            Err("It works, and does not see that a permission is missing.".to_owned())
        }
        (Ends::Works | Ends::WorksWithLess, _) => Err(came.told.clone()),
        (Ends::Refused(_) | Ends::Unclear(_), How::Works) => {
            Err("It took this for right, although the service refused.".to_owned())
        }
        (Ends::Refused(_), How::Unclear) if status.is_some() => Err(came.told.clone()),
        (Ends::Refused(_), _) if matches!(status, Some(StatusKind::Connected | StatusKind::Expiring)) => {
            Err(format!("{} The connection still counts as connected.", came.told))
        }
        (Ends::Refused(causes), _) if names(causes) => Ok(TrialResult::Refused),
        (Ends::Unclear(_), _) if status != Some(StatusKind::Connected) => {
            Err(format!("{} The connection counts as broken, although nothing was learned.", came.told))
        }
        (Ends::Unclear(causes), _) if names(causes) => Ok(TrialResult::Passed),
        (Ends::Refused(_) | Ends::Unclear(_), _) => Err(format!(
            "{} It stopped as it must, but what it names as the cause is another one.",
            came.told
        )),
    };
    match fits {
        Ok(result) => Judged {
            result,
            found: None,
            diagnosis: came.diagnosis.filter(|_| result == TrialResult::Refused),
        },
        Err(found) => failed(found, came.diagnosis),
    }
}

fn failed(found: String, diagnosis: Option<DiagnosisView>) -> Judged {
    Judged { result: TrialResult::Failed, found: Some(found), diagnosis }
}

impl Trial {
    /// Whether its last step tells who the connection acts as.
    fn tells(&self) -> bool {
        matches!(self.steps.last(), Some(Step::Connect | Step::Verify | Step::Reauthorize))
    }
}
