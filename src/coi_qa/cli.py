"""The command `coi-qa`; `coi-qa --help` lists what it does."""

from __future__ import annotations

import argparse
import codecs
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from coi_qa import log
from coi_qa.config import Settings
from coi_qa.domain.dates import PartialDate, parse_date
from coi_qa.errors import (
    BadQuestionError,
    BadRequestError,
    CoiQaError,
    IndexLockedError,
    IndexNotWrittenError,
    ModelUnavailableError,
    NoUsableIndexError,
    SettingsError,
    UnreadableReportError,
)

if TYPE_CHECKING:
    from coi_qa.chat.commands import Hooks
    from coi_qa.chat.embed_token import Embedding
    from coi_qa.evaluation import Verdict

OK, DIFFERS, MISUSED, SOME_FAILED, NO_INDEX = 0, 1, 2, 3, 4
NOT_WRITTEN, LOCKED = 74, 75  # EX_IOERR and EX_TEMPFAIL of sysexits.h
INTERRUPTED = 130  # as shells say of SIGINT

EXPORTS = ("ragas", "trec")
# One question waits for its model's words while the next is answered; by itself the
# service answers one at a time.
WRITTEN_AT_ONCE = 4

EXIT_CODES: dict[type[CoiQaError], int] = {
    CoiQaError: DIFFERS,
    BadRequestError: MISUSED,
    SettingsError: MISUSED,
    UnreadableReportError: SOME_FAILED,
    NoUsableIndexError: NO_INDEX,
    ModelUnavailableError: NO_INDEX,
    IndexLockedError: LOCKED,
    IndexNotWrittenError: NOT_WRITTEN,
}


class OneSentenceParser(argparse.ArgumentParser):
    """Reports a wrong argument in one sentence and exits 2."""

    def error(self, message: str) -> NoReturn:
        """Print the sentence; say where help is."""
        self.exit(MISUSED, f"{self.prog}: {message}; see '{self.prog} --help'\n")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit with its code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        settings = Settings.from_environ(os.environ)
        if getattr(given, "indexes", None) is not None:
            settings = replace(settings, indexes_dir=given.indexes)
        log.configure(settings.log_level)
        code = given.run(given, settings)
    except CoiQaError as exc:
        print(f"coi-qa: {exc}", file=sys.stderr)
        code = next(
            EXIT_CODES[kind] for kind in type(exc).__mro__ if kind in EXIT_CODES
        )
    except KeyboardInterrupt:
        print("coi-qa: stopped; nothing half-done is served", file=sys.stderr)
        code = INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has enough; Python would complain while closing it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = OK
    sys.exit(code)


def _parser() -> argparse.ArgumentParser:
    parser = OneSentenceParser(prog="coi-qa", description=__doc__)
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=OneSentenceParser
    )

    def command(
        name: str, about: str, run: Callable[[argparse.Namespace, Settings], int]
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=about, description=about)
        made.set_defaults(run=run)
        return made

    index = command("index", "make an index of exactly these reports", _index)
    index.add_argument("paths", nargs="+", type=_existing, metavar="PATH")
    index.add_argument(
        "--if-needed", action="store_true", help="do nothing if an index serves already"
    )
    index.add_argument(
        "--ocr", action="store_true", help="recognise the words of scanned pages"
    )
    index.add_argument(
        "--status",
        type=_writable,
        metavar="FILE",
        help="write how far it is to FILE, as JSON, instead of showing it",
    )
    ask = command("ask", "answer one question, or those of a file", _ask)
    ask.add_argument("question", nargs="?", metavar="QUESTION")
    ask.add_argument("--country", action="append", default=[], metavar="NAME")
    ask.add_argument("--as-at", type=_date, metavar="DATE")
    ask.add_argument("--json", action="store_true")
    ask.add_argument("--from", dest="file", type=_existing, metavar="FILE.jsonl")
    inspect = command("inspect", "show what is read out of a report", _inspect)
    inspect.add_argument("report", type=_existing, metavar="REPORT.pdf")
    inspect.add_argument("--json", action="store_true")
    lint = command("lint", "name a report's own defects to its authors", _lint)
    lint.add_argument("report", type=Path, metavar="REPORT.pdf")
    lint.add_argument("--json", action="store_true")
    verify = command("verify", "compare an answer with the pages it quotes", _verify)
    verify.add_argument("answer", type=_existing, metavar="ANSWER.json")
    verify.add_argument("--pdf", type=_existing, metavar="REPORT.pdf")
    export = command("export", "write an answer as an evidence pack", _export)
    export.add_argument("answer", type=_existing, metavar="ANSWER.json")
    export.add_argument("--format", required=True, metavar="FORMAT")
    export.add_argument("--out", required=True, type=_writable, metavar="FILE")
    export.add_argument("--style", default="", metavar="STYLE")
    export.add_argument(
        "--date", type=_day, metavar="DATE", help="day of the answer: YYYY-MM-DD"
    )
    evaluate = command("eval", "ask gold questions and print the measures", _eval)
    evaluate.add_argument("gold", nargs="*", type=_existing, metavar="GOLD.jsonl")
    evaluate.add_argument("--json", action="store_true")
    evaluate.add_argument("--html", type=_writable, metavar="FILE")
    evaluate.add_argument("--gate", type=_existing, metavar="FILE")
    evaluate.add_argument("--run", dest="runs", type=_writable_folder, metavar="DIR")
    evaluate.add_argument(
        "--export",
        nargs=2,
        action="append",
        default=[],
        metavar=("FORMAT", "PATH"),
        help=f"write the run for another evaluator; FORMAT is {' or '.join(EXPORTS)}",
    )
    evaluate.add_argument(
        "--passages",
        type=_existing,
        metavar="FOLDER",
        help="ask the public questions in FOLDER about its passages.jsonl instead",
    )
    evaluate.add_argument(
        "--distractors",
        type=_existing,
        action="append",
        default=[],
        metavar="FILE.jsonl",
        help="with --passages: further passages that answer nothing",
    )
    evaluate.add_argument(
        "--articles",
        type=int,
        default=100,
        metavar="PERCENT",
        help="with --passages: ask about these articles only; 40 leaves out those of "
        "PoQuAD that the scorer was trained on",
    )
    evaluate.add_argument(
        "--compare",
        nargs=2,
        type=_existing,
        metavar=("RUN_A", "RUN_B"),
        help="compare two stored runs instead of asking",
    )
    drafts = command(
        "gold-from-feedback",
        "draft gold questions from what caseworkers said of answers",
        _gold_from_feedback,
    )
    drafts.add_argument("--out", required=True, type=_writable, metavar="FILE.jsonl")
    drafts.add_argument("--answers", type=_existing, metavar="STATE_DIR")
    serve = command("serve", "start the service", _serve)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    token = command("token", "print a token to try the component with", _token)
    token.add_argument("--origin", required=True, metavar="ORIGIN")
    token.add_argument("--minutes", type=int, default=5, metavar="MINUTES")
    token.add_argument("--country", action="append", default=[], metavar="CODE")
    mcp = command("mcp", "serve the tools of MCP over standard input and output", _mcp)
    doctor = command("doctor", "say what is missing or wrong on this machine", _doctor)
    doctor.add_argument("--offline", action="store_true")
    for made in (index, ask, verify, export, evaluate, serve, mcp, doctor):
        made.add_argument("--indexes", type=Path, metavar="DIR")
    return parser


def _existing(text: str) -> Path:
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"there is no {text!r}")
    return path


def _writable(text: str) -> Path:
    path = Path(text)
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is a folder; expected a file")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {str(path.parent)!r}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"{text!r} cannot be written")
    return path


def _writable_folder(text: str) -> Path:
    """Return a folder that may be written, or made where its parents may be."""
    path = Path(text)
    there = next(at for at in (path, *path.absolute().parents) if at.exists())
    if not there.is_dir():
        raise argparse.ArgumentTypeError(f"{str(there)!r} is no folder")
    if not os.access(there, os.W_OK):
        raise argparse.ArgumentTypeError(f"{str(there)!r} cannot be written")
    return path


def _date(text: str) -> PartialDate:
    try:
        return parse_date(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(str(exc)) from exc


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no day; expected YYYY-MM-DD"
        ) from exc


# --- index ----------------------------------------------------------------------------


def _index(given: argparse.Namespace, settings: Settings) -> int:
    # Imported here and below: each command loads only what it uses.
    from coi_qa.adapters.index_run import StatusFile
    from coi_qa.wiring import build_index, is_served

    if given.if_needed and is_served(settings, given.paths):
        print("the index is up to date")
        return OK
    with StatusFile(given.status) if given.status else ProgressBar() as bar:
        built = build_index(
            settings,
            given.paths,
            progress=bar,
            ocr=given.ocr,
            model_progress=bar.preparing,
        )
        if isinstance(bar, StatusFile):
            bar.finished(built)
    for failure in built.failures:
        print(f"not indexed: {failure.reason}", file=sys.stderr)
    for path in built.repeats:
        print(f"indexed once: {path} has the same bytes as another file")
    if built.index_id is None:
        found = "no PDF was found" if not built.failures else "no report could be read"
        print(f"{found}; the index served before stays as it is", file=sys.stderr)
        return SOME_FAILED
    print(
        f"index {built.index_id}: {built.reports} reports, {built.pages} pages, "
        f"{built.chunks} chunks; {built.embedded} texts embedded, {built.reused} reused"
    )
    return SOME_FAILED if built.failures else OK


class ProgressBar:
    """Shows an indexing run: pages, rate, remaining time."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        # Written to standard error: standard output is for results.
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f} {task.fields[unit]}"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task: Any = None
        self._stage = ""

    def __enter__(self) -> ProgressBar:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the bar as it stands."""
        self._bar.stop()

    def preparing(self, what: str, share: float) -> None:
        """The embedding model is being made ready."""
        self._show(what, share * 100, 100, "%")

    def reading(self, path: Path, *, at: int, of: int) -> None:
        """Report number `at` of `of` is about to be read."""
        self._show("reading", at, of, "reports")
        self._bar.update(self._task, description=f"reading {path.name}")

    def embedding(self, *, pages: float, of: int) -> None:
        """So many of all pages have their vectors."""
        self._show("embedding", pages, of, "pages")
        speed = self._bar.tasks[-1].speed
        self._bar.update(self._task, rate=f"{speed:.1f}/s" if speed else "")

    def _show(self, stage: str, done: float, of: float, unit: str) -> None:
        if stage != self._stage:
            if self._task is not None:
                last = self._bar.tasks[-1]
                self._bar.update(self._task, completed=last.total)
            self._task = self._bar.add_task(stage, total=of, unit=unit, rate="")
            self._stage = stage
        self._bar.update(self._task, completed=done, total=of)


# --- ask ------------------------------------------------------------------------------


def _ask(given: argparse.Namespace, settings: Settings) -> int:
    from coi_qa.render import answer_document, answer_json, answer_text
    from coi_qa.wiring import build_service

    if (given.question is None) == (given.file is None):
        raise BadQuestionError(
            "expected either a QUESTION or --from FILE.jsonl; see 'coi-qa ask --help'"
        )
    if given.file is not None:
        return _ask_file(given, settings)
    service = build_service(settings)
    answer = service.ask(given.question, countries=given.country, as_at=given.as_at)
    if given.json:
        print(answer_json(answer), end="")
    else:
        print(answer_text(answer_document(answer)), end="")
    return OK


def _ask_file(given: argparse.Namespace, settings: Settings) -> int:
    """Print one answer a line; a question that cannot be asked gets its error there."""
    from coi_qa.render import answer_document
    from coi_qa.wiring import build_service

    requests = list(_requests(given.file))
    service = build_service(settings)
    refused = 0
    for request in requests:
        try:
            if isinstance(request, Refused):
                raise BadQuestionError(request.reason)
            answer = service.ask(
                request.question,
                countries=request.countries or given.country,
                as_at=request.as_at or given.as_at,
            )
            said = answer_document(answer) | {"request": request.id}
        except BadRequestError as exc:
            refused += 1
            said = {"request": request.id, "status": "error", "error": str(exc)}
        print(json.dumps(said, ensure_ascii=False), flush=True)
    return MISUSED if refused else OK


@dataclass(frozen=True, slots=True)
class Request:
    """A line of a file of questions."""

    id: object
    question: str
    countries: tuple[str, ...]
    as_at: PartialDate | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is no question, and why; `id` is None where it has none."""

    id: object
    reason: str


def _requests(path: Path) -> Iterator[Request | Refused]:
    """Yield what each line of a JSONL file asks, or why it asks nothing.

    Raises:
        BadQuestionError: the file cannot be read.
    """
    try:
        # Not splitlines(), which would part a line at U+2028 inside a question.
        lines = path.read_bytes().removeprefix(codecs.BOM_UTF8).split(b"\n")
    except OSError as exc:
        raise BadQuestionError(
            f"{path}: cannot be read ({exc.strerror}); expected a file of JSON lines"
        ) from exc
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _request(line, where=f"line {number}")


def _request(line: bytes, *, where: str) -> Request | Refused:
    """Return what a line asks; keys without a meaning here are passed over."""
    wanted = 'expected {"id", "question", "countries"?, "as_at"?}'
    try:
        said = json.loads(line.decode("utf-8"))
        # What JSON cannot say (NaN, half a character) could not be written back.
        json.dumps(said, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return Refused(None, f"{where} is no JSON in UTF-8; {wanted}")
    if not isinstance(said, dict):
        return Refused(None, f"{where} is no JSON object; {wanted}")
    question: Any = said.get("question")
    as_at = said.get("as_at")
    countries = [] if said.get("countries") is None else said["countries"]
    wrong = ""
    if not isinstance(question, str):
        wrong = 'has no text as its "question"'
    elif not isinstance(countries, list) or any(type(c) is not str for c in countries):
        wrong = 'has "countries" that are no list of texts, such as ["KAZ"]'
    elif as_at is not None and not isinstance(as_at, str):
        wrong = 'has an "as_at" that is no text, such as "2025-10"'
    if wrong:
        return Refused(said.get("id"), f"{where} {wrong}; {wanted}")
    try:
        date = parse_date(as_at) if as_at else None
    except ValueError as exc:
        return Refused(said.get("id"), f'{where} has an "as_at" that is {exc}')
    return Request(said.get("id"), question, tuple(countries), date)


# --- inspect, lint, verify, export, eval ----------------------------------------------


def _inspect(given: argparse.Namespace, settings: Settings) -> int:
    from coi_qa.adapters.tokens import count_prompt_tokens
    from coi_qa.inspection import inspect_document
    from coi_qa.wiring import read_one

    report, chunks = read_one(settings, given.report)
    document = inspect_document(report, chunks, count_prompt_tokens=count_prompt_tokens)
    if given.json:
        print(json.dumps(document, ensure_ascii=False, indent=2))
        return OK
    said = document["report"]
    known = (said["title"], said["publisher"], said["date"])
    count = "1 page" if said["pages"] == 1 else f"{said['pages']} pages"
    print(" · ".join([*filter(None, known), count]))
    for heading in document["headings"]:
        print(f"{'  ' * heading['level']}{heading['text']} (p. {heading['page']})")
    undefined = [m["number"] for m in document["markers"] if not m["defined"]]
    print(
        f"{len(document['markers'])} markers, {len(document['footnotes'])} footnotes, "
        f"{len(document['sources'])} sources, {len(document['chunks'])} chunks"
    )
    if undefined:
        print(f"markers without a footnote: {undefined}")
    for found in document["hidden_text"]:
        print(f"hidden on p. {found['page']} ({found['reason']}): {found['text']}")
    for note in document["footnotes"]:
        if note["problems"]:
            print(f"{', '.join(note['problems'])}: {note['raw']}")
    return OK


def _lint(given: argparse.Namespace, settings: Settings) -> int:
    from coi_qa.inspection import lint_document
    from coi_qa.wiring import read_report_at

    defects = lint_document(read_report_at(settings, given.report))
    if given.json:
        print(json.dumps(defects, ensure_ascii=False, indent=2))
    else:
        for defect in defects:
            print(f"s. {defect['page']}  {defect['kind']}: {defect['message']}")
            print(f"      {defect['text']}")
        print(f"Usterki raportu: {len(defects)}" if defects else "Bez usterek.")
    return DIFFERS if defects else OK


def _verify(given: argparse.Namespace, settings: Settings) -> int:
    from coi_qa.ask.recheck import differences
    from coi_qa.export.sealed import broken_seal
    from coi_qa.wiring import check_of_answers, open_originals

    document = _read_answer(given.answer)
    originals = open_originals(settings, given.pdf)
    check = check_of_answers(settings)
    found = [*broken_seal(document), *differences(document, originals, check=check)]
    for difference in found:
        print(difference)
    if not found:
        count = len(document["quotes"]) + len(document.get("near", ()))
        print(f"{count} quotes stand on their pages, word for word")
    return DIFFERS if found else OK


def _read_answer(path: Path) -> dict[str, Any]:
    """Return the JSON of an answer; whether it is one is not checked here.

    Raises:
        BadRequestError: it is no JSON.
    """
    try:
        document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as exc:
        raise BadRequestError(
            f"{path}: not JSON ({exc}); expected the output of 'coi-qa ask --json'"
        ) from exc
    return document


def _export(given: argparse.Namespace, settings: Settings) -> int:
    from coi_qa.export import export_answer
    from coi_qa.wiring import names_of_countries

    pack = export_answer(
        _read_answer(given.answer),
        form=given.format,
        style=given.style,
        countries=names_of_countries(settings),
        created=given.date,
    )
    try:
        given.out.write_bytes(pack.content)
    except OSError as exc:
        raise BadRequestError(
            f"{given.out}: cannot be written ({exc.strerror}); name another file "
            "with --out"
        ) from exc
    return OK


def _eval(given: argparse.Namespace, settings: Settings) -> int:
    from coi_qa.evaluation import as_html, as_json, as_text, find_gate, run_eval_of
    from coi_qa.wiring import build_service

    _refuse_mixed(given)
    if given.compare is not None:
        return _compare(given)
    if given.passages is not None:
        return _measure_passages(given, settings)
    service = build_service(settings)

    def show(done: int, of: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{done}/{of} questions", end="", file=sys.stderr)

    gate_path = find_gate(given.gate)
    verdict = run_eval_of(service, given.gold, gate_path=gate_path, progress=show)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    print(as_json(verdict) if given.json else as_text(verdict))
    if given.html is not None:
        _write_page(given.html, as_html(verdict))
    _keep(given, verdict, gate_path)
    return OK if verdict.passed else DIFFERS


def _refuse_mixed(given: argparse.Namespace) -> None:
    """Refuse arguments that say both to ask and to compare, or neither.

    Raises:
        BadRequestError: they do.
    """
    if given.passages is not None and (given.gold or given.compare):
        raise BadRequestError("--passages brings its questions: name no others")
    if given.compare is None and given.passages is None and not given.gold:
        raise BadRequestError(
            "expected GOLD.jsonl..., --passages FOLDER or --compare RUN_A RUN_B"
        )
    if given.compare is not None and (
        given.gold or given.runs or given.export or given.gate
    ):
        raise BadRequestError(
            "--compare asks nothing: it goes with --json and --html alone"
        )
    for name, _ in given.export:
        if name not in EXPORTS:
            raise BadRequestError(
                f"--export {name}: expected {' or '.join(EXPORTS)} before the path"
            )


def _keep(given: argparse.Namespace, verdict: Verdict, gate_path: Path | None) -> None:
    """Store the run and write it for other evaluators, as far as asked for."""
    from coi_qa.evaluation import store_run, write_ragas, write_trec

    if given.runs is not None:
        stored = store_run(
            given.runs,
            verdict,
            gold_paths=given.gold,
            gate_path=gate_path,
            now=datetime.now(UTC),
        )
        print(f"run stored: {stored}", file=sys.stderr)
    for name, path in given.export:
        write = write_ragas if name == "ragas" else write_trec
        write(Path(path), verdict.evaluation.scored)


def _measure_passages(given: argparse.Namespace, settings: Settings) -> int:
    from coi_qa.evaluation.passages import as_table, is_in_share, run_yardstick
    from coi_qa.wiring import Parts

    parts = Parts(settings)
    embedder = parts.embedder(threads=settings.threads)

    def show(done: int, of: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{done}/{of} questions", end="", file=sys.stderr)

    found = run_yardstick(
        given.passages,
        embedder=embedder,
        scorer=parts.scorer(embedder, threads=settings.threads),
        analyser=parts.analyser,
        split=parts.split,
        leans=parts.leans,
        distractors=given.distractors,
        keep=lambda question: is_in_share(question.title, given.articles),
        progress=show,
    )
    if sys.stderr.isatty():
        print(file=sys.stderr)
    print(json.dumps(found, indent=2) if given.json else as_table(found))
    return OK


def _compare(given: argparse.Namespace) -> int:
    from coi_qa.evaluation import (
        compare_runs,
        comparison_as_html,
        comparison_as_json,
        comparison_as_text,
        read_run,
    )

    comparison = compare_runs(*map(read_run, given.compare))
    as_words = comparison_as_json if given.json else comparison_as_text
    print(as_words(comparison))
    if given.html is not None:
        _write_page(given.html, comparison_as_html(comparison))
    return OK


def _write_page(path: Path, page: str) -> None:
    try:
        path.write_text(page, "utf-8")
    except OSError as exc:
        raise BadRequestError(
            f"{path}: cannot be written ({exc.strerror}); name another file with --html"
        ) from exc


def _gold_from_feedback(given: argparse.Namespace, settings: Settings) -> int:
    from coi_qa.adapters.answers import AnswerStore
    from coi_qa.evaluation import append_gold, draft_gold

    path = (given.answers or settings.state_dir) / "answers.db"
    if not path.is_file():
        raise BadRequestError(
            f"{path}: there are no stored answers; name the service's state folder "
            "with --answers"
        )
    answers = AnswerStore(path, settings.answer_days)
    lines = draft_gold(answers.feedback(), answers.get)
    added = append_gold(given.out, lines)
    print(f"{added} gold questions drafted, {len(lines) - added} were there already")
    return OK


# --- serve, doctor --------------------------------------------------------------------


def _serve(given: argparse.Namespace, settings: Settings) -> int:
    import uvicorn

    from coi_qa.server import create_app
    from coi_qa.web.guards import hosts_answered, is_local
    from coi_qa.web.pages import Operator
    from coi_qa.wiring import build_keeper, build_live_service

    if not 0 < given.port < 65536:
        raise SettingsError(f"--port {given.port}: expected a number from 1 to 65535")
    _refuse_taken(given.host, given.port)
    service = build_live_service(settings)
    may_change = is_local(given.host, settings.allowed_hosts)
    print(f"coi-qa answers at http://{given.host}:{given.port}", file=sys.stderr)
    uvicorn.run(
        create_app(
            service,
            at_once=WRITTEN_AT_ONCE if settings.writer else 1,
            hosts=hosts_answered(given.host, settings.allowed_hosts),
            allowed_hosts=settings.allowed_hosts,
            keeper=build_keeper(settings, service) if may_change else None,
            upload_mb=settings.upload_mb,
            runs_dir=settings.runs_dir,
            public_url=settings.public_url,
            embedding=_embedding(settings),
            hooks=_hooks(settings),
            operator=Operator(settings.operator, settings.contact),
        ),
        host=given.host,
        port=given.port,
        log_config=None,  # our own log has a line a request, without its words
        access_log=False,
        server_header=False,
    )
    return OK


def _embedding(settings: Settings) -> Embedding | None:
    """Return which sites may embed the component; None where none may."""
    from coi_qa.chat.embed_token import Embedding

    if not settings.embed_origins:
        return None
    return Embedding(frozenset(settings.embed_origins), settings.embed_key)


def _hooks(settings: Settings) -> Hooks:
    """Return the secrets of the chat products that may send commands."""
    from coi_qa.chat.commands import Hooks

    return Hooks(
        mattermost=settings.mattermost_token,
        rocketchat=settings.rocketchat_token,
        slack=settings.slack_signing_secret,
        teams=settings.teams_secret,
    )


def _token(given: argparse.Namespace, settings: Settings) -> int:
    """Print a token as a case system would make it, to try the component with."""
    from coi_qa.chat.embed_token import MAX_LIFETIME_S, mint_token

    embedding = _embedding(settings)
    if embedding is None:
        raise SettingsError(
            "COI_QA_EMBED_ORIGINS is not set, so no page may embed <coi-qa>; set it "
            "and COI_QA_EMBED_KEY as the service has them"
        )
    if given.origin not in embedding.origins:
        raise BadRequestError(
            f"--origin {given.origin}: expected one of COI_QA_EMBED_ORIGINS: "
            f"{', '.join(sorted(embedding.origins))}"
        )
    most = MAX_LIFETIME_S // 60
    if not 1 <= given.minutes <= most:
        raise BadRequestError(f"--minutes {given.minutes}: expected 1 to {most}")
    token = mint_token(
        embedding,
        given.origin,
        now=int(datetime.now(UTC).timestamp()),
        lifetime_s=given.minutes * 60,
        countries=given.country,
    )
    print(token)
    return OK


def _mcp(given: argparse.Namespace, settings: Settings) -> int:
    from coi_qa.chat.mcp import mcp_server
    from coi_qa.wiring import build_live_service

    del given
    signal.signal(signal.SIGTERM, lambda *_: _leave(OK))
    signal.signal(signal.SIGINT, lambda *_: _leave(INTERRUPTED))
    signal.signal(signal.SIGPIPE, lambda *_: _leave(OK))  # whoever asked has gone
    with _printed_to_stderr():
        print("loading the models and the index", file=sys.stderr)
        service = build_live_service(settings)
        server = mcp_server(
            service, public_url=settings.public_url, holding=service.holding
        )
    print("coi-qa answers over standard input and output", file=sys.stderr)
    server.run("stdio")
    # What was printed in a call may be held back until the end; it is no message.
    os.dup2(2, 1)
    return OK


def _leave(code: int) -> None:
    """End at once; a thread that waits for standard input would hold the process."""
    os._exit(code)


@contextmanager
def _printed_to_stderr() -> Iterator[None]:
    """Send what any library prints to standard error: the output is for results."""
    sys.stdout.flush()
    output = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(output, 1)
        os.close(output)


def _refuse_taken(host: str, port: int) -> None:
    """Refuse an address that cannot be listened at, before the model is loaded."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as exc:
            raise SettingsError(
                f"{host}:{port} cannot be listened at ({exc.strerror}); end what "
                "listens there, or name another port with --port or PORT="
            ) from exc


def _doctor(given: argparse.Namespace, settings: Settings) -> int:
    from coi_qa.doctor import examine

    findings = examine(settings, offline=given.offline)
    for finding in findings:
        mark = "wrong" if finding.remedy else "ok"
        remedy = f"; remedy: {finding.remedy}" if finding.remedy else ""
        print(f"{mark:5}  {finding.name}: {finding.found}{remedy}")
    return DIFFERS if any(finding.remedy for finding in findings) else OK


if __name__ == "__main__":
    main()
