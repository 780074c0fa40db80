"""The reports on a run, as pytest plugins, and what they are told of each embedded AWS that ran the product."""

from __future__ import annotations

import pytest

from tests.reports.calls import CallsOfTheProduct
from tests.reports.permissions import UseOfPermissions
from tests.reports.state_machines import CoverageOfStateMachines
from tests.reports.whole_run import WholeRun
from tests.workflows.application import WORKFLOWS, Application

_COVERAGE = pytest.StashKey[CoverageOfStateMachines]()
_PERMISSIONS = pytest.StashKey[UseOfPermissions]()
_CALLS = pytest.StashKey[CallsOfTheProduct]()


def register(config: pytest.Config) -> None:
    is_whole = WholeRun(config)
    config.pluginmanager.register(is_whole)
    for key, plugin in (
        (_COVERAGE, CoverageOfStateMachines(is_whole)),
        (_PERMISSIONS, UseOfPermissions(is_whole)),
        (_CALLS, CallsOfTheProduct(is_whole)),
    ):
        config.stash[key] = plugin
        config.pluginmanager.register(plugin)


def note(config: pytest.Config, application: Application) -> None:
    """Take up what happened in a running instance."""
    instance = application.instance
    config.stash[_COVERAGE].note(
        instance.states, {workflow: application.state_machine(workflow) for workflow in WORKFLOWS}
    )
    config.stash[_PERMISSIONS].note(instance)
    config.stash[_CALLS].note(instance.calls)
