"""The embedded AWS from the command line: `python -m localaws --help`."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence

from localaws import apis, calls, deployment, fault_commands, marks, permissions, quotas
from localaws.control import ControlRefused, control, publish
from localaws.instance import Instance, InstanceError


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    try:
        chosen.run(Instance(chosen.name, time_scale=getattr(chosen, "time_scale", 1.0)), chosen)
    except (InstanceError, ControlRefused, deployment.DeploymentError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def up(instance: Instance, chosen: argparse.Namespace) -> None:
    if instance.is_running():
        print(f"Already up: {instance.endpoint_url}")
    else:
        instance.start(detached=True)
        print(f"Up: {instance.endpoint_url}, DNS at {instance.dns_address}, state in {instance.state_directory}")
    if chosen.deploy:
        deploy(instance, chosen)
    print(f"\naws --endpoint-url {instance.endpoint_url} stepfunctions list-state-machines")
    host, port = instance.dns_address.split(":")
    print(f"dig @{host} -p {port} shop.example.com\n")
    environment(instance, chosen)


def down(instance: Instance, _: argparse.Namespace) -> None:
    was_running = instance.is_running()
    instance.stop()
    print(f"{instance.name} is down" if was_running else f"{instance.name} was not up")


def status(instance: Instance, _: argparse.Namespace) -> None:
    if not instance.is_running():
        raise InstanceError(f"{instance.name} is not up")
    print(f"{instance.name} is up at {instance.endpoint_url} (process {instance.pid}, log {instance.log})")
    for stack in instance.client("cloudformation").describe_stacks()["Stacks"]:
        print(f"  {stack['StackName']}  {stack['StackStatus']}")


def deploy(instance: Instance, chosen: argparse.Namespace) -> None:
    outputs = deployment.deploy(instance, chosen.stack_name, dict(chosen.parameter))
    for name, value in outputs.items():
        print(f"{name}: {apis.here(instance, value)}")
    for line in apis.introduction(instance, outputs):
        print(line)


def environment(instance: Instance, _: argparse.Namespace) -> None:
    for name, value in instance.environment.items():
        print(f"export {name}={shlex.quote(value)}")


def list_dns(instance: Instance, _: argparse.Namespace) -> None:
    for record in control(instance, "GET", "dns"):
        print(f"{record['name']}  {record['type']}  {record['value']}")


def publish_dns(instance: Instance, chosen: argparse.Namespace) -> None:
    publish(instance, chosen.record, chosen.type, chosen.value)


def remove_dns(instance: Instance, chosen: argparse.Namespace) -> None:
    control(instance, "DELETE", "dns", {"name": chosen.record, "type": chosen.type, "value": chosen.value})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m localaws",
        description="The embedded AWS: real APIs on one port of 127.0.0.1, without an account",
    )
    parser.add_argument("--name", default="default", help="which instance (each has its own port, state and time)")
    commands = parser.add_subparsers(required=True, metavar="command")

    starting = commands.add_parser("up", help="start an instance and leave it running")
    starting.set_defaults(run=up)
    starting.add_argument(
        "--time-scale", type=float, default=1.0, help="seconds here per AWS second: 0.001 makes an hour pass in 3.6 s"
    )
    starting.add_argument("--deploy", action="store_true", help="build and deploy the application too")
    _add_deployment_options(starting)

    commands.add_parser("down", help="stop an instance").set_defaults(run=down)
    commands.add_parser("status", help="where an instance is, and the stacks in it").set_defaults(run=status)

    deploying = commands.add_parser("deploy", help="run sam build and sam deploy into a running instance")
    deploying.set_defaults(run=deploy)
    _add_deployment_options(deploying)

    showing = commands.add_parser("environment", help="export lines that point the AWS CLI and SDKs at an instance")
    showing.set_defaults(run=environment)

    calls.add_options(commands.add_parser("calls", help="ask what an instance has answered, to whom and how"))
    marks.add_options(commands.add_parser("marks", help="find out where a text goes: into calls, states, logs, events"))

    permissions.add_options(commands.add_parser("permissions", help="ask what each role may do and never did"))
    quotas.add_commands(commands)
    fault_commands.add_commands(commands)

    naming = commands.add_parser("dns", help="the DNS outside Route 53: where validation records are published by hand")
    actions = naming.add_subparsers(required=True, metavar="action")
    actions.add_parser("list", help="every published record").set_defaults(run=list_dns)
    for action, run, does in (
        ("publish", publish_dns, "publish a record"),
        ("remove", remove_dns, "take a record back"),
    ):
        changing = actions.add_parser(action, help=does)
        changing.set_defaults(run=run)
        changing.add_argument("record", metavar="name", help="such as _3639ac514e785e898d2646601fa951d5.example.com")
        changing.add_argument("type", help="such as CNAME")
        changing.add_argument("value")
    return parser


def _add_deployment_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stack-name", default="cloudfront-extensions", help="the root stack (%(default)s)")
    parser.add_argument(
        "--parameter",
        action="append",
        default=[],
        type=_assignment,
        metavar="NAME=VALUE",
        help="a template parameter; may be repeated",
    )


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


if __name__ == "__main__":
    sys.exit(main())
