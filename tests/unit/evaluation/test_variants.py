from coi_qa.domain.answer import Status
from coi_qa.evaluation.run import evaluate
from coi_qa.evaluation.variants import COMPARED, VariantLosses


def losses(build, questions, right):
    """Return what variants lose where the questions named `right` are answered."""

    def ask(question, countries, as_at):
        text = "5 osób" if question.rstrip("?") in right else "Nikt."
        return build.answer(quotes=[build.quote(text)])

    return evaluate(
        ask,
        questions,
        check_quote=lambda quote: True,
        progress=lambda done, total: None,
    ).variants


def test_variants_are_compared_with_their_originals(build):
    questions = [
        build.gold("a"),
        build.gold("a1", variant_of="a", kind="typos"),
        build.gold("a2", variant_of="a", kind="no_diacritics"),
        build.gold("b"),
        build.gold("b1", variant_of="b", kind="typos"),
    ]

    found = losses(build, questions, right={"a", "a1", "b"})

    assert found.variants == 3
    assert [d.name for d in found.measures] == list(COMPARED)
    by_name = {d.name: d for d in found.measures}
    # a's variants: 1 and 0, so .5; b's: 0; both originals: 1
    assert (by_name["answer@5"].first, by_name["answer@5"].second) == (1.0, 0.25)
    assert (by_name["answer@5"].value, by_name["answer@5"].n) == (-0.75, 2)
    assert (by_name["answer@5"].rose, by_name["answer@5"].fell) == (0, 2)
    assert [(d.name, d.value, d.n) for d in found.kinds] == [
        ("no_diacritics", -1.0, 1),
        ("typos", -0.5, 2),
    ]


def test_a_variant_without_its_original_is_named(build):
    found = losses(build, [build.gold("a1", variant_of="a")], right=set())

    assert found == VariantLosses(alone=("a1",))


def test_silent_variants_are_compared_in_their_status_alone(build):
    silent = {"status": Status.INSUFFICIENT_EVIDENCE, "fragments": ()}
    questions = [build.gold("a", **silent), build.gold("a1", variant_of="a", **silent)]

    found = losses(build, questions, right=set())

    assert [d.name for d in found.measures] == ["status_accuracy"]
    assert found.kinds == ()


def test_without_variants_there_is_no_loss(build):
    assert losses(build, [build.gold("a")], right=set()) == VariantLosses()
