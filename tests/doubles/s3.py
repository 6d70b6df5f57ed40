"""An S3 service on the loopback: moto's server, in this process, that knows one key and checks every signature."""

import json
import logging
from typing import Any

import boto3
from moto import settings
from moto.server import ThreadedMotoServer

EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
REGION = "us-east-1"


class S3Double:
    """Runs until `stop`. `key` and `secret` are the ones it knows; `admin` is a client of another make for tests that
    look behind the program's back."""

    def __init__(self) -> None:
        logging.getLogger("werkzeug").disabled = True
        self._server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.endpoint = f"http://{host}:{port}"
        iam = self._client("iam", "setting", "up")
        iam.create_user(UserName="zhanggui")
        iam.put_user_policy(UserName="zhanggui", PolicyName="s3", PolicyDocument=json.dumps(EVERYTHING))
        made = iam.create_access_key(UserName="zhanggui")["AccessKey"]
        self.key, self.secret = made["AccessKeyId"], made["SecretAccessKey"]
        self.admin = self._client("s3", self.key, self.secret)
        self._lenient = settings.INITIAL_NO_AUTH_ACTION_COUNT
        settings.INITIAL_NO_AUTH_ACTION_COUNT = 0  # from now on signatures are checked

    def make(self, bucket: str, *, versions: bool = False) -> str:
        """An empty bucket of this name."""
        self.admin.create_bucket(Bucket=bucket)
        if versions:
            self.admin.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        return bucket

    def settings(self, address: str) -> dict[str, Any]:
        """What the program is to be told, to keep its blobs at `s3://bucket/prefix`."""
        return {"blobs": address, "s3_endpoint": self.endpoint, "s3_key": self.key, "s3_secret": self.secret}

    def stop(self) -> None:
        """End it; everything in it is gone."""
        settings.INITIAL_NO_AUTH_ACTION_COUNT = self._lenient
        self._server.stop()

    def _client(self, service: str, key: str, secret: str) -> Any:
        return boto3.client(
            service, endpoint_url=self.endpoint, region_name=REGION, aws_access_key_id=key, aws_secret_access_key=secret
        )
