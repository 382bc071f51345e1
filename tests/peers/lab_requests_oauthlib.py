"""requests-oauthlib as an app at the Lab: OAuth 2 in every grant that it knows, and what is wrong on purpose."""

import lab_client
import requests
from lab_client import BACK, browse, tell
from oauthlib.oauth2 import BackendApplicationClient, LegacyApplicationClient, OAuth2Error
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

services = lab_client.services()


def refused(run):
    try:
        run()
    except OAuth2Error as error:
        return error.error
    return "given"


def me(service, session):
    return session.get(f"{service.api}/me").json()["email"]


def secrets(service):
    return service.issued["client_id"], service.issued["client_secret"]


def session_of(service, redirect_uri=BACK):
    return OAuth2Session(service.issued["client_id"], redirect_uri=redirect_uri, scope=["read", "write"], pkce="S256")


def with_code(service, wrong_secret=None, wrong_verifier=None, wrong_redirect=None):
    session = session_of(service)
    landed = browse(session.authorization_url(service.at("authorize"))[0])
    if wrong_redirect:
        session.redirect_uri = wrong_redirect
    if wrong_verifier:
        session._code_verifier = wrong_verifier
    secret = wrong_secret or service.issued["client_secret"]
    session.fetch_token(service.at("token"), authorization_response=landed, client_secret=secret)
    return session


def code(service):
    session = with_code(service)
    before = session.token
    found = {"me": me(service, session)}
    session.refresh_token(service.at("token"), auth=HTTPBasicAuth(*secrets(service)))
    found["refreshed"] = session.token["access_token"] != before["access_token"]
    found["me after"] = me(service, session)
    used = {"grant_type": "refresh_token", "refresh_token": before["refresh_token"]}
    again = requests.post(service.at("token"), data=used, auth=HTTPBasicAuth(*secrets(service)))
    found["refresh token used twice"] = again.json()["error"]
    session = with_code(service)
    data = {"token": session.token["refresh_token"]}
    revoked = requests.post(service.at("revoke"), data=data, auth=HTTPBasicAuth(*secrets(service)))
    found["revoked"] = [revoked.status_code, session.get(f"{service.api}/me").status_code]
    found["wrong secret"] = refused(lambda: with_code(service, wrong_secret="another"))
    found["wrong verifier"] = refused(lambda: with_code(service, wrong_verifier="v" * 43))
    found["wrong redirect"] = refused(lambda: with_code(service, wrong_redirect=f"{BACK}2"))
    elsewhere = session_of(service, "https://evil.example/callback")
    found["redirect of nobody"] = browse(elsewhere.authorization_url(service.at("authorize"))[0])
    return found


def client_credentials(service):
    def run(secret):
        session = OAuth2Session(client=BackendApplicationClient(service.issued["client_id"], scope=["read"]))
        session.fetch_token(service.at("token"), client_secret=secret)
        return session

    session = run(service.issued["client_secret"])
    return {
        "call": session.get(f"{service.api}/me").status_code,
        "wrong secret": refused(lambda: run("another")),
    }


def password(service):
    def run(password):
        client_id, secret = secrets(service)
        session = OAuth2Session(client=LegacyApplicationClient(client_id, scope=["read"]))
        session.fetch_token(
            service.at("token"), username="ada@lab.test", password=password, client_id=client_id, client_secret=secret
        )
        return session

    return {
        "me": me(service, run(service.issued["password"])),
        "wrong password": refused(lambda: run("another")),
    }


tell(
    {
        "code": code(services["code"]),
        "client credentials": client_credentials(services["credentials"]),
        "password": password(services["password"]),
    }
)
