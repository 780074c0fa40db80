"""The customers: people who read the announcement and publish the validation records of their names. All but one."""

from __future__ import annotations

import json
import threading

from botocore.exceptions import ClientError

from localaws.control import publish
from localaws.instance import Instance

NEVER_PUBLISHES = "never-validated.example.org"
SECONDS_BETWEEN_LOOKS = 0.2


class Customers(threading.Thread):
    """Publishes, as soon as they are announced, the records of `<prefix>validation-records.json` in the world's DNS."""

    def __init__(self, instance: Instance, bucket: str, prefix: str) -> None:
        super().__init__(daemon=True)
        self._instance, self._bucket, self._key = instance, bucket, f"{prefix}validation-records.json"
        self._done = threading.Event()
        self.published = 0

    def run(self) -> None:
        while not self._done.wait(SECONDS_BETWEEN_LOOKS):
            records = self._announced()
            if records is not None:
                for record in records:
                    if NEVER_PUBLISHES not in record["name"]:
                        publish(self._instance, record["name"], record["type"], record["value"])
                        self.published += 1
                return

    def stop(self) -> None:
        self._done.set()

    def _announced(self) -> list[dict[str, str]] | None:
        try:
            answer = self._instance.client("s3").get_object(Bucket=self._bucket, Key=self._key)
        except ClientError:
            return None
        records: list[dict[str, str]] = json.loads(answer["Body"].read())["records"]
        return records
