"""An S3 service for tests: moto's server on the loopback, in this process, that knows one key and checks signatures; or
a real one, by `TEST_S3="ENDPOINT KEY SECRET"`, in which the tests make buckets of their own."""

import json
import logging
import secrets
from typing import Any

import boto3
from botocore.config import Config
from moto import settings
from moto.server import ThreadedMotoServer

EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
REGION = "us-east-1"
PLAIN = Config(request_checksum_calculation="when_required", response_checksum_validation="when_required")


class S3Service:
    """A service that runs. `admin` is a client of another make, for tests that look behind the program's back."""

    def __init__(self, endpoint: str, key: str, secret: str) -> None:
        self.endpoint = endpoint
        self.key = key
        self.secret = secret
        self.admin = client("s3", endpoint, key, secret)

    def make(self, name: str, *, versions: bool = False) -> str:
        """An empty bucket, whose whole name is given back."""
        bucket = f"{name}-{secrets.token_hex(4)}"
        self.admin.create_bucket(Bucket=bucket)
        if versions:
            self.admin.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        return bucket

    def settings(self, address: str) -> dict[str, Any]:
        """What the program is to be told, to keep its blobs at `s3://bucket/prefix`."""
        return {"blobs": address, "s3_endpoint": self.endpoint, "s3_key": self.key, "s3_secret": self.secret}

    def stop(self) -> None:
        """Let go of it."""
        self.admin.close()


class S3Double(S3Service):
    """Runs until `stop`; then everything in it is gone."""

    def __init__(self) -> None:
        logging.getLogger("werkzeug").disabled = True
        self._server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        iam = client("iam", endpoint, "setting", "up")
        iam.create_user(UserName="zhanggui")
        iam.put_user_policy(UserName="zhanggui", PolicyName="s3", PolicyDocument=json.dumps(EVERYTHING))
        made = iam.create_access_key(UserName="zhanggui")["AccessKey"]
        super().__init__(endpoint, made["AccessKeyId"], made["SecretAccessKey"])
        self._lenient = settings.INITIAL_NO_AUTH_ACTION_COUNT
        settings.INITIAL_NO_AUTH_ACTION_COUNT = 0  # from now on signatures are checked

    def stop(self) -> None:
        """End it."""
        super().stop()
        settings.INITIAL_NO_AUTH_ACTION_COUNT = self._lenient
        self._server.stop()


def client(service: str, endpoint: str, key: str, secret: str) -> Any:
    """A client of another make than the program's."""
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=PLAIN,
    )
