//! The fail points of consequence: every one that a journey touches. A commit bears the name of the function that asks for
//! it, so a new one shows itself here.

/// `before` and `after` each of these a process is killed.
pub const POINTS: &[&str] = &[
    "commit engine::call::send",
    "commit engine::connect::begin_connect",
    "commit engine::connect::drop_old_attempts",
    "commit engine::connect::promote::make",
    "commit engine::connect::promote::replace",
    "commit engine::connect::run::advance",
    "commit engine::connections::delete_connection",
    "commit engine::connections::keep_verification",
    "commit engine::connections::note",
    "commit engine::connections::rename_connection",
    "commit engine::connectors::import_agreed",
    "commit engine::connectors::back_to_draft",
    "commit engine::oauth::client::put_registration",
    "commit engine::oauth::endpoint::send_to",
    "commit engine::oauth::refresh::store_fresh",
    "commit engine::oauth::refresh::lease",
    "commit engine::oauth::refresh::renew_leased",
    "commit engine::oauth::revoke::sign_out",
    "commit engine::vault::create::create",
    "commit engine::vault::rotate::finish_rotation",
    "commit engine::vault::rotate::replace",
    "commit engine::vault::rotate::switch",
    "key store delete",
    "key store store",
    "request GET /api/me",
    "request POST /token",
    "request POST /token/revocation",
];
