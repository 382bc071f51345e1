"""What the peers in Python share: a free port, the ready line, the end with standard input, the log of requests."""

import hashlib
import json
import os
import sys
import threading
import time
from urllib.parse import parse_qsl

from flask import g, request
from werkzeug.serving import WSGIRequestHandler, make_server

# What stands in the log of an address: the values that are no secret.
SHOWN = {"client_id", "response_type", "redirect_uri", "scope", "prompt", "login_hint", "code_challenge_method"}


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


def listen(app):
    """A server on a free port that does not serve yet, and its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    return server, f"http://127.0.0.1:{server.port}"


def serve(server, address):
    """Prints one line, `ready http://127.0.0.1:PORT`, and serves until standard input closes."""
    threading.Thread(target=stop_with_parent, daemon=True).start()
    print(f"ready {address}", flush=True)
    server.serve_forever()


def stop_with_parent():
    sys.stdin.read()
    os._exit(0)


def keep_log(app, folder, about):
    """`access.jsonl` in `folder`: one line per request of a Flask app, with what `about(response)` tells of it."""
    file = open(os.path.join(folder, "access.jsonl"), "a", encoding="utf-8")
    lock = threading.Lock()

    def write(line):
        # Werkzeug closes an answer in a `finally`: an error on its way means that the client was gone.
        line["answered"] = None if sys.exc_info()[0] else now()
        with lock:
            file.write(json.dumps(line) + "\n")
            file.flush()

    @app.before_request
    def begin():
        g.begun = now()

    @app.after_request
    def end(response):
        line = {"at": g.begun, "method": request.method, "url": shown_url(), "status": response.status_code}
        line.update(about(response))
        response.call_on_close(lambda: write(line))
        return response


def named(token):
    """A token is named in the log by a hash, so that tests can follow it."""
    return token and hashlib.sha256(token.encode()).hexdigest()[:16]


def shown_url():
    pairs = parse_qsl(request.query_string.decode("utf-8", "replace"), keep_blank_values=True)
    query = "&".join(f"{key}={value if key in SHOWN else '…'}" for key, value in pairs)
    return f"{request.path}?{query}" if query else request.path


def now():
    return int(time.time() * 1000)
