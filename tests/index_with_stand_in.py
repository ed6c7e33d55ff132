"""`coi-qa index` with the stand-in embedder, for tests of a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.fakes import FakeEmbedder

from coi_qa import cli, wiring

if __name__ == "__main__":
    wiring.load_embedder = lambda *_, **__: FakeEmbedder()
    cli.main(sys.argv[1:])
