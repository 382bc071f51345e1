//! The trials as a table: what the Lab does, what is done with the connector then, and what must come of it.
//!
//! A trial is a line: which connectors it fits, how the Lab is set, the steps, and how the last of them has to end; every
//! step before it must work. To add one: its line, and `cargo test -p api prove` says which connectors take it.

use super::shape::{Comes, Shape};
use crate::contract::proof::TrialGroup;
use domain::connector::{ClientAuthentication as Client, Pkce};

/// One trial.
pub(super) struct Trial {
    /// Its name in commands.
    pub id: &'static str,
    /// Where it stands among the others.
    pub group: TrialGroup,
    /// What the Lab does.
    pub does: &'static str,
    /// What the connector has to do.
    pub has_to: &'static str,
    /// Which connectors it fits.
    pub fits: fn(&Shape) -> bool,
    /// How the Lab is set before the first step.
    pub dials: Dials,
    /// What is done.
    pub steps: &'static [Step],
    /// How the last step has to end.
    pub ends: Ends,
}

/// Dials and what they are set to, as a person writes it.
pub(super) type Dials = &'static [(&'static str, &'static str)];

/// Something that is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A new connection, with what the Lab gave out.
    Connect,
    /// The same, with another secret than that.
    ConnectWithWrong,
    /// The harmless call.
    Verify,
    /// So many seconds later, for everybody.
    Later(u64),
    /// So many seconds later for what the Lab gave out, which nobody here is told.
    AgeAtService(u32),
    /// New tokens, ahead of time.
    Refresh,
    /// The same account signs in once more.
    Reauthorize,
    /// The service is told to end it.
    Revoke,
    /// The service ends it by itself.
    EndAtService,
    /// The service signs with new keys.
    NewKeys,
    /// The Lab is set otherwise.
    Set(Dials),
    /// No reply is waited for as long as the Lab takes.
    GiveUpSoon,
}

/// How the last step of a trial has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    /// It works, as the Lab's person.
    Works,
    /// It works, and shows that a permission is missing.
    WorksWithLess,
    /// It is refused, and the likeliest cause is one of these.
    Refused(&'static [&'static str]),
    /// Nothing is learned and what stood before stays; the likeliest cause is one of these.
    Unclear(&'static [&'static str]),
}

use Ends::*;
use Step::*;
use TrialGroup::{SignIn, Tokens, Trouble};

/// How long a token holds in trials that let it end, in seconds.
const SHORT: Dials = &[("token_lifetime", "120")];
const PAST_SHORT: Step = Later(600);
/// Past any token that the Lab gives when nothing is set.
const PAST_USUAL: u32 = 4000;

const fn trial(id: &'static str, group: TrialGroup, (does, has_to): (&'static str, &'static str)) -> Trial {
    Trial { id, group, does, has_to, fits: |_| true, dials: &[], steps: &[Connect], ends: Works }
}

/// Every trial, in the order in which they are made.
pub(super) static TRIALS: &[Trial] = &[
    Trial {
        fits: |shape| matches!(shape.comes, Comes::Never | Comes::Typed) && shape.verifies,
        steps: &[Connect, Verify],
        ..trial("right", SignIn, ("Takes what it gave out", "Connects"))
    },
    Trial {
        fits: |shape| shape.comes == Comes::Asked,
        steps: &[Connect, Verify],
        ..trial("tokens", SignIn, ("Gives tokens", "Connects"))
    },
    Trial {
        fits: Shape::has_person,
        steps: &[Connect, Verify],
        ..trial("agrees", SignIn, ("Agrees to everything", "Signs in"))
    },
    Trial {
        fits: |shape| shape.secret.is_some() && (shape.verifies || shape.has_tokens()),
        steps: &[ConnectWithWrong],
        ends: Refused(&[
            "api_key_invalid",
            "api_key_wrong_place",
            "user_credentials_wrong",
            "client_secret_wrong",
            "access_token_expired",
            "sigv4_secret_wrong",
            "oauth1_signature_invalid",
            "oauth1_consumer_key_rejected",
        ]),
        ..trial("wrong_secret", SignIn, ("Gets a wrong secret", "Stops and says so"))
    },
    Trial {
        fits: Shape::has_person,
        dials: &[("deny", "on")],
        ends: Refused(&["consent_denied"]),
        ..trial("says_no", SignIn, ("Says no", "Stops and says so"))
    },
    Trial {
        fits: |shape| shape.has_person() && shape.asks_several,
        dials: &[("fewer_permissions", "on")],
        ends: WorksWithLess,
        ..trial("fewer_permissions", SignIn, ("Gives fewer permissions", "Shows what is missing"))
    },
    Trial {
        fits: |shape| shape.has_state,
        dials: &[("state", "changed")],
        ends: Refused(&["callback_never_arrived", "state_mismatch"]),
        ..trial("another_state", SignIn, ("Answers with another state value", "Does not take the answer"))
    },
    Trial {
        fits: |shape| shape.has_state,
        dials: &[("redirect", "not_registered")],
        ends: Refused(&["callback_never_arrived", "redirect_mismatch"]),
        ..trial("error_page", SignIn, ("Shows an error page, no redirect", "Times out and says so"))
    },
    Trial {
        fits: |shape| shape.has_state,
        dials: &[("redirect", "elsewhere")],
        ends: Refused(&["callback_never_arrived", "redirect_mismatch"]),
        ..trial("redirect_elsewhere", SignIn, ("Sends the browser elsewhere", "Times out and says so"))
    },
    Trial {
        fits: |shape| shape.signs && shape.comes == Comes::Browser,
        dials: &[("redirect", "not_registered")],
        ends: Refused(&["oauth1_callback_not_approved"]),
        ..trial("way_back_refused", SignIn, ("Does not know the way back", "Stops and says so"))
    },
    Trial {
        fits: |shape| shape.proof_key == Some(Pkce::S256),
        dials: &[("pkce", "required")],
        ..trial("proof_key", SignIn, ("Demands a proof key (PKCE)", "Signs in"))
    },
    Trial {
        fits: |shape| shape.proof_key.is_some_and(|proof| proof != Pkce::S256),
        dials: &[("pkce", "required")],
        ends: Refused(&["pkce_required", "pkce_method_unsupported"]),
        ..trial("no_proof_key", SignIn, ("Demands a proof key (PKCE)", "Stops and says so"))
    },
    Trial {
        fits: |shape| shape.proof_key.is_some(),
        dials: &[("pkce", "ignored")],
        ..trial("proof_key_unknown", SignIn, ("Knows no proof key (PKCE)", "Signs in"))
    },
    Trial {
        fits: |shape| shape.client == Some(Client::Basic),
        dials: &[("client_authentication", "basic_only")],
        ..trial("client_in_header", SignIn, ("Takes the client secret in the header only", "Connects"))
    },
    Trial {
        fits: |shape| shape.client == Some(Client::Basic),
        dials: &[("client_authentication", "body_only")],
        ends: Refused(&["client_auth_method_wrong"]),
        ..trial(
            "client_not_in_header",
            SignIn,
            ("Takes the client secret in the body only", "Stops and says so"),
        )
    },
    Trial {
        fits: |shape| shape.client == Some(Client::Body),
        dials: &[("client_authentication", "body_only")],
        ..trial("client_in_body", SignIn, ("Takes the client secret in the body only", "Connects"))
    },
    Trial {
        fits: |shape| shape.client == Some(Client::Body),
        dials: &[("client_authentication", "basic_only")],
        ends: Refused(&["client_auth_method_wrong"]),
        ..trial(
            "client_not_in_body",
            SignIn,
            ("Takes the client secret in the header only", "Stops and says so"),
        )
    },
    Trial {
        fits: |shape| shape.openid,
        steps: &[Connect, NewKeys, Connect],
        ..trial("new_keys", SignIn, ("Signs with new keys", "Reads the keys again"))
    },
    Trial {
        fits: |shape| shape.has_tokens() && shape.reads_forms,
        dials: &[("token_reply", "form")],
        ..trial("reply_as_form", Tokens, ("Writes tokens as a form", "Reads them"))
    },
    Trial {
        fits: Shape::has_tokens,
        dials: &[("token_reply", "text")],
        ..trial("reply_as_text", Tokens, ("Calls its JSON plain text", "Reads the tokens"))
    },
    Trial {
        fits: Shape::has_tokens,
        dials: &[("token_reply", "odd_types")],
        ..trial("reply_of_odd_types", Tokens, ("Writes numbers as text, and lists", "Reads the tokens"))
    },
    Trial {
        fits: Shape::has_tokens,
        dials: &[("token_reply", "error_in_200")],
        ends: Refused(&["provider_unavailable"]),
        ..trial("error_in_200", Tokens, ("Says 200 and refuses the tokens inside", "Stops and says so"))
    },
    Trial {
        fits: Shape::has_tokens,
        dials: &[("token_reply", "html")],
        ends: Refused(&[
            "wrong_endpoint_url",
            "login_page_instead_of_api",
            "token_shape_unexpected",
            "wrong_content_type",
        ]),
        ..trial("reply_as_page", Tokens, ("Answers with a page in the place of tokens", "Stops and says so"))
    },
    Trial {
        fits: |shape| shape.refreshes && shape.verifies,
        dials: SHORT,
        steps: &[Connect, PAST_SHORT, Verify],
        ..trial("short_life", Tokens, ("Gives tokens for 2 minutes", "Renews them and carries on"))
    },
    Trial {
        fits: |shape| shape.refreshes,
        dials: &[("refresh_token", "new_each_time")],
        steps: &[Connect, Refresh, Refresh],
        ..trial("new_refresh_token", Tokens, ("Gives a new refresh token each time", "Keeps the newest one"))
    },
    Trial {
        fits: |shape| shape.refreshes,
        dials: &[("refresh_token", "same")],
        steps: &[Connect, Refresh, Refresh],
        ..trial("same_refresh_token", Tokens, ("Gives no new refresh token", "Goes on with the old one"))
    },
    Trial {
        fits: |shape| shape.refreshes && shape.verifies && shape.has_person(),
        dials: &[("refresh_token", "none"), ("token_lifetime", "120")],
        steps: &[Connect, PAST_SHORT, Verify],
        ends: Refused(&["refresh_token_missing", "access_token_expired"]),
        ..trial("no_refresh_token", Tokens, ("Gives no refresh token at all", "Asks to sign in again"))
    },
    Trial {
        fits: |shape| shape.refreshes && shape.has_person(),
        steps: &[Connect, Set(&[("refuse_refresh", "on")]), Refresh],
        ends: Refused(&["refresh_token_expired", "grant_revoked", "refresh_token_reused"]),
        ..trial("refresh_refused", Tokens, ("Refuses the refresh", "Asks to sign in again"))
    },
    Trial {
        fits: |shape| shape.refreshes && shape.verifies,
        steps: &[Connect, AgeAtService(PAST_USUAL), Verify],
        ..trial("ends_early", Tokens, ("Ends a token before its time", "Renews it and carries on"))
    },
    Trial {
        fits: |shape| shape.has_tokens() && shape.verifies,
        dials: &[("clock_difference", "50")],
        steps: &[Connect, Verify],
        ..trial("clock_ahead", Tokens, ("Has a clock that is 50 s ahead", "Still uses the token"))
    },
    Trial {
        fits: |shape| shape.has_tokens() && shape.verifies,
        dials: &[("clock_difference", "-50")],
        steps: &[Connect, Verify],
        ..trial("clock_behind", Tokens, ("Has a clock that is 50 s behind", "Still uses the token"))
    },
    Trial {
        fits: |shape| shape.openid && shape.has_tokens(),
        dials: &[("clock_difference", "600")],
        ends: Refused(&["clock_skew"]),
        ..trial(
            "clock_far_ahead",
            Tokens,
            ("Has a clock that is 10 min ahead", "Does not believe it, and says so"),
        )
    },
    Trial {
        fits: |shape| shape.refreshes && shape.verifies,
        dials: &[("expired", "403"), ("token_lifetime", "120")],
        steps: &[Connect, PAST_SHORT, Verify],
        ..trial("expired_is_403", Tokens, ("Answers 403 once a token has ended", "Renews it before that"))
    },
    Trial {
        fits: |shape| shape.refreshes && shape.verifies && shape.looks_inside,
        dials: &[("expired", "200")],
        steps: &[Connect, AgeAtService(PAST_USUAL), Verify],
        ..trial("expired_in_200", Tokens, ("Says 200 but refuses inside", "Sees it, renews and carries on"))
    },
    Trial {
        fits: |shape| shape.refreshes && shape.verifies && shape.has_person(),
        steps: &[Connect, EndAtService, Verify],
        ends: Refused(&[
            "grant_revoked",
            "refresh_token_expired",
            "refresh_token_reused",
            "access_token_expired",
        ]),
        ..trial("withdrawn", Tokens, ("Withdraws everything", "Asks to sign in again"))
    },
    Trial {
        fits: |shape| shape.refreshes && shape.verifies && shape.has_person(),
        steps: &[Connect, EndAtService, Reauthorize, Verify],
        ..trial("signs_in_again", Tokens, ("Agrees once more after that", "Works again"))
    },
    Trial {
        fits: |shape| shape.signs && shape.comes == Comes::Browser && shape.verifies,
        steps: &[Connect, EndAtService, Verify],
        ends: Refused(&["oauth1_token_rejected"]),
        ..trial("token_ended", Tokens, ("Ends the token", "Asks to sign in again"))
    },
    Trial {
        fits: |shape| shape.signs && shape.verifies,
        dials: &[("clock_difference", "3600")],
        steps: &[Connect, Verify],
        ..trial(
            "clock_an_hour_ahead",
            Tokens,
            ("Has a clock that is an hour ahead", "Signs by the clock of the service"),
        )
    },
    Trial {
        fits: |shape| shape.revokes,
        steps: &[Connect, Revoke],
        ..trial("revoked", Tokens, ("Is told to end it", "Ends it there and here"))
    },
    Trial {
        fits: |shape| shape.comes == Comes::Device,
        steps: &[Connect, Verify],
        dials: &[("fail_next", "1"), ("trouble_at", "token")],
        ..trial(
            "token_address_fails_once",
            Trouble,
            ("Answers 500 while it is asked for tokens", "Asks again"),
        )
    },
    Trial {
        fits: |shape| shape.has_tokens() && shape.comes != Comes::Device,
        dials: &[("fail_next", "1"), ("trouble_at", "token")],
        ends: Refused(&["provider_unavailable"]),
        ..trial(
            "token_address_fails",
            Trouble,
            ("Answers 500 where tokens are asked for", "Stops and says so"),
        )
    },
    Trial {
        fits: |shape| shape.verifies,
        steps: &[Connect, Set(&[("fail_next", "1"), ("trouble_at", "api")]), Verify],
        ends: Unclear(&["provider_unavailable"]),
        ..trial("fails", Trouble, ("Answers 500", "Could not check, keeps state"))
    },
    Trial {
        fits: |shape| shape.verifies,
        steps: &[Connect, Set(&[("limit_next", "1"), ("retry_after", "60"), ("trouble_at", "api")]), Verify],
        ends: Unclear(&["rate_limited"]),
        ..trial("too_many", Trouble, ("Says that it is too much, wait 60 s", "Could not check, keeps state"))
    },
    Trial {
        fits: |shape| shape.verifies,
        steps: &[Connect, Set(&[("page_next", "1"), ("trouble_at", "api")]), Verify],
        ends: Unclear(&["provider_unavailable", "login_page_instead_of_api"]),
        ..trial(
            "error_page_in_place",
            Trouble,
            ("Answers with an error page", "Could not check, keeps state"),
        )
    },
    Trial {
        fits: |shape| shape.verifies,
        steps: &[Connect, Set(&[("drop_next", "3"), ("trouble_at", "api")]), Verify],
        ends: Unclear(&["connection_dropped"]),
        ..trial("hangs_up", Trouble, ("Hangs up without an answer", "Could not check, keeps state"))
    },
    Trial {
        fits: |shape| shape.verifies,
        dials: &[("slow", "80")],
        steps: &[Connect, Verify],
        ..trial("slow", Trouble, ("Takes a while to answer", "Waits for it"))
    },
    Trial {
        fits: |shape| shape.verifies,
        steps: &[Connect, Set(&[("slow", "60000")]), GiveUpSoon, Verify],
        ends: Unclear(&["server_too_slow"]),
        ..trial("no_answer", Trouble, ("Does not answer in time", "Could not check, keeps state"))
    },
];
