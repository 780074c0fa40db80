"""Build the application and deploy it into an instance with the SAM CLI, as a user does into an account."""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from localaws.instance import PROJECT, Instance

SAM = Path(sys.executable).with_name("sam")
SOURCES = ("template.yaml", "stacks", "functions", "layers", "statemachines", "extensions", "api")
"""What the built application is made of."""
NOT_SOURCES = {"__pycache__", ".mypy_cache", ".ruff_cache"}
CONFIG_ENVIRONMENT = "embedded"
"""A section that samconfig.toml does not have: what it says of accounts must not apply here."""
ARTEFACT_BUCKET = "sam-artefacts"
LINES_OF_OUTPUT_IN_ERROR = 40


class DeploymentError(Exception):
    """`sam build` or `sam deploy` failed; the message ends with the last lines that it wrote."""


def build(project: Path = PROJECT) -> Path:
    """Run `sam build`, for this interpreter and this machine's processor; returns the folder of the built application.

    Does nothing when the sources, the interpreter and the SAM CLI are those of the last build. Safe to call from
    several processes at once.
    """
    built = project / ".aws-sam" / "embedded"
    stamp_file = built / "stamp"
    with _locked(project / ".aws-sam" / "embedded.lock"):
        stamp = _stamp(project)
        if stamp_file.exists() and stamp_file.read_text() == stamp:
            return built
        options = ("--build-dir", str(built), "--cached", "--parallel")
        _sam(project, {}, "build", *options, *_overrides(_platform_parameters()))
        stamp_file.write_text(stamp)
    return built


def deploy(
    instance: Instance,
    stack_name: str = "cloudfront-extensions",
    parameters: Mapping[str, str] | None = None,
    project: Path = PROJECT,
) -> dict[str, str]:
    """Build if need be, run `sam deploy` into the instance, and return the outputs of the root stack.

    SAM passes over parameters that a template does not have: an application that asks a DNS resolver asks this world's.
    A further deploy updates the stack; one that changes nothing succeeds too.
    """
    built = build(project)
    instance.client("s3").create_bucket(Bucket=ARTEFACT_BUCKET)
    _sam(
        project,
        instance.environment,
        "deploy",
        *("--template-file", str(built / "template.yaml")),
        *("--stack-name", stack_name),
        *("--region", "us-east-1"),
        *("--s3-bucket", ARTEFACT_BUCKET),
        *("--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"),
        "--no-confirm-changeset",
        "--no-fail-on-empty-changeset",
        "--no-progressbar",
        *_overrides({**_platform_parameters(), "DnsResolver": instance.dns_address, **(parameters or {})}),
    )
    return outputs(instance, stack_name)


def outputs(instance: Instance, stack_name: str = "cloudfront-extensions") -> dict[str, str]:
    """The outputs of a stack, by name."""
    (stack,) = instance.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _platform_parameters() -> dict[str, str]:
    """Functions run here on the interpreter at hand, so that packages with native code must be this machine's."""
    architecture = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
    return {
        "PythonRuntime": f"python{sys.version_info.major}.{sys.version_info.minor}",
        "Architecture": architecture,
    }


def _overrides(parameters: Mapping[str, str]) -> list[str]:
    values = (f"ParameterKey={name},ParameterValue={value}" for name, value in parameters.items())
    return ["--parameter-overrides", *values]


def _sam(project: Path, environment: Mapping[str, str], command: str, *arguments: str) -> None:
    """Run the SAM CLI of this virtual environment, with this interpreter first on PATH."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAM_CLI_"))}
    ran = subprocess.run(
        [str(SAM), command, "--config-env", CONFIG_ENVIRONMENT, *arguments],
        cwd=project,
        env={
            **inherited,
            "PATH": f"{SAM.parent}{os.pathsep}{inherited['PATH']}",
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_POLL_DELAY": "0.5",
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if ran.returncode != 0:
        end = "\n".join(ran.stdout.splitlines()[-LINES_OF_OUTPUT_IN_ERROR:])
        raise DeploymentError(f"sam {command} ended with status {ran.returncode}:\n{end}")


def _stamp(project: Path) -> str:
    """A digest of everything that goes into a build."""
    digest = hashlib.sha256(repr((sys.version, _platform_parameters(), SAM.stat().st_mtime_ns)).encode())
    for source in _source_files(project):
        digest.update(f"{source.relative_to(project)}\0".encode())
        digest.update(hashlib.sha256(source.read_bytes()).digest())
    return digest.hexdigest()


def _source_files(project: Path) -> Iterator[Path]:
    for name in SOURCES:
        root = project / name
        found = sorted(root.rglob("*")) if root.is_dir() else [root]
        yield from (path for path in found if path.is_file() and not NOT_SOURCES.intersection(path.parts))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
