"""An OAuth 2 server on Authlib and Flask, on loopback: what oidc-provider does not do. Password grant, implicit tokens
in the fragment, device code with slow_down, expired and denied, PKCE plain, a client without PKCE, refresh that answers
no new refresh token, and redirects without `iss`.

    python serve_authlib.py --folder DIR [--ttl SECONDS] [--device-ttl SECONDS] [--interval SECONDS]
                            [--patience SECONDS] [--delay MILLISECONDS]

The sign-in page takes any user name; the password grant only those of USERS. `--ttl` is the life of access tokens,
5 s for clients named `short-…` where it is left out. `--interval` is what devices are told, `--patience` what they must
keep, a bit less than that where it is left out. `--delay` holds back each answer of the token endpoint.
"""

import argparse
import html
import os
import secrets
import time

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # Loopback has no TLS.

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector, current_token
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc6749.errors import OAuth2Error
from authlib.oauth2.rfc6750 import BearerTokenGenerator, BearerTokenValidator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint, DeviceCodeGrant, DeviceCredentialDict
from flask import Flask, jsonify, request
from peer import keep_log, listen, named, serve

options = argparse.ArgumentParser()
options.add_argument("--folder", required=True)
options.add_argument("--ttl", type=int)
options.add_argument("--device-ttl", type=int, default=600)
options.add_argument("--interval", type=int, default=2)
options.add_argument("--patience", type=float)
options.add_argument("--delay", type=int, default=0)
given = options.parse_args()

CODE, REFRESH, PASSWORD, CREDENTIALS = "authorization_code", "refresh_token", "password", "client_credentials"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
BASIC, POST, NONE = "client_secret_basic", "client_secret_post", "none"
USERS = {"alice": "wonderland", "bøb": "pässwörd €+&=%", "carol:x": "with space"}

app = Flask(__name__)
server, issuer = listen(app)


class Client(ClientMixin):
    """Its secret is its name with `-secret`."""

    def __init__(self, client_id, methods, grant_types, response_types=()):
        self.client_id, self.methods = client_id, methods
        self.grant_types, self.response_types = grant_types, response_types
        self.secret = f"{client_id}-secret"
        self.ttl = given.ttl or (5 if client_id.startswith("short-") else 3600)

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return "dev.patchbay:/oauth/callback"

    def get_allowed_scope(self, scope):
        return " ".join(one for one in (scope or "").split() if one in ("read", "write", "profile"))

    def check_redirect_uri(self, address):
        fixed = ("dev.patchbay:/oauth/callback", "https://client.peer.test/cb")
        return address in fixed or is_loopback(address)

    def check_client_secret(self, secret):
        return secrets.compare_digest(self.secret.encode(), secret.encode())

    def check_endpoint_auth_method(self, method, _endpoint):
        return method in self.methods

    def check_response_type(self, response_type):
        return response_type in self.response_types

    def check_grant_type(self, grant_type):
        return grant_type in self.grant_types


def is_loopback(address):
    """Any port is as good (RFC 8252 §7.3)."""
    host, _, rest = address.removeprefix("http://").partition(":")
    port, _, path = rest.partition("/")
    return address.startswith("http://") and host == "127.0.0.1" and port.isdigit() and path == "callback"


CLIENTS = {
    client.client_id: client
    for client in [
        Client("pw-basic", [BASIC], [PASSWORD, REFRESH]),
        Client("pw-post", [POST], [PASSWORD, REFRESH]),
        Client("pw-public", [NONE], [PASSWORD, REFRESH]),
        Client("short-pw", [BASIC], [PASSWORD, REFRESH]),
        Client("implicit", [NONE], ["implicit"], ["token"]),
        Client("short-implicit", [NONE], ["implicit"], ["token"]),
        Client("code-any", [BASIC, POST], [CODE, REFRESH, CREDENTIALS], ["code"]),
        Client("code-public", [NONE], [CODE, REFRESH], ["code"]),
        Client("code-nopkce", [BASIC], [CODE, REFRESH], ["code"]),
        Client("device", [NONE], [DEVICE, REFRESH]),
        Client("cc", [BASIC, POST], [CREDENTIALS]),
    ]
}


class Token(dict, TokenMixin):
    def check_client(self, client):
        return self["client_id"] == client.client_id

    def get_scope(self):
        return self.get("scope") or ""

    def get_expires_in(self):
        return self["expires_in"]

    def is_expired(self):
        return self["issued"] + self["expires_in"] < time.time()

    def is_revoked(self):
        return self.get("revoked", False)

    def get_user(self):
        return self.get("user")

    def get_client(self):
        return CLIENTS[self["client_id"]]


class Code(AuthorizationCodeMixin):
    def __init__(self, code, asked):
        self.code, self.client_id, self.user = code, asked.client.client_id, asked.user
        self.redirect_uri, self.scope = asked.payload.redirect_uri, asked.payload.scope
        self.code_challenge = asked.payload.data.get("code_challenge")
        self.code_challenge_method = asked.payload.data.get("code_challenge_method")
        self.issued = time.time()

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope


# Everything lives in memory: access tokens, refresh tokens, codes, device codes, and what people said to a user code.
tokens, refresh_tokens, codes, devices, said, polled = {}, {}, {}, {}, {}, {}


def save_token(token, asked):
    token = Token(token, client_id=asked.client.client_id, user=asked.user, issued=time.time())
    tokens[token["access_token"]] = token
    if "refresh_token" in token:
        refresh_tokens[token["refresh_token"]] = token


def find_token(token):
    return tokens.get(token) or refresh_tokens.get(token)


class CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = [BASIC, POST, NONE]

    def save_authorization_code(self, code, asked):
        codes[code] = Code(code, asked)

    def query_authorization_code(self, code, client):
        code = codes.get(code)
        return code if code and code.client_id == client.client_id and code.issued + 60 > time.time() else None

    def delete_authorization_code(self, code):
        codes.pop(code.code, None)

    def authenticate_user(self, code):
        return code.user


class PasswordGrant(grants.ResourceOwnerPasswordCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = [BASIC, POST, NONE]

    def authenticate_user(self, username, password):
        return username if USERS.get(username) == password else None


class RefreshGrant(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = [BASIC, POST, NONE]
    # The old refresh token stays, and the answer carries none: a client that drops its own is signed out.
    INCLUDE_NEW_REFRESH_TOKEN = False

    def authenticate_refresh_token(self, token):
        known = refresh_tokens.get(token)
        return known if known and not known.is_revoked() else None

    def authenticate_user(self, token):
        return token["user"]

    def revoke_old_credential(self, token):
        tokens.pop(token["access_token"], None)


class CredentialsGrant(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = [BASIC, POST]


class DeviceGrant(DeviceCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = [NONE]

    def query_device_credential(self, device_code):
        return devices.get(device_code)

    def query_user_grant(self, user_code):
        return said.get(user_code)

    def should_slow_down(self, credential):
        former = polled.get(credential["device_code"])
        polled[credential["device_code"]] = time.time()
        patience = given.patience or credential["interval"] * 0.8
        return former is not None and time.time() - former < patience


class DeviceStart(DeviceAuthorizationEndpoint):
    CLIENT_AUTH_METHODS = [NONE]
    INTERVAL = given.interval
    EXPIRES_IN = given.device_ttl

    def get_verification_uri(self):
        return f"{issuer}/activate"

    def save_device_credential(self, client_id, scope, data):
        expires_at = time.time() + data["expires_in"]
        device = DeviceCredentialDict({**data, "client_id": client_id, "scope": scope, "expires_at": expires_at})
        devices[data["device_code"]] = device


class Revocation(RevocationEndpoint):
    CLIENT_AUTH_METHODS = [BASIC, POST, NONE]

    def query_token(self, token, _hint):
        return find_token(token)

    def revoke_token(self, token, _request):
        token["revoked"] = True


class Introspection(IntrospectionEndpoint):
    CLIENT_AUTH_METHODS = [BASIC, POST]

    def check_permission(self, _token, _client, _request):
        return True

    def query_token(self, token, _hint):
        return find_token(token)

    def introspect_token(self, token):
        expires = int(token["issued"] + token["expires_in"])
        told = {"active": not token.is_revoked(), "client_id": token["client_id"], "exp": expires}
        return {**told, "username": token["user"], "scope": token.get_scope(), "token_type": "Bearer"}


class Validator(BearerTokenValidator):
    def authenticate_token(self, token):
        return tokens.get(token)


oauth = AuthorizationServer(app, query_client=CLIENTS.get, save_token=save_token)


def make_token(*_, **__):
    return secrets.token_urlsafe(32)


oauth.register_token_generator(
    "default", BearerTokenGenerator(make_token, make_token, lambda client, _grant_type: client.ttl)
)
oauth.register_grant(CodeGrant, [CodeChallenge(required=True)])
for grant in (grants.ImplicitGrant, PasswordGrant, RefreshGrant, CredentialsGrant, DeviceGrant):
    oauth.register_grant(grant)
for endpoint in (DeviceStart, Revocation, Introspection):
    oauth.register_endpoint(endpoint)
protect = ResourceProtector()
protect.register_token_validator(Validator())

BUTTONS = """<button type="submit" name="confirm" value="yes">Allow</button>
<button type="submit" name="confirm" value="no">Deny</button></form>"""
SIGN_IN = '<form method="post" action="{action}"><input name="username"><input type="password" name="password">'
ACTIVATE = '<form method="post" action="/activate"><input name="user_code" value="{code}"><input name="username">'


@app.route("/authorize", methods=["GET", "POST"])
def authorize():
    try:
        grant = oauth.get_consent_grant(end_user=None)
    except OAuth2Error as error:
        return oauth.handle_error_response(oauth.create_oauth2_request(request), error)
    if request.method == "GET":
        return SIGN_IN.format(action=html.escape(request.full_path)) + BUTTONS
    user = request.form["username"] if request.form.get("confirm") == "yes" else None
    return oauth.create_authorization_response(grant=grant, grant_user=user)


@app.post("/token")
def token():
    response = oauth.create_token_response()
    time.sleep(given.delay / 1000)
    return response


@app.post("/device_authorization")
def device_authorization():
    return oauth.create_endpoint_response("device_authorization")


@app.route("/activate", methods=["GET", "POST"])
def activate():
    if request.method == "GET":
        return ACTIVATE.format(code=html.escape(request.args.get("user_code", ""))) + BUTTONS
    said[request.form["user_code"]] = (request.form["username"], request.form.get("confirm") == "yes")
    return "Done. You can close this page."


@app.post("/revoke")
def revoke():
    return oauth.create_endpoint_response("revocation")


@app.post("/introspect")
def introspect():
    return oauth.create_endpoint_response("introspection")


@app.route("/api/<path:path>", methods=["GET", "POST"])
@protect("read")
def api(path):
    who = current_token["user"] or current_token["client_id"]
    return jsonify(ok=True, who=who, scope=current_token.get_scope(), path=f"/api/{path}")


@app.get("/.well-known/oauth-authorization-server")
def metadata():
    return jsonify(
        issuer=issuer,
        authorization_endpoint=f"{issuer}/authorize",
        token_endpoint=f"{issuer}/token",
        device_authorization_endpoint=f"{issuer}/device_authorization",
        revocation_endpoint=f"{issuer}/revoke",
        introspection_endpoint=f"{issuer}/introspect",
        grant_types_supported=[CODE, REFRESH, PASSWORD, CREDENTIALS, DEVICE, "implicit"],
        response_types_supported=["code", "token"],
        code_challenge_methods_supported=["plain", "S256"],
        token_endpoint_auth_methods_supported=[BASIC, POST, NONE],
    )


def about(response):
    """What the log tells of a token request."""
    if request.path != "/token":
        return {}
    sent, answer = request.form, response.get_json(silent=True) or {}
    basic = request.authorization.username if request.authorization else None
    return {
        "client": sent.get("client_id") or basic,
        "scheme": request.headers.get("Authorization", "").partition(" ")[0],
        "sent": list(sent),
        "grant": sent.get("grant_type"),
        "refresh": named(sent.get("refresh_token")),
        "error": answer.get("error"),
        "gave": {"access": named(answer.get("access_token")), "refresh": named(answer.get("refresh_token"))},
    }


keep_log(app, given.folder, about)
serve(server, issuer)
