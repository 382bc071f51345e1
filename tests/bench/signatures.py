"""How many requests botocore and oauthlib sign in a second: `python signatures.py [SIGNATURES]`.

The same request as the bench of the product (`signature_bench`), a fresh one each time. Prints a name and signatures per
second, one a line.
"""

import sys
import time

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from oauthlib.oauth1 import Client

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
URL = "https://sts.eu-west-1.amazonaws.com/path/to/it?b=2&a=1%20x&c=%C3%A9"
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
BODY = "Action=GetCallerIdentity&Version=2011-06-15"

signer = SigV4Auth(Credentials("AKIAIOSFODNN7EXAMPLE", KEY), "sts", "eu-west-1")
client = Client("consumer", KEY, "token", "token secret")


def tell(what, sign):
    begun = time.perf_counter()
    for _ in range(COUNT):
        sign()
    print(what, round(COUNT / (time.perf_counter() - begun)), flush=True)


tell("botocore", lambda: signer.add_auth(AWSRequest("POST", URL, data=BODY, headers=dict(HEADERS))))
tell("oauthlib", lambda: client.sign(URL, "POST", BODY, dict(HEADERS)))
