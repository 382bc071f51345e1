"""AWS as moto plays it, with IAM switched on, on loopback: every request is signed again by botocore and compared.

    python serve_moto.py --folder DIR

`DIR/keys.json` has the access key ID and the secret of a user who may use S3 and STS. What stands in `DIR/change.txt`
(method, path, query, body, date, signature) is changed in each request before moto sees it, as somebody on the way would.
"""

import argparse
import io
import json
import logging
import os

# The ready line is the only one.
logging.disable(logging.WARNING)

# The calls that make the user come before anybody is asked who calls.
SETTING_UP = 4
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = str(SETTING_UP)
os.environ["AWS_ACCESS_KEY_ID"] = os.environ["AWS_SECRET_ACCESS_KEY"] = "nobody"

import threading

import boto3
from moto.server import DomainDispatcherApplication, create_backend_app
from peer import Quiet, stop_with_parent
from werkzeug.serving import make_server

options = argparse.ArgumentParser()
options.add_argument("--folder", required=True)
given = options.parse_args()

moto = DomainDispatcherApplication(create_backend_app)


def on_the_way(environ, start_response):
    """moto, behind somebody who changes what is sent."""
    try:
        with open(os.path.join(given.folder, "change.txt"), encoding="utf-8") as file:
            change = file.read().strip()
    except FileNotFoundError:
        change = ""
    if change == "method":
        environ["REQUEST_METHOD"] = "PUT"
    elif change == "path":
        environ["PATH_INFO"] += "other"
        environ["RAW_URI"] = environ["REQUEST_URI"] = environ["PATH_INFO"]
    elif change == "query":
        environ["QUERY_STRING"] = "other=1"
    elif change == "body":
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) + b"&Other=1"
        environ.update({"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))})
    elif change == "date":
        environ["HTTP_X_AMZ_DATE"] = "20300101T000000Z"
    elif change == "signature":
        before = environ["HTTP_AUTHORIZATION"]
        environ["HTTP_AUTHORIZATION"] = before[:-1] + ("0" if before[-1] != "0" else "1")
    return moto(environ, start_response)


server = make_server("127.0.0.1", 0, on_the_way, threaded=True, request_handler=Quiet)
address = f"http://127.0.0.1:{server.port}"


def set_up():
    iam = boto3.client("iam", endpoint_url=address, region_name="us-east-1")
    iam.create_user(UserName="peer")
    key = iam.create_access_key(UserName="peer")["AccessKey"]
    allowed = {"Effect": "Allow", "Action": ["s3:*", "sts:*", "execute-api:*"], "Resource": "*"}
    policy = iam.create_policy(
        PolicyName="all", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    )["Policy"]
    iam.attach_user_policy(UserName="peer", PolicyArn=policy["Arn"])
    with open(os.path.join(given.folder, "keys.json"), "w", encoding="utf-8") as file:
        json.dump({"id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}, file)


# It serves its own set-up first, and says that it is ready afterwards.
threading.Thread(target=server.serve_forever, daemon=True).start()
set_up()
print(f"ready {address}", flush=True)
stop_with_parent()
