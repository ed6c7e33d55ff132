"""What kind of thing a question asks for, and whether a sentence holds one.

Source of the idea: Li & Roth, Learning Question Classifiers, COLING 2002. Only the two
kinds that a report prints in a form of their own are told apart, numbers and times.
"""

from __future__ import annotations

import re
from enum import StrEnum

from coi_qa.domain.dates import MONTHS
from coi_qa.domain.numerals import find_numerals
from coi_qa.domain.periods import find_periods
from coi_qa.domain.quantities import find_quantities


class AnswerType(StrEnum):
    """What an answer has to hold."""

    QUANTITY = "quantity"
    TIME = "time"


_QUANTITY = re.compile(
    r"\b(?:ile|ilu|iloma|ilorgiem|ilość\w*|liczb\w+|odset\w+|procent\w*|kwot\w+"
    r"|jak (?:wiele|długo|wysok\w+|duż\w+)"
    r"|how (?:many|much|long|old|often|high|large)|number of|share of|percentage"
    r"|скільки|кількість|сколько|количество|какая доля|яка частка)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:kiedy|któr(?:ego dnia|ym roku|ego roku)|jakim (?:roku|dniu)|dat[aęy]"
    r"|when|what (?:year|date)|which year|since when"
    r"|коли|якого (?:дня|року)|якому році|когда|какого (?:числа|года)|каком году)\b",
    re.IGNORECASE,
)
_YES_OR_NO = re.compile(
    r"\A(?:czy|is|are|was|were|do|does|did|has|have|can|чи|правда)\b|\bли\b",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_MONTH = re.compile(rf"\b(?:{'|'.join(map(re.escape, MONTHS))})\b", re.IGNORECASE)


def expected_type(question: str) -> AnswerType | None:
    """Return what a question asks for, None where its form does not say.

    >>> expected_type("Ilu cywilów zginęło?"), expected_type("Czy grozi kara?")
    (<AnswerType.QUANTITY: 'quantity'>, None)
    """
    if _TIME.search(question):
        return AnswerType.TIME
    return AnswerType.QUANTITY if _QUANTITY.search(question) else None


def is_yes_or_no(question: str) -> bool:
    """Say whether a question is one that a denial answers.

    >>> is_yes_or_no("Czy grozi kara?"), is_yes_or_no("Jaka kara grozi?")
    (True, False)
    """
    return _YES_OR_NO.search(question) is not None


def type_fit(expected: AnswerType | None, sentence: str) -> float:
    """Return 1 where a sentence holds what is asked for, -1 where not, 0 for no type.

    >>> times = type_fit(AnswerType.TIME, "Zakaz obowiązuje od 2019 r.")
    >>> times, type_fit(AnswerType.QUANTITY, "Zakaz obowiązuje od 2019 r.")
    (1.0, -1.0)
    """
    if expected is None:
        return 0.0
    holds = _holds_time if expected is AnswerType.TIME else _holds_quantity
    return 1.0 if holds(sentence) else -1.0


def _holds_time(sentence: str) -> bool:
    return bool(find_periods(sentence) or _MONTH.search(sentence))


def _holds_quantity(sentence: str) -> bool:
    if find_quantities(sentence) or find_numerals(sentence):
        return True
    dates = [(period.start, period.end) for period in find_periods(sentence)]
    return any(
        not any(start <= digit.start() < end for start, end in dates)
        for digit in _DIGIT.finditer(sentence)
    )
