"""Finds the words that stand in tables of the code, for the catalogue of the pages."""

from __future__ import annotations

import ast
import re

# Tables of words by their key, and sentences that always read the same.
NAMED = re.compile(
    r"[A-Z_]+_WORDS|[A-Z_]+_NAMES|DISCLAIMER|TITLES|DETAILS"
    r"|OUT_OF_SCOPE|SILENT|VAGUE|TOO_MANY_TOKENS|UNDATED|NONE_HELD|NO_ANSWER"
)


def tables(fileobj, keywords, comment_tags, options):
    """Yield line, function, text and comments, as Babel wants them of an extractor."""
    for statement in ast.parse(fileobj.read()).body:
        name = target(statement)
        if name is None or not NAMED.fullmatch(name):
            continue
        for value in values(statement.value):
            if value.value:
                yield value.lineno, None, value.value, []


def target(statement):
    """Return the name that a statement gives a value to, or None."""
    if isinstance(statement, ast.AnnAssign):
        return getattr(statement.target, "id", None)
    if isinstance(statement, ast.Assign):
        return getattr(statement.targets[0], "id", None)
    return None


def values(node):
    """Return the texts of a table, its keys left out, or of a lone sentence."""
    nodes = node.values if isinstance(node, ast.Dict) else [node]
    return [
        n for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]
