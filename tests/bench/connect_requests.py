"""Client credentials and one call, by requests-oauthlib: what the command is measured beside.

    python connect_requests.py ADDRESS CLIENT SECRET
"""

import os
import sys

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # The service is on loopback.

from oauthlib.oauth2 import BackendApplicationClient
from requests_oauthlib import OAuth2Session

address, client, secret = sys.argv[1:]
session = OAuth2Session(client=BackendApplicationClient(client_id=client, scope=["api:read"]))
session.fetch_token(f"{address}/token", auth=(client, secret))
session.get(f"{address}/api/me").raise_for_status()
