"""Structured log lines: one event name and its fields, never a question's words."""

from __future__ import annotations

import json
import logging
import time
from contextvars import ContextVar
from typing import Final

request_id: ContextVar[str] = ContextVar("request_id", default="-")

EVENTS: Final = (
    "answered",
    "answer_refused",
    "door_refused",
    "index_opened",
    "index_passed_over",
    "index_published",
    "mcp_failed",
    "report_indexed",
    "report_failed",
    "page_not_drawn",
    "served",
    "quote_withheld",
    "written",
    "writer_failed",
    "unexpected_error",
)

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON with the request's id."""

    def __init__(self, event: str | None = None) -> None:
        """Take the event that all records stand for; None: each names its own.

        What a library writes may repeat what was asked.
        """
        super().__init__()
        self._event = event

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, object] = {
            "time": f"{stamp}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "event": self._event or record.getMessage(),
            "request": request_id.get(),
        }
        line |= {k: v for k, v in vars(record).items() if k not in _STANDARD}
        if record.exc_info:
            # Only the kind and the place: a message may quote what was asked.
            kind, _, trace = record.exc_info
            line["error"] = kind.__name__ if kind else "?"
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            if trace is not None:
                code = trace.tb_frame.f_code
                line["at"] = f"{code.co_qualname}:{trace.tb_lineno}"
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: str) -> None:
    """Send every event of the package to standard error as JSON lines.

    And that the MCP library failed, without its words.
    """
    _send("coi_qa", level, JsonLines())
    _send("mcp", "error", JsonLines("mcp_failed"))


def _send(name: str, level: str, formatter: logging.Formatter) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logger = logging.getLogger(name)
    logger.handlers[:] = [handler]
    logger.setLevel(level.upper())
    logger.propagate = False
