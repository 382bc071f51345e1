"""A service that means harm, or is broken, on loopback; standard library only.

    python serve_hostile.py --folder DIR

 POST /token/BEHAVIOUR          a token endpoint that misbehaves: BEHAVIOURS
 GET  /as/ANSWER/authorize      sends the browser back with an answer that misbehaves: ANSWERS
 POST /as/ANSWER/token          a good token, for whoever exchanges what came back
 ANY  /api/…                    the API: answers `who: hostile`
 ANY  …                         all else, above all /captured on the other origin, where no credential must go

The other origin is the same server under the name `localhost`. DIR gets `access.jsonl`: every request with its headers
and its body, so that a test can see what leaked.
"""

import argparse
import gzip
import json
import os
import socket
import struct
import sys
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

MIB = 1 << 20
GOOD = {
    "access_token": "hostile-access-token",
    "token_type": "Bearer",
    "expires_in": 3600,
    "refresh_token": "hostile-refresh-token",
}


def token(value):
    return {"access_token": value, "token_type": "Bearer"}


def refusal(description, **more):
    return 400, {"error": "invalid_request", "error_description": description, **more}


def away(status, to):
    return lambda peer: peer.answer(status, b"", None, Location=to.format(other=peer.other, own=peer.own))


def answers(status, body, kind="application/json", **headers):
    return lambda peer: peer.answer(status, body, kind, **headers)


def raw(data):
    return lambda peer: peer.raw(data)


def endless(peer):
    """A token that does not end; stops when the client has had enough."""
    peer.begin_stream()
    for _ in range(1024):
        peer.wfile.write(b'{"access_token":"' + b"A" * MIB)


def bomb(peer):
    """200 MiB in 200 KiB."""
    peer.begin_stream(Content_Encoding="gzip")
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    peer.wfile.write(pack.compress(b'{"access_token":"'))
    for _ in range(200):
        peer.wfile.write(pack.compress(b"A" * MIB))
    peer.wfile.write(pack.compress(b'","token_type":"Bearer"}') + pack.flush())


def reset(peer):
    peer.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close_connection = True
    peer.connection.close()


def echo(peer):
    """Repeats what it was sent, as careless services do in their error text."""
    seen = f"refused: {peer.sent} {peer.headers.get('Authorization', '')}"
    peer.answer(*refusal(seen))


BEHAVIOURS = {
    "good": answers(200, GOOD),
    # Where calls are to go from now on: to the other origin.
    "tells-a-host": lambda peer: peer.answer(200, {**GOOD, "instance_url": f"{peer.other}/somewhere"}),
    "set-cookie": answers(200, GOOD, Set_Cookie="session=hostile; Path=/"),
    # Redirects: a token request follows none, because the next host would get the client secret.
    **{f"redirect-{status}": away(status, "{other}/captured") for status in (301, 302, 303, 307, 308)},
    "redirect-own": away(307, "{own}/token/good"),
    "redirect-file": away(302, "file:///etc/passwd"),
    # Sizes.
    "bomb": bomb,
    "endless": endless,
    "twice-packed": answers(200, gzip.compress(gzip.compress(bytes(64 * MIB))), Content_Encoding="gzip, gzip"),
    "huge-token": answers(200, token("A" * 5 * MIB)),
    "deep-array": answers(200, b"[" * 500_000),
    "deep-object": answers(200, b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "many-headers": raw(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(20_000)) + b"\r\n"),
    "long-header": raw(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 10 * MIB + b"\r\n\r\n"),
    # What is no HTTP, and what is no JSON.
    "not-http": raw(b"SSH-2.0-OpenSSH_9\r\n"),
    "reset": reset,
    "cut-short": raw(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"access_token":"x"'),
    "broken-gzip": answers(200, b"\x1f\x8b\x08garbage", Content_Encoding="gzip"),
    "not-utf8": answers(200, b'{"access_token":"a\xff\xfeb","token_type":"Bearer"}'),
    "page": answers(200, b"<html><form action=/login>", "text/html"),
    "empty": answers(204, b"", None),
    # Tokens that would inject a header.
    "token-with-line-break": answers(200, token("abc\r\nX-Injected: 1")),
    "token-with-nul": answers(200, token("a\x00b")),
    "type-with-line-break": answers(200, {"access_token": "x", "token_type": "Bearer\r\nX-Injected: 1"}),
    # Texts for whoever shows them.
    "error-html": answers(*refusal("<img src=x onerror=alert(1)>", error_uri="javascript:alert(1)")),
    "error-escape": answers(*refusal("\x1b]0;owned\x07\x1b[2J red")),
    "error-right-to-left": answers(*refusal("\u202eexe.txt\u2066")),
    "error-line-break": answers(*refusal("line1\nerror: forged line")),
    "error-long": answers(*refusal("x" * MIB)),
    "error-echo": echo,
    # Refusals that invite a loop.
    "unauthorized": answers(401, {"error": "invalid_client"}, WWW_Authenticate='Basic realm="x"'),
    "unavailable": answers(503, b"no", "text/plain", Retry_After="0"),
    "wait-a-year": answers(429, {"error": "slow_down"}, Retry_After="31536000"),
}


# What comes back with the browser: state → query.
ANSWERS = {
    "good": lambda state: urlencode({"code": "good-code", "state": state}),
    "state-missing": lambda state: "code=c",
    "state-empty": lambda state: "code=c&state=",
    "state-short": lambda state: urlencode({"code": "c", "state": state[:8]}),
    "state-long": lambda state: urlencode({"code": "c", "state": state + "x"}),
    "state-case": lambda state: urlencode({"code": "c", "state": state.swapcase()}),
    "state-twice": lambda state: urlencode([("state", "evil"), ("code", "c"), ("state", state)]),
    "code-twice": lambda state: urlencode([("code", "c1"), ("code", "c2"), ("state", state)]),
    "code-missing": lambda state: urlencode({"state": state}),
    "code-empty": lambda state: urlencode({"code": "", "state": state}),
    "code-and-error": lambda state: urlencode({"code": "c", "error": "access_denied", "state": state}),
    "code-nul": lambda state: "code=a%00b&" + urlencode({"state": state}),
    "code-line-break": lambda state: "code=a%0d%0ax&" + urlencode({"state": state}),
    "code-injects": lambda state: urlencode({"code": "c&grant_type=password", "state": state}),
    "token-in-query": lambda state: urlencode({"access_token": "leaked", "state": state}),
    "issuer-other": lambda state: urlencode({"code": "c", "state": state, "iss": "https://evil.example"}),
    "error": lambda state: urlencode({"error": "access_denied", "state": state}),
    "error-html": lambda state: urlencode(
        {"error": "access_denied", "error_description": "<script>alert(1)</script>", "state": state}
    ),
    "many-parameters": lambda state: "&".join(f"p{n}=1" for n in range(10_000)) + "&code=c&state=" + state,
}


class Peer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True  # The client had enough, which is the point of some behaviours.

    def turn(self):
        size = int(self.headers.get("Content-Length") or 0)
        self.sent = self.rfile.read(min(size, MIB)).decode("utf-8", "replace")
        port = self.server.server_port
        self.own, self.other = f"http://127.0.0.1:{port}", f"http://localhost:{port}"
        log(method=self.command, url=self.path, headers=list(self.headers.items()), body=self.sent)
        path = urlsplit(self.path)
        match path.path.strip("/").split("/"):
            case ["token", behaviour] if behaviour in BEHAVIOURS:
                BEHAVIOURS[behaviour](self)
            case ["as", answer, "authorize"] if answer in ANSWERS:
                asked = dict(parse_qsl(path.query))
                query = ANSWERS[answer](asked["state"])
                self.answer(302, b"", None, Location=f"{asked['redirect_uri']}?{query}")
            case ["as", _, "token"]:
                self.answer(200, GOOD)
            case ["api", *_]:
                self.answer(200, {"who": "hostile"})
            case _:
                self.answer(404, {"error": "not found"})

    do_GET = do_POST = turn

    def answer(self, status, body, kind="application/json", **headers):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def begin_stream(self, **headers):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.close_connection = True

    def raw(self, data):
        self.wfile.write(data)
        self.wfile.flush()
        self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


options = argparse.ArgumentParser()
options.add_argument("--folder", required=True)
file = open(os.path.join(options.parse_args().folder, "access.jsonl"), "a", encoding="utf-8")
lock = threading.Lock()


def log(**line):
    with lock:
        file.write(json.dumps(line) + "\n")
        file.flush()


def stop_with_parent():
    sys.stdin.read()
    os._exit(0)


server = Server(("127.0.0.1", 0), Peer)
threading.Thread(target=stop_with_parent, daemon=True).start()
print(f"ready http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
