"""An OAuth 1.0a server on oauthlib and Flask, on loopback: every signature, nonce, time and verifier is checked by oauthlib.

    python serve_oauth1.py --folder DIR [--behind SECONDS]

POST /initiate, GET and POST /authorize, POST /token, ANY /api/… (a token is needed), ANY /signed/… (the consumer alone),
POST /revoke. The public half of the RSA consumer stands in `DIR/consumer-rsa.pub.pem`, its private half beside it.
`--behind` sets this server's clock back, in what it checks and in the `Date` that it answers with.
"""

import argparse
import os
import secrets
import time
from email.utils import formatdate

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, Response, jsonify, redirect, request
from oauthlib.oauth1 import RequestValidator, SignatureOnlyEndpoint, WebApplicationServer
from oauthlib.oauth1.rfc5849.endpoints import base
from peer import keep_log, listen, named, serve

options = argparse.ArgumentParser()
options.add_argument("--folder", required=True)
options.add_argument("--behind", type=int, default=0)
given = options.parse_args()

key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
private = key.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
PUBLIC = key.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
).decode()
with open(os.path.join(given.folder, "consumer-rsa.pem"), "wb") as file:
    file.write(private)

# Each secret has what an encoding can go wrong with.
CONSUMERS = {"consumer-hmac": "consumer hmac-secret&é+%", "consumer-rsa": None, "consumer-plain": "plain&secret+1"}
temporary, tokens, nonces = {}, {}, set()


class Clock:
    """The time as oauthlib sees it."""

    @staticmethod
    def time():
        return time.time() - given.behind


base.time = Clock


class Validator(RequestValidator):
    enforce_ssl = False  # Loopback has no TLS.
    nonce_length, client_key_length, verifier_length = (8, 64), (3, 64), (4, 64)
    request_token_length = access_token_length = (8, 64)
    timestamp_lifetime = 600
    realms = ["Photos"]
    safe_characters = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    allowed_signature_methods = (
        "HMAC-SHA1",
        "HMAC-SHA256",
        "HMAC-SHA512",
        "RSA-SHA1",
        "RSA-SHA256",
        "PLAINTEXT",
    )
    dummy_client, dummy_request_token, dummy_access_token = "dummy_client", "dummy_request", "dummy_access"

    def get_client_secret(self, client_key, request):
        return CONSUMERS.get(client_key) or ""

    def get_rsa_key(self, client_key, request):
        return PUBLIC

    def get_request_token_secret(self, client_key, token, request):
        return temporary.get(token, {}).get("secret", "x")

    def get_access_token_secret(self, client_key, token, request):
        return tokens.get(token, {}).get("secret", "x")

    def get_default_realms(self, client_key, request):
        return []

    def get_realms(self, token, request):
        return []

    def get_redirect_uri(self, token, request):
        return temporary[token]["callback"]

    def validate_client_key(self, client_key, request):
        rsa_only = client_key in CONSUMERS and CONSUMERS[client_key] is None
        return client_key in CONSUMERS and rsa_only == request.signature_method.startswith("RSA")

    def validate_request_token(self, client_key, token, request):
        return temporary.get(token, {}).get("client") == client_key

    def validate_access_token(self, client_key, token, request):
        return tokens.get(token, {}).get("client") == client_key

    def validate_timestamp_and_nonce(
        self, client_key, timestamp, nonce, request, request_token=None, access_token=None
    ):
        seen = (client_key, timestamp, nonce, request_token, access_token)
        fresh = seen not in nonces
        nonces.add(seen)
        return fresh

    def validate_redirect_uri(self, client_key, redirect_uri, request):
        return redirect_uri == "oob" or redirect_uri.startswith(("dev.patchbay:", "http://127.0.0.1:"))

    def validate_requested_realms(self, client_key, realms, request):
        return all(realm in self.realms for realm in realms)

    def validate_realms(self, client_key, token, request, uri=None, realms=None):
        return True

    def validate_verifier(self, client_key, token, verifier, request):
        return secrets.compare_digest(temporary.get(token, {}).get("verifier") or "\0", verifier)

    def verify_request_token(self, token, request):
        return token in temporary

    def verify_realms(self, token, realms, request):
        return True

    def invalidate_request_token(self, client_key, request_token, request):
        temporary.pop(request_token, None)

    def save_request_token(self, token, request):
        temporary[token["oauth_token"]] = {
            "secret": token["oauth_token_secret"],
            "client": request.client_key,
            "callback": request.redirect_uri,
        }

    def save_access_token(self, token, request):
        tokens[token["oauth_token"]] = {
            "secret": token["oauth_token_secret"],
            "client": request.client_key,
            "who": temporary[request.resource_owner_key]["who"],
        }

    def save_verifier(self, token, verifier, request):
        temporary[token]["verifier"] = verifier["oauth_verifier"]


validator = Validator()
provider, consumer_only = WebApplicationServer(validator), SignatureOnlyEndpoint(validator)
app = Flask(__name__)
server, _address = listen(app)
keep_log(app, given.folder, lambda _: {"token": named(request.values.get("oauth_token"))})


# Every answer bears one `Date`, and that is the server's own.
server.RequestHandlerClass.date_time_string = lambda *_: formatdate(Clock.time(), usegmt=True)


def arrived():
    """What was signed: the address as it came, and the body where it is a form."""
    environ = request.environ
    target = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    body = request.get_data()
    form = request.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
    return {
        "uri": f"http://{request.host}{target}",
        "http_method": request.method,
        "body": body.decode("utf-8", "replace") if form else None,
        "headers": dict(request.headers),
    }


def answered(headers, body, status):
    return Response(body, status, headers)


@app.post("/initiate")
def initiate():
    return answered(*provider.create_request_token_response(**arrived()))


@app.post("/token")
def token():
    return answered(*provider.create_access_token_response(**arrived()))


@app.get("/authorize")
def ask():
    if request.args.get("oauth_token") not in temporary:
        return Response("unknown token", 400)
    return (
        '<form method="post"><input name="username"><input type="password" name="password">'
        '<button name="confirm" value="yes">Allow</button><button name="confirm" value="no">Deny</button></form>'
    )


@app.post("/authorize")
def agree():
    known = temporary[request.args["oauth_token"]]
    callback, joint = known["callback"], "&" if "?" in known["callback"] else "?"
    if request.form["confirm"] == "no":
        return redirect(f"{callback}{joint}denied={request.args['oauth_token']}")
    known["who"] = request.form["username"]
    headers, body, status = provider.create_authorization_response(
        request.url, "POST", None, dict(request.headers), []
    )
    if callback == "oob":
        return f"PIN: {known['verifier']}"
    return Response(body, status, {"Location": headers["Location"]})


METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@app.route("/api/<path:_rest>", methods=METHODS)
def api(_rest):
    valid, checked = provider.validate_protected_resource_request(**arrived(), realms=[])
    if not valid:
        return jsonify(message="the signature does not hold"), 401, {"WWW-Authenticate": 'OAuth realm="api"'}
    return jsonify(who=tokens[checked.resource_owner_key]["who"], method=checked.signature_method)


@app.route("/signed/<path:_rest>", methods=METHODS)
def signed(_rest):
    valid, checked = consumer_only.validate_request(**arrived())
    return (jsonify(client=checked.client_key), 200) if valid else (jsonify(message="no"), 401)


@app.post("/revoke")
def revoke():
    valid, checked = provider.validate_protected_resource_request(**arrived(), realms=[])
    if valid:
        del tokens[checked.resource_owner_key]
    return ("", 200) if valid else ("oauth_problem=token_rejected", 401)


serve(server, _address)
