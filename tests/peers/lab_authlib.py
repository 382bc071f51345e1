"""Authlib as an app at the Lab: OAuth 2 in every grant, and what is wrong on purpose."""

import lab_client
import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from lab_client import BACK, browse, tell

services = lab_client.services()
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


def refused(run):
    try:
        run()
    except OAuthError as error:
        return error.error
    return "given"


def session_of(service, secret=None, **more):
    issued = service.issued
    secret = secret or issued.get("client_secret")
    return OAuth2Session(issued["client_id"], secret, scope="read write", **more)


def with_code(service, secret=None, wrong_verifier=None, redirect_uri=BACK):
    session = session_of(service, secret, redirect_uri=BACK, code_challenge_method="S256")
    verifier = generate_token(48)
    address, _ = session.create_authorization_url(service.at("authorize"), code_verifier=verifier)
    landed = browse(address)
    session.fetch_token(
        service.at("token"),
        authorization_response=landed,
        code_verifier=wrong_verifier or verifier,
        redirect_uri=redirect_uri,
    )
    return session


def me(service, session):
    return session.get(f"{service.api}/me").json()["email"]


def code(service):
    session = with_code(service)
    before = session.token["access_token"]
    found = {"me": me(service, session)}
    session.refresh_token(service.at("token"), refresh_token=session.token["refresh_token"])
    found["refreshed"] = session.token["access_token"] != before
    told = session.introspect_token(service.at("introspect"), token=session.token["access_token"]).json()
    found["introspected"] = [told["active"], told["username"]]
    token = session.token["refresh_token"]
    found["revoked"] = [
        session.revoke_token(service.at("revoke"), token=token).status_code,
        session.get(f"{service.api}/me").status_code,
    ]
    found["wrong secret"] = refused(lambda: with_code(service, secret="another"))
    found["wrong verifier"] = refused(lambda: with_code(service, wrong_verifier="v" * 48))
    found["wrong redirect"] = refused(lambda: with_code(service, redirect_uri=f"{BACK}2"))
    return found


def client_credentials(service):
    def run(secret=None):
        session = session_of(service, secret)
        session.fetch_token(service.at("token"), grant_type="client_credentials")
        return session

    return {
        "call": run().get(f"{service.api}/me").status_code,
        "wrong secret": refused(lambda: run("another")),
    }


def password(service):
    def run(password):
        session = session_of(service)
        session.fetch_token(service.at("token"), username="ada@lab.test", password=password)
        return session

    return {
        "me": me(service, run(service.issued["password"])),
        "wrong password": refused(lambda: run("another")),
    }


def device(service):
    session = session_of(service)
    auth = (service.issued["client_id"], service.issued["client_secret"])
    codes = requests.post(service.at("device"), data={"scope": "read"}, auth=auth).json()

    def ask():
        session.fetch_token(service.at("token"), grant_type=DEVICE, device_code=codes["device_code"])

    found = {"before": refused(ask)}
    # The person opens the page; the Lab's dials make Ada agree.
    browse(codes["verification_uri_complete"])
    ask()
    found["me"] = me(service, session)
    found["code used twice"] = refused(ask)
    return found


tell(
    {
        "code": code(services["code"]),
        "client credentials": client_credentials(services["credentials"]),
        "password": password(services["password"]),
        "device": device(services["device"]),
    }
)
