//! `patchbay request`: a call through a connection.

use super::{Outcome, connections::find};
use crate::{
    args::Request,
    output::{Exit, Output, Stop, usage},
    render,
};
use api::{
    Api,
    contract::{
        connections::{PreviewCall, SendCall},
        exchange::CallInput,
    },
};

pub async fn run(command: Request, api: &Api, output: &Output) -> Outcome {
    let connection = find(api, &command.name.connection).await?.id;
    let call = CallInput {
        method: command.method.to_ascii_uppercase(),
        path: command.path,
        query: pairs(&command.query, '=', "-q KEY=VALUE")?,
        headers: pairs(&command.headers, ':', "-H 'NAME: VALUE'")?,
        body: body(command.data)?,
    };
    if command.dry_run {
        let preview = api.preview_call(PreviewCall { connection, call }).await?;
        output.result(&preview.sent, render::sent);
        return Ok(Exit::Done);
    }
    let reply = api.send_call(SendCall { connection, call }).await?;
    output.result(&reply, |reply| render::reply(reply, command.include));
    output.causes(reply.diagnosis.as_ref());
    Ok(if reply.status >= 400 { Exit::Failed } else { Exit::Done })
}

fn pairs(written: &[String], separator: char, form: &str) -> Result<Vec<(String, String)>, Stop> {
    let pair = |text: &String| {
        let (key, value) = text
            .split_once(separator)
            .ok_or_else(|| usage(format!("`{text}` has no `{separator}`."), format!("Write {form}.")))?;
        Ok((key.trim().to_owned(), if separator == ':' { value.trim().to_owned() } else { value.to_owned() }))
    };
    written.iter().map(pair).collect()
}

fn body(data: Option<String>) -> Result<Option<String>, Stop> {
    match data.as_deref().and_then(|data| data.strip_prefix('@')) {
        None => Ok(data),
        Some(file) => std::fs::read_to_string(file).map(Some).map_err(|error| {
            usage(
                format!("`{file}` could not be read as text: {error}."),
                "Check the name, or write the body itself.",
            )
        }),
    }
}
