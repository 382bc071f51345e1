"""What the clients of the Lab share: what a test asks of them, a browser without a person, what came of it."""

import json
import os
import sys

# The Lab speaks plain HTTP, on this machine alone.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

import requests

BACK = "http://127.0.0.1:49152/callback"


class Service:
    """A service that the Lab plays, with what it issued to its app."""

    def __init__(self, base, name, issued):
        self.base, self.name, self.issued = base, name, issued
        self.api = f"{base}/{name}/api.zylker.example/v1"

    def at(self, path):
        return f"{self.base}/{self.name}/login.zylker.example/{path}"


def services():
    """The services of a test, by name."""
    asked = json.load(sys.stdin)
    return {name: Service(asked["base"], name, issued) for name, issued in asked["issued"].items()}


def browse(address):
    """Where the Lab sends the browser; its dials make Ada agree without a page."""
    reply = requests.get(address, allow_redirects=False)
    return reply.headers.get("Location") or reply.status_code


def tell(found):
    print(json.dumps(found))
