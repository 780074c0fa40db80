"""The real SAM CLI builds and deploys into an instance: here, a small application shaped like the real one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from localaws import deployment, executions
from localaws.instance import Instance

APPLICATION = Path(__file__).with_name("application")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(APPLICATION, tmp_path_factory.mktemp("project") / "application"))


def test_it_deploys_and_updates_nested_applications(instance: Instance, project: Path) -> None:
    outputs = deployment.deploy(instance, "greeter", project=project)
    assert executions.run(instance, outputs["StateMachine"], {"name": "you"})["output"] == "Hello, you"

    function = project / "functions" / "greet" / "app.py"
    function.write_text(function.read_text().replace("HELLO}, ", "HELLO} again, "))
    assert deployment.deploy(instance, "greeter", {"WithQueue": "true"}, project) == outputs
    assert executions.run(instance, outputs["StateMachine"], {"name": "you"})["output"] == "Hello again, you"

    assert deployment.deploy(instance, "greeter", {"WithQueue": "true"}, project) == outputs


def test_a_build_is_kept_while_its_sources_are_the_same(project: Path) -> None:
    first = deployment.build(project)
    built = (first / "template.yaml").stat().st_mtime_ns
    assert (deployment.build(project) / "template.yaml").stat().st_mtime_ns == built


def test_a_failure_says_what_sam_said(project: Path, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(project, tmp_path / "broken", ignore=shutil.ignore_patterns(".aws-sam")))
    (broken / "functions" / "greet" / "requirements.txt").write_text("./no-such-folder\n")
    with pytest.raises(deployment.DeploymentError, match=r"sam build ended with status 1:[^$]*no-such-folder"):
        deployment.build(broken)
