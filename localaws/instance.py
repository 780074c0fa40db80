"""Start, find and stop an instance of the embedded AWS."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

import boto3
from botocore.config import Config

PROJECT = Path(__file__).resolve().parent.parent
SERVER_INTERPRETER = PROJECT / ".venv-localaws" / "bin" / "python"
FUNCTION_INTERPRETER = PROJECT / ".venv-lambda" / "bin" / "python"
REGION = "us-east-1"
SECONDS_TO_BECOME_HEALTHY = 30
SECONDS_TO_STOP = 10
KEY_VALUES = "cloudfront-keyvaluestore"
"""botocore puts the account before the end point's host name, and signs by SigV4A, which asks for `awscrt`."""
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


class InstanceError(Exception):
    """An instance did not start, or is not running."""


class Instance:
    """One embedded AWS: one process, one port on 127.0.0.1, one folder below `.localaws/`.

    `settings` are those of `localaws.server.settings` by their own names, such as `distribution_deployment_time=60` or
    `quotas={"acm/ACM certificates": 5000}`;
    `without` names server modules to leave out. As a context manager it stops with the block, and with this process,
    however that ends; `start(detached=True)` leaves it running for others.
    """

    def __init__(
        self, name: str = "default", *, time_scale: float = 1.0, without: tuple[str, ...] = (), **settings: object
    ) -> None:
        self.name = name
        self.state_directory = PROJECT / ".localaws" / name
        self.log = self.state_directory / "server.log"
        self.calls = self.state_directory / "calls.jsonl"
        self.states = self.state_directory / "states.jsonl"
        self.news = self.state_directory / "news.jsonl"
        self.permissions = self.state_directory / "permissions.jsonl"
        self._pid_file = self.state_directory / "instance.json"
        self._settings = {"time_scale": time_scale, "without": ",".join(without), **settings}
        self._process: subprocess.Popen[bytes] | None = None
        self._session = boto3.session.Session(
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        )
        self._clients: dict[tuple[str, str], Any] = {}

    def __enter__(self) -> Instance:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, *, detached: bool = False) -> None:
        """Start with an empty state, and return when the server answers. Raises InstanceError when it does not."""
        if self.is_running():
            raise InstanceError(f"instance {self.name} is already up at {self.endpoint_url}; stop it first")
        shutil.rmtree(self.state_directory, ignore_errors=True)
        self.state_directory.mkdir(parents=True)
        port = _free_port()
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [str(SERVER_INTERPRETER), "-m", "localaws.server"],
                cwd=PROJECT,
                env=self._server_environment(port, detached),
                stdin=subprocess.DEVNULL if detached else subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=detached,
            )
        self._pid_file.write_text(json.dumps({"pid": self._process.pid, "port": port}))
        self._wait_until_healthy(self._process)

    def stop(self) -> None:
        """Stop the server, wherever it was started; one of this process that takes too long is killed."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        elif self.is_running():
            os.kill(self.pid, signal.SIGTERM)
            self._wait_until_gone(self.pid)
        self._pid_file.unlink(missing_ok=True)

    def is_running(self) -> bool:
        """Whether this instance's server answers; false when a pid file was left behind by one that died."""
        return self._pid_file.exists() and _alive(self.pid) and _healthy(self.endpoint_url)

    def remove(self) -> None:
        """Delete the state directory of an instance that has stopped: objects, logs, records."""
        shutil.rmtree(self.state_directory, ignore_errors=True)

    @property
    def pid(self) -> int:
        return self._recorded()["pid"]

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self._recorded()['port']}"

    @property
    def dns_address(self) -> str:
        """Where the embedded world's DNS answers, on UDP: `dig @127.0.0.1 -p <port>`."""
        return self.endpoint_url.removeprefix("http://")

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which the AWS CLI, SAM and every SDK talk to this instance and to nothing else."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            **CREDENTIALS,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            "AWS_EC2_METADATA_DISABLED": "true",
            "SAM_CLI_TELEMETRY": "0",
        }

    def client(self, service: str) -> Any:
        """A boto3 client of this instance that tries each call once, so that a test sees the error it provokes."""
        key = (service, self.endpoint_url)
        if key not in self._clients:
            config = Config(
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"},
                inject_host_prefix=False,
                read_timeout=60,
                max_pool_connections=50,
            )
            if service == KEY_VALUES:
                config = config.merge(Config(signature_version="v4"))
            client = self._session.client(service, endpoint_url=self.endpoint_url, config=config)  # type: ignore[call-overload]
            client.meta.events.register(f"before-sign.{KEY_VALUES}", _without_account_in_host)
            self._clients[key] = client
        return self._clients[key]

    def _server_environment(self, port: int, detached: bool) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        given = {f"LOCALAWS_{name.upper()}": _text(value) for name, value in self._settings.items()}
        return {
            **inherited,
            "LOCALAWS_PORT": str(port),
            "LOCALAWS_STATE_DIRECTORY": str(self.state_directory),
            "LOCALAWS_FUNCTION_INTERPRETER": str(FUNCTION_INTERPRETER),
            **({} if detached else {"LOCALAWS_STOP_WITH_STDIN": "1"}),
            **given,
        }

    def _wait_until_healthy(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + SECONDS_TO_BECOME_HEALTHY
        while process.poll() is None and time.monotonic() < deadline:
            if _healthy(self.endpoint_url):
                return
            time.sleep(0.02)
        reason = "is not healthy" if process.poll() is None else f"ended with status {process.returncode}"
        process.kill()
        process.wait()
        raise InstanceError(f"instance {self.name} {reason}; the end of {self.log}:\n{_tail(self.log)}")

    def _wait_until_gone(self, pid: int) -> None:
        deadline = time.monotonic() + SECONDS_TO_STOP
        while _alive(pid):
            if time.monotonic() > deadline:
                raise InstanceError(f"instance {self.name} (process {pid}) does not stop; see {self.log}")
            time.sleep(0.02)

    def _recorded(self) -> dict[str, int]:
        try:
            recorded: dict[str, int] = json.loads(self._pid_file.read_text())
        except FileNotFoundError:
            raise InstanceError(f"instance {self.name} is not up; start it with `python -m localaws up`") from None
        return recorded


def _without_account_in_host(request: Any, **_: object) -> None:
    """No DNS knows `000000000000.127.0.0.1`."""
    scheme, _, rest = request.url.partition("://")
    request.url = f"{scheme}://{rest.partition('.')[2]}"


def _text(setting: object) -> str:
    return json.dumps(setting) if isinstance(setting, dict) else str(setting)


def _free_port() -> int:
    """One that is free for HTTP (TCP) and for DNS (UDP)."""
    while True:
        with socket.socket() as listener, socket.socket(type=socket.SOCK_DGRAM) as receiver:
            listener.bind(("127.0.0.1", 0))
            port: int = listener.getsockname()[1]
            with contextlib.suppress(OSError):
                receiver.bind(("127.0.0.1", port))
                return port


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _healthy(endpoint_url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{endpoint_url}/_ministack/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _tail(log: Path, lines: int = 30) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
