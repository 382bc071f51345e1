"""httpbin on loopback: a service that nobody here wrote. Prints one line, `ready http://127.0.0.1:PORT`, and serves
until its standard input closes, so that it never outlives the test that started it."""

import logging
import os
import sys
import threading

# The ready line is the only one: httpbin warns of a page that it cannot draw.
logging.disable(logging.WARNING)

from httpbin import app
from werkzeug.serving import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


def stop_with_parent():
    sys.stdin.read()
    os._exit(0)


server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
threading.Thread(target=stop_with_parent, daemon=True).start()
print(f"ready http://127.0.0.1:{server.port}", flush=True)
server.serve_forever()
