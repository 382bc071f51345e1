"""botocore as a caller at the Lab: AWS Signature v4 for S3, STS and an API of one's own, and what is wrong on purpose."""

import boto3
import lab_client
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from lab_client import tell

services = lab_client.services()
REGION = "eu-west-2"


def client(kind, service, secret=None, region=REGION):
    issued = service.issued
    return boto3.client(
        kind,
        region_name=region,
        endpoint_url=f"{service.base}/{service.name}/{kind}.{REGION}.amazonaws.com",
        aws_access_key_id=issued["access_key_id"],
        aws_secret_access_key=secret or issued["secret_access_key"],
        aws_session_token=issued["session_token"],
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}),
    )


def refused(run):
    try:
        run()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "given"


def sts(service):
    return {
        "who": client("sts", service).get_caller_identity()["Arn"],
        "wrong secret": refused(client("sts", service, "another").get_caller_identity),
        "wrong region": refused(client("sts", service, region="us-east-1").get_caller_identity),
    }


def s3(service):
    right = client("s3", service)
    found = {"calls": []}
    for key in ["plain.txt", "a b/ü+1~.txt", "a//b", "x=1&y=2"]:
        put = right.put_object(Bucket="bucket", Key=key, Body="héllo".encode(), Metadata={"lab": "a  b"})
        got = right.get_object(Bucket="bucket", Key=key)
        found["calls"] += [reply["ResponseMetadata"]["HTTPStatusCode"] for reply in (put, got)]
    address = right.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "a b.txt"}, ExpiresIn=60)
    found["presigned"] = requests.get(address).status_code
    found["presigned, changed"] = requests.get(address.replace("a%20b", "a%20c")).status_code
    found["presigned, longer"] = requests.get(address.replace("Expires=60", "Expires=600")).status_code
    found["wrong secret"] = refused(lambda: client("s3", service, "another").get_object(Bucket="b", Key="k"))
    return found


def api(service):
    issued = service.issued
    keys = Credentials(issued["access_key_id"], issued["secret_access_key"], issued["session_token"])
    url = f"{service.base}/{service.name}/api.zylker.example/v1/things"

    def send(change=lambda _: None, keys=keys):
        request = AWSRequest("POST", f"{url}?page=1&q=a%20b", headers={"X-Odd": "a   b"}, data=b"amount=10")
        SigV4Auth(keys, "execute-api", REGION).add_auth(request)
        signed = request.prepare()
        change(signed)
        return requests.request(signed.method, signed.url, headers=dict(signed.headers), data=signed.body)

    def change(name, value):
        return lambda signed: setattr(signed, name, value)

    def later(signed):
        signed.headers["X-Amz-Date"] = "20300101T000000Z"

    def code(reply):
        return reply.json().get("__type", reply.status_code)

    method = send(change("method", "PUT"))
    told = method.json()["message"]
    other = Credentials(issued["access_key_id"], "another", issued["session_token"])
    stranger = Credentials("AKIASTRANGER", issued["secret_access_key"], issued["session_token"])
    return {
        "unchanged": code(send()),
        "method": code(method),
        "its canonical string": told.split("should have been\n'")[1].split("\n")[0],
        "path": code(send(change("url", f"{url}/other?page=1&q=a%20b"))),
        "query": code(send(change("url", f"{url}?page=2&q=a%20b"))),
        "body": code(send(change("body", b"amount=99"))),
        "date": code(send(later)),
        "key": code(send(keys=other)),
        "access key": code(send(keys=stranger)),
        "without a session token": code(send(keys=Credentials(issued["access_key_id"], issued["secret_access_key"]))),
        "unsigned": code(requests.get(url)),
    }


tell({"sts": sts(services["aws_sts"]), "s3": s3(services["aws_s3"]), "api": api(services["aws_api"])})
