"""Every deliberate error of the package.

    CoiQaError
    ├── UnreadableReportError    one report cannot be read; the others go on
    ├── NoUsableIndexError       nothing to answer from; says how to make an index
    │   └── DamagedIndexError    an index is there, but not as it was written
    ├── IndexLockedError         another run is writing indexes
    ├── IndexNotWrittenError     no room or no right to write an index
    ├── ModelUnavailableError    a model or token table is missing or damaged
    ├── TextTooLongError         a text does not fit the embedding model
    ├── BadRequestError          what was asked cannot be asked; says what can
    │   ├── BadQuestionError     empty, too long or not a text
    │   ├── UnknownCountryError  no country of that name or code
    │   └── BadGoldError         a gold question file breaks its format
    ├── NotPermittedError        whoever asks may not do so from there
    │   └── BadTokenError        no token or signature, or none that is valid now
    ├── BusyError                too many questions wait already
    ├── NotFoundError            no such report, page or answer
    └── SettingsError            a COI_QA_* variable has a value that cannot be used

A message says what was found, what was expected and what to do next. Finding no answer
is not an error but an `Answer` with its status.
"""

from __future__ import annotations

from enum import StrEnum


class CoiQaError(Exception):
    """What coi_qa reports on purpose; its text is fit to be shown to a person.

    Attributes:
        field: The key that is wrong in what was sent, where it is one.
    """

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Refusal(StrEnum):
    """Why a report was not read; the value is what messages and tables show."""

    CANNOT_OPEN = "cannot_open"  # missing, forbidden, a pipe or a device
    EMPTY = "empty"
    NOT_A_PDF = "not_a_pdf"
    CUT_OFF = "cut_off"
    DAMAGED = "damaged"
    NO_PAGES = "no_pages"
    PASSWORD_NEEDED = "password_needed"  # noqa: S105  a reason, not a password
    TOO_HEAVY = "too_heavy"  # over a limit of size, memory or time
    CRASHED = "crashed"  # the parser died of it
    NO_TEXT_LAYER = "no_text_layer"
    OCR_NOT_INSTALLED = "ocr_not_installed"
    OCR_FAILED = "ocr_failed"
    OTHER = "other"


class UnreadableReportError(CoiQaError):
    """A report cannot be read: not a PDF, damaged, encrypted, scanned or empty.

    Attributes:
        refusal: The kind of reason, for those who count them.
    """

    def __init__(self, message: str, refusal: Refusal = Refusal.OTHER) -> None:
        super().__init__(message)
        self.refusal = refusal


class NoUsableIndexError(CoiQaError):
    """There is no index that may be served."""


class DamagedIndexError(NoUsableIndexError):
    """An index differs from what its manifest says was written."""


class IndexLockedError(CoiQaError):
    """Another indexing run holds the lock of this folder."""


class IndexNotWrittenError(CoiQaError):
    """An index could not be written; the one served before is as it was."""


class ModelUnavailableError(CoiQaError):
    """A model or token table is missing, damaged or not the one that was pinned."""


class TextTooLongError(CoiQaError):
    """A text has more tokens than the embedding model reads."""


class BadRequestError(CoiQaError):
    """A request that cannot be carried out as it was made."""


class BadQuestionError(BadRequestError):
    """A question that is empty, too long or not readable text."""


class UnknownCountryError(BadRequestError):
    """A country name or code that nothing is known by."""


class BadGoldError(BadRequestError):
    """A gold question that breaks its format, named by file and line."""


class NotPermittedError(CoiQaError):
    """Whoever asks is not permitted to; another token or signature would not help."""


class BadTokenError(NotPermittedError):
    """A token or signature that is missing, wrong, too old or used before."""


class BusyError(CoiQaError):
    """Too many questions wait already; the caller may try again in a while."""


class NotFoundError(CoiQaError):
    """No report, page or answer by that name in what is served."""


class SettingsError(CoiQaError):
    """A setting that cannot be used, named by its variable."""
