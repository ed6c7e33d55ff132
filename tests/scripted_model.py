"""A model server on loopback that says, or does, what a test tells it to."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[["Exchange"], None]


class Exchange:
    """One request, and how to answer it."""

    def __init__(self, handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        self._handler = handler
        self.path = handler.path
        self.headers = dict(handler.headers)
        self.sent = body

    @property
    def asked(self) -> dict[str, Any]:
        """What the writer put before the model: question and quotes."""
        return json.loads(self.sent["messages"][-1]["content"])

    def state(self, statements: list[dict[str, Any]], **choice: Any) -> None:
        """Answer with statements, in the form asked for."""
        self.say(json.dumps({"statements": statements}, ensure_ascii=False), **choice)

    def say(self, content: object, **choice: Any) -> None:
        """Answer with a message of this content."""
        message = {"role": "assistant", "content": content}
        whole = {"choices": [{"index": 0, "message": message, **choice}]}
        self.send(json.dumps(whole).encode("utf-8", "surrogatepass"))

    def send(
        self, body: bytes, *, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        """Answer with these bytes."""
        self._handler.send_response(status)
        named = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        for name, value in (named | (headers or {})).items():
            self._handler.send_header(name, value)
        self._handler.end_headers()
        with contextlib.suppress(OSError):
            self._handler.wfile.write(body)

    def raw(self, data: bytes) -> bool:
        """Write to the wire; return False once the other side has gone."""
        try:
            self._handler.wfile.write(data)
            self._handler.wfile.flush()
        except OSError:
            return False
        return True

    def cut(self) -> None:
        """Let go of the connection in the middle of whatever it is."""
        self._handler.close_connection = True
        with contextlib.suppress(OSError):
            self._handler.connection.shutdown(socket.SHUT_RDWR)


class ScriptedModel:
    """What the server was asked, and what it answers next."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/v1"
        self.requests: list[Exchange] = []
        self.reply: Reply = lambda exchange: exchange.state([])
        self.over = threading.Event()  # a reply that waits ends with the test


@contextlib.contextmanager
def scripted_model() -> Iterator[ScriptedModel]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            exchange = Exchange(self, json.loads(self.rfile.read(length)))
            model.requests.append(exchange)
            model.reply(exchange)

        def do_GET(self) -> None:
            exchange = Exchange(self, {})
            model.requests.append(exchange)
            exchange.send(b'{"data": [{"id": "scripted"}]}')

        def log_message(self, *arguments: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    model = ScriptedModel(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        model.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
