"""What a line of the log says, and what it keeps to itself."""

from __future__ import annotations

import io
import json
import logging

from coi_qa import log

SECRET = "Jan Kowalski, ur. 1990"


def lines_of(formatter, name, speak):
    """Return the lines that a logger writes while `speak` uses it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter)
    logger = logging.Logger(name)
    logger.addHandler(handler)
    speak(logger)
    return [json.loads(line) for line in written.getvalue().splitlines()]


def fail(logger):
    try:
        raise ValueError(SECRET)
    except ValueError:
        logger.exception("Tool failed: %r", SECRET)


def test_what_a_library_says_of_its_failure_is_kept_back():
    (line,) = lines_of(log.JsonLines("mcp_failed"), "mcp.server", fail)

    assert (line["event"], line["error"]) == ("mcp_failed", "ValueError")
    assert line["at"].startswith("fail:")
    assert SECRET not in json.dumps(line, ensure_ascii=False)


def test_an_event_of_our_own_names_itself():
    """The control."""
    (line,) = lines_of(log.JsonLines(), "coi_qa", lambda each: each.info(SECRET))

    assert line["event"] == SECRET


def test_the_library_s_failures_go_where_ours_go_and_no_further():
    names = ("coi_qa", "mcp")
    before = {
        name: (each.handlers[:], each.level, each.propagate)
        for name in names
        if (each := logging.getLogger(name))
    }
    try:
        log.configure("info")
        after = [
            (each.level, each.propagate, len(each.handlers))
            for each in map(logging.getLogger, names)
        ]
    finally:
        for name, (handlers, level, propagate) in before.items():
            logger = logging.getLogger(name)
            logger.handlers[:], logger.propagate = handlers, propagate
            logger.setLevel(level)

    assert after == [(logging.INFO, False, 1), (logging.ERROR, False, 1)]
