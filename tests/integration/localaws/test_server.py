"""The server listens on this machine only, starts quickly, and stops cleanly."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from localaws.instance import Instance, InstanceError


def listeners(pid: int) -> set[tuple[str, int]]:
    """Local address (as the kernel writes it) and port of every socket, TCP or UDP, on which the process listens."""
    files = [str(descriptor.readlink()) for descriptor in Path(f"/proc/{pid}/fd").iterdir()]
    inodes = {link.removeprefix("socket:[").rstrip("]") for link in files if link.startswith("socket:[")}
    found = set()
    for table, listening in (("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == listening and fields[9] in inodes:
                address, _, port = fields[1].partition(":")
                found.add((address, int(port, 16)))
    return found


def test_it_listens_on_the_loopback_address_and_nowhere_else(instance: Instance) -> None:
    loopback = socket.inet_aton("127.0.0.1")[::-1].hex().upper()
    port = int(instance.endpoint_url.rpartition(":")[2])
    assert listeners(instance.pid) == {(loopback, port)}


def test_an_instance_that_is_up_is_not_started_again(instance: Instance) -> None:
    with pytest.raises(InstanceError, match="already up"):
        Instance(instance.name).start()


def test_a_server_that_cannot_start_says_why() -> None:
    broken = Instance(f"tests-broken-{os.getpid()}", time_scale="fast")  # type: ignore[arg-type]
    with pytest.raises(InstanceError, match="could not convert string to float"):
        broken.start()
    broken.remove()


def test_a_module_that_does_not_exist_can_not_be_left_out() -> None:
    misspelt = Instance(f"tests-misspelt-{os.getpid()}", without=("fault",))
    with pytest.raises(InstanceError, match="LOCALAWS_WITHOUT names no modules: fault"):
        misspelt.start()
    misspelt.remove()


def test_functions_and_server_are_gone_after_stop() -> None:
    with Instance(f"tests-stop-{os.getpid()}", time_scale=0.001) as short_lived:
        pid = short_lived.pid
    assert not short_lived.is_running()
    assert subprocess.run(["ps", "--no-headers", "--ppid", str(pid)], capture_output=True, text=True).stdout == ""
    short_lived.remove()
