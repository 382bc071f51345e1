"""oauthlib, by requests-oauthlib, as an app that signs at the Lab: OAuth 1.0a by every method and at every place."""

import lab_client
import requests
from lab_client import BACK, browse, tell
from requests_oauthlib import OAuth1, OAuth1Session
from requests_oauthlib.oauth1_session import TokenRequestDenied

services = lab_client.services()
PLACES = {"header": "AUTH_HEADER", "query": "QUERY", "form": "BODY"}


def key_of(service, secret=None):
    issued = service.issued
    if "private_key" in issued:
        return {"rsa_key": issued["private_key"]}
    return {"client_secret": secret or issued["client_secret"]}


def session_of(service, secret=None, callback=BACK):
    return OAuth1Session(
        service.issued["client_id"],
        signature_method=service.issued["method"],
        signature_type=PLACES[service.issued["place"]],
        callback_uri=callback,
        **key_of(service, secret),
    )


def agreed(service):
    session = session_of(service)
    session.fetch_request_token(service.at("initiate"))
    session.parse_authorization_response(browse(session.authorization_url(service.at("authorize"))))
    return session


def signed_in(service):
    session = agreed(service)
    session.fetch_access_token(service.at("token"))
    return session


def refused(run):
    try:
        run()
    except TokenRequestDenied as error:
        pairs = dict(pair.split("=", 1) for pair in error.response.text.split("&"))
        return pairs["oauth_problem"]
    return "given"


def calls(service):
    session = signed_in(service)
    things = f"{service.api}/things/a%20b"
    replies = [session.post(things, data={"c2": "", "a3": "2 q", "ü": "€+&=%"}, params={"b5": "=%3D", "a": "é ☃"})]
    # A request without a form has its parameters in the query, which oauthlib does not do by itself.
    if service.issued["place"] != "form":
        replies.append(session.get(things, params=[("a", "2"), ("a", "1 x"), ("b", "")]))
        replies.append(session.post(things, json={"a": 1}))
        replies.append(session.delete(things))
        replies.append(session.get(f"{service.api}/me"))
        assert replies[-1].json()["email"] == "ada@lab.test"
    return [reply.status_code for reply in replies]


def wrong(service):
    found = {"secret": refused(lambda: session_of(service, "another").fetch_request_token(service.at("initiate")))}
    evil = session_of(service, callback="https://evil.example/callback")
    found["callback"] = refused(lambda: evil.fetch_request_token(service.at("initiate")))
    session = agreed(service)
    session._client.client.verifier = "another"
    found["verifier"] = refused(lambda: session.fetch_access_token(service.at("token")))
    one, other = agreed(service), agreed(service)
    one._client.client.verifier = other._client.client.verifier
    found["verifier of another"] = refused(lambda: one.fetch_access_token(service.at("token")))

    session = signed_in(service)
    url = f"{service.api}/things"

    def send(change):
        signed = session.prepare_request(requests.Request("POST", url, data={"amount": "10"}))
        change(signed)
        reply = session.send(signed)
        return reply.json().get("oauth_problem", reply.status_code)

    def change(name, value):
        return lambda signed: setattr(signed, name, value)

    found["unchanged"] = send(lambda _: None)
    found["body"] = send(change("body", "amount=99"))
    found["path"] = send(change("url", f"{url}/other"))
    found["query"] = send(change("url", f"{url}?more=1"))
    found["method"] = send(change("method", "PUT"))
    replayed = session.prepare_request(requests.Request("POST", url, data={"amount": "10"}))
    session.send(replayed)
    found["replayed"] = session.send(replayed).json()["oauth_problem"]
    return found


def two_legs(service):
    def ask(**key):
        return requests.get(f"{service.api}/me", auth=OAuth1(service.issued["client_id"], **key)).status_code

    return [ask(**key_of(service)), ask(client_secret="another")]


three = {name: service for name, service in services.items() if name != "two_legs"}
tell(
    {
        "calls": {name: calls(service) for name, service in three.items()},
        "wrong": wrong(services["hmac_sha1_header"]),
        "two legs": two_legs(services["two_legs"]),
    }
)
