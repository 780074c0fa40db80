"""A name server on this machine, for what asks DNS."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.message

Answer = Callable[[dns.message.Message], dns.message.Message | None]
"""A name server's answer to a question; None: it never comes."""


class NameServer:
    def __init__(self, answer: Answer) -> None:
        self.questions: list[str] = []
        questions = self.questions

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                datagram, server = self.request
                question = dns.message.from_wire(datagram)
                questions.append(question.question[0].name.to_text())
                if told := answer(question):
                    server.sendto(told.to_wire(), self.client_address)

        self.server = socketserver.UDPServer(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.server_address[1]}"


@contextmanager
def serving(answer: Answer) -> Iterator[NameServer]:
    name_server = NameServer(answer)
    thread = threading.Thread(target=name_server.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield name_server
    finally:
        name_server.server.shutdown()
        thread.join()
        name_server.server.server_close()
