"""httpbin on loopback: a service that nobody here wrote."""

import logging

# The ready line is the only one: httpbin warns of a page that it cannot draw.
logging.disable(logging.WARNING)

from httpbin import app
from peer import listen, serve

serve(*listen(app))
