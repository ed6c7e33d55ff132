"""A server of MCP that this process starts: its command, over a small service."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.fakes_web import FakeService

from coi_qa import cli, wiring
from coi_qa.service import LiveService


class Chatty(FakeService):
    """Prints where it must not, as a library may."""

    def search(self, words, **asked):
        print("printed in a call")
        os.write(1, b"written in a call\n")
        return super().search(words, **asked)


def build(settings):
    """Return a service as `coi-qa` would open it."""
    print("printed while loading")
    os.write(1, b"written while loading\n")
    service = Chatty(Path(sys.argv[1]))
    return LiveService(service, current_id=lambda: None, reopen=lambda before: before)


if __name__ == "__main__":
    wiring.build_live_service = build
    cli.main(["mcp"])
