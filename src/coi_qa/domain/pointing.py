"""Questions that say "it" and name nothing: "Ile to kosztuje?" answers to any price."""

from __future__ import annotations

import re
from collections.abc import Callable

from coi_qa.domain.text import strip_diacritics

_WORD = re.compile(r"[^\W\d_]+")
# Folded ("й" is "и", "ї" is "і"). What stands for a thing named before.
_POINTING = frozenset(
    "to ten ta te tego tej temu tym ta tych tymi nim niej nich nimi go jego jej ich mu "
    "im ono one oni takie taki taka tak "
    "it this that these those they them its their he she him her "
    "це цеи ця ці цього цієі цьому тим іх воно вони він вона "
    "это этот эта эти этого этои этому этим их они оно он она".split()
)
# What names no subject of a report, whatever it is said of.
_GENERAL = frozenset(
    "sprawa szczegol informacja dana rzecz kwestia temat zycie rok dzien czas miejsce "
    "kraj prawda przyczyna powod sposob wiecej przypadek sytuacja zdarzenie "
    "ile ilu kto kim komu kogo co czym czego kiedy gdzie czy jak dlaczego jest sa tam "
    "what when where who why how much many long did does do is are was were has have "
    "had been be can could will would about tell me more please details detail happen "
    "happened happening take place come into force cost costs legal allowed true case "
    "there then matter information of in on for the a an and or to any some "
    "year why since "
    "що коли де хто чому як скільки чи є був була було були більше про деталі сталося "
    "відбулося коштує законно дозволено правда справі справу справа року набуло "
    "чинності в у на за до і та там тоді розкажіть будь ласка "
    "что когда где кто почему как сколько ли есть был была было были больше о об "
    "детали подробности произошло случилось стоит законно разрешено правда деле дело "
    "году вступило силу и в на за к там тогда расскажите пожалуиста".split()
)

Lemmas = Callable[[str], tuple[str, ...]]
IsNoun = Callable[[str], bool]


def names_nothing(question: str, *, lemmas: Lemmas, is_noun: IsNoun) -> bool:
    """Say whether a question points at something that only its asker knows.

    It does where it holds a pronoun and no noun or name to find a sentence by. A verb
    is not enough: "Kiedy to zniesiono?" could be asked of anything.

    Args:
        question: As asked.
        lemmas: Polish dictionary forms of a word, none of one that is not Polish.
        is_noun: Says of a Polish word whether it mostly is one.
    """
    words = _WORD.findall(question)
    folded = [strip_diacritics(word) for word in words]
    if not any(word in _POINTING for word in folded):
        return False
    return not any(
        _names(word, plain, lemmas, is_noun)
        for word, plain in zip(words, folded, strict=True)
    )


def _names(word: str, plain: str, lemmas: Lemmas, is_noun: IsNoun) -> bool:
    if plain in _POINTING or plain in _GENERAL:
        return False
    forms = lemmas(word.lower()) or lemmas(word)
    if not forms:
        return True  # a name, or a word of another language
    if any(strip_diacritics(form) in _GENERAL for form in forms):
        return False
    return is_noun(word.lower())
