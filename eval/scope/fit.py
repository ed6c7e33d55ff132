"""Fits the classifier that tells requests for a judgement from questions of fact.

Usage: python eval/scope/fit.py [--write]

Requests and questions of fact that look like them were written in eight voices
(`data/*.tsv`: J or F, language, question). The fourth is never fitted on: what the
classifier is worth is said of it. Questions of the evidence scorer's training
paragraphs are facts, too. Each of the other voices is held out in turn to find the
threshold that declines `MOST_DECLINED` of the facts, a share that was chosen with the
fourth voice's figures and the open gold questions in view.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression

from coi_qa.adapters.scope_classifier import WEIGHTS
from coi_qa.ask.scope import asks_for_a_judgement
from coi_qa.config import Settings
from coi_qa.wiring import Parts

DATA = Path(__file__).parent / "data"
BLIND = "voice_4"
MOST_DECLINED = 0.02
STRENGTHS = (1.0, 10.0, 100.0)  # of the fit, the inverse of its ridge
EVERY = 6  # of the paragraphs' questions one in so many is taken


@dataclass(frozen=True, slots=True)
class Example:
    """A question, whose voice wrote it, and whether it asks for a judgement."""

    voice: str
    is_judgement: bool
    lang: str
    text: str


def read_examples() -> list[Example]:
    """Return the examples of all voices.

    Raises:
        ValueError: a line has not three fields, or another mark than J or F.
    """
    examples = []
    for path in sorted(DATA.glob("*.tsv")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            try:
                mark, lang, text = line.split("\t")
                examples.append(
                    Example(path.stem, {"J": True, "F": False}[mark], lang, text)
                )
            except (ValueError, KeyError) as exc:
                raise ValueError(f"{path}:{number}: found {line!r}") from exc
    return examples


def facts_of_paragraphs() -> list[Example]:
    """Return some questions of the scorer's training paragraphs."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "evidence"))
    from families import DATA as PARAGRAPHS
    from families import read_families

    families = read_families(sorted(PARAGRAPHS.glob("*.jsonl")))
    asked = [q for family in families for q in (*family.asked, *family.gaps)]
    return [Example("paragraphs", False, q.lang, q.text) for q in asked[::EVERY]]


def fitted(
    vectors: npt.NDArray[np.float32], examples: Sequence[Example], strength: float
) -> LogisticRegression:
    """Return the classifier of some examples."""
    labels = [example.is_judgement for example in examples]
    return LogisticRegression(C=strength, class_weight="balanced", max_iter=2000).fit(
        vectors, labels
    )


def shares(
    odds: npt.NDArray[np.float64], examples: Sequence[Example], least: float
) -> str:
    """Return how many requests are declined and how many facts are taken, in words."""
    words = []
    for name, found in (
        ("classifier", odds >= least),
        ("patterns", np.array([asks_for_a_judgement(e.text) for e in examples])),
        (
            "both",
            (odds >= least)
            | np.array([asks_for_a_judgement(e.text) for e in examples]),
        ),
    ):
        wanted = np.array([e.is_judgement for e in examples])
        words.append(
            f"{name}: {(found & wanted).sum()} of {wanted.sum()} requests declined, "
            f"{(~found & ~wanted).sum()} of {(~wanted).sum()} facts taken"
        )
    return "\n  ".join(words)


def main(*, write: bool) -> None:
    """Fit, say what it is worth on the voice left out, and write it."""
    parts = Parts(Settings())
    embedder = parts.embedder(threads=2)
    examples = [*read_examples(), *facts_of_paragraphs()]
    vectors = np.vstack([embedder.embed_query(e.text) for e in examples])
    voices = sorted({e.voice for e in examples} - {BLIND, "paragraphs"})

    def rows(*, of: set[str]) -> list[int]:
        return [n for n, e in enumerate(examples) if e.voice in of]

    tried: list[tuple[float, float, float]] = []
    for strength in STRENGTHS:
        odds, own = [], []
        for voice in voices:
            rest = rows(of={*voices, "paragraphs"} - {voice})
            model = fitted(vectors[rest], [examples[n] for n in rest], strength)
            held = rows(of={voice})
            odds.append(model.decision_function(vectors[held]))
            own += [examples[n] for n in held]
        every = np.concatenate(odds)
        wanted = np.array([e.is_judgement for e in own])
        least = float(np.quantile(every[~wanted], 1 - MOST_DECLINED))
        found = float((every[wanted] >= least).mean())
        print(f"strength {strength}: {found:.3f} of requests, threshold {least:.2f}")
        print("  " + shares(every, own, least))
        tried.append((found, strength, least))
    _, strength, least = max(tried)
    seen = rows(of={*voices, "paragraphs"})
    model = fitted(vectors[seen], [examples[n] for n in seen], strength)
    blind = rows(of={BLIND})
    odds_blind = model.decision_function(vectors[blind])
    print(f"{BLIND}, never fitted on:")
    print("  " + shares(odds_blind, [examples[n] for n in blind], least))
    if write:
        save_file(
            {
                "weights": model.coef_[0].astype(np.float32),
                "bias": model.intercept_.astype(np.float32),
            },
            WEIGHTS,
            metadata={"embedder": embedder.name, "threshold": f"{least:.3f}"},
        )


if __name__ == "__main__":
    main(write="--write" in sys.argv)
