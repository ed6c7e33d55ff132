"""Which questions no report can answer: conclusions, credibility, advice.

Reports inform, the caseworker decides. Refused is who asks for the decision ("should
he be granted asylum?"), for a person's credibility or for a recommendation. What
happens in a country stays a question of fact, also where it happens in the same words:
"do courts grant refugee status?", "is credible testimony reported?".

Polish, English, Ukrainian and Russian, all folded by `strip_diacritics`: "й" is "и" and
"ї" is "і" below.
"""

from __future__ import annotations

import re

from coi_qa.domain.text import strip_diacritics


def asks_for_a_judgement(question: str) -> bool:
    """Say whether a legal conclusion, a person's credibility or advice is wanted.

    >>> asks_for_a_judgement("Czy przyznać ochronę Kazachowi, który odmówił służby?")
    True
    >>> asks_for_a_judgement("Ilu osobom przyznano ochronę w 2024 r.?")
    False
    """
    plain = strip_diacritics(question)
    return any(
        (
            _ALWAYS.search(plain),
            _asks_for_a_decision(plain),
            _asks_what_is_deserved(plain, question),
            _doubts_a_person(plain),
            _INDIVIDUAL.search(plain) and _JUDGE.search(plain),
        )
    )


def _asks_for_a_decision(plain: str) -> bool:
    """Say whether the asker, rather than some authority, is to decide."""
    about_a_case = _DECIDE.search(plain) and _CASE.search(plain)
    return bool(about_a_case or _REMOVE.search(plain)) and not _OTHERS_MAY.search(plain)


def _asks_what_is_deserved(plain: str, question: str) -> bool:
    """Say whether it is asked who would get protection here, not in the country."""
    deserved = _DESERVED.search(plain) and _PROTECTION.search(plain)
    return bool(deserved) and not _GRANTED_THERE.search(question)


def _doubts_a_person(plain: str) -> bool:
    doubted = _CREDIBLE.search(plain) and _TESTIMONY.search(plain)
    return bool(doubted) and not _BELIEVED_THERE.search(plain)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})")


_ALWAYS = _any(
    # Pleas for advice
    r"zaleca(?:sz|cie)\b|zalec\b|rekomendu(?:jesz|jecie)|zarekomend",
    r"(?:do|po)radz(?:cie|asz|acie)?\b|radzi(?:sz|cie)\b",
    r"twoj\w* (?:rekomendacj|zdani|opini|decyzj|zaleceni)",
    r"(?:prosze o|podaj|wydaj|napisz) (?:\w+ )?(?:rekomendacj|zaleceni|decyzj)",
    r"powin(?:ienem|nam|nismy|nysmy)\b|co (?:mam|mamy|nam|mi) (?:z\w* )?zrobic",
    r"jaka decyzja (?:bedzie|bylaby|jest|powinna)",
    r"(?:do|would|can|could|should) you (?:recommend|advise|decide)",
    r"what (?:do|would|should) (?:you|i|we) (?:recommend|advise|decide|do with)",
    r"(?:your|a) recommendation|advisable|should (?:i|we)\b",
    r"(?:по)?совету(?:ешь|ете)|посовету|рекоменду(?:ешь|ете)|порекоменду",
    r"порад(?:ь|ьте|иш|ите)\b|порекоменду|рекоменду(?:єш|єте)|радите\b",
    # Conclusions that a law names
    r"spelnia(?:ja)? (?:przeslank|definicj)|w rozumieniu konwencji",
    r"uzasadnion\w+ obaw\w+ (?:\w+ )?(?:przed|przeslad|powrot)",
    r"ryzyk\w+ powaznej krzywdy|well-founded fear",
    r"(?<!liscie )(?<!liste )bezpieczn\w+ (?:kraj|panstw)\w* (?:pochodzeni|trzeci)",
    r"обоснованн\w+ (?:опасени|страх)|обґрунтован\w+ (?:побоюван|страх)",
    r"wnios\w* (?:\w+ ){0,3}(?:bez)?zasadn|(?:to|jest) uchodzc(?:a|zyni)",
    r"(?:zaslugu\w+|nalezy sie|wystarcz\w+) (?:\w+ ){0,3}(?:ochron|azyl|status|nadani)",
    r"(?:claim|application|fear) (?:be |is )?(?:well|manifestly) ?-?(?:un)?founded",
    r"deserves? (?:\w+ )?(?:protection|asylum|status|refuge)",
    r"заслужива\w+ .*(?:защит|убежищ|статус)|заслугову\w+ .*(?:захист|притул|статус)",
    # People who may be lying
    r"(?:ocen|oceni[ce]|zbadac) wiarygodnosc|believe (?:him|her|his|the applicant)",
    r"(?:по)?(?:верить|вірити) (?:ли )?(?:показ|слов|расск|заяв|свідч|розп|ем|и[ио])",
    r"klamie\b|sklamal|zmysla\b|mowi prawde|prawdomown|uwierzyc",
    r"da(?:c|wac) (?:\w+ )?wiar",
    r"is (?:he|she|the \w+|this \w+|my \w+) (?:telling|lying|truthful|credible)",
    r"(?:он|она|заявитель\w*|заявниця?|він|вона) (?:не )?(?:лж|врет|брешу?е?\b|бреше)",
    r"говорит (?:ли )?(?:\w+ )?правду|каже правду|говорить правду",
)

_DECIDE = _any(
    r"(?:przyzna|nada|udzieli|udziela|odmowi|odmawia|cofna|wyda|uzna|uwzgledni)c\b",
    r"(?:odrzuci|oddali|rozpatrzy|rozstrzygna|zdecydowa|postapi|orze|da|od|za)c\b",
    r"(?:przyzna|udziel|nada|odmowi|da)(?:i?m|i?my)\b",
    r"(?:should|shall|must|would|(?:do|can|may) we)\b.*\b(?:grant|refus|reject)",
    r"should (?:he|she|they|th(?:e|is) \w+)\b.*\b(?:get|receive|be (?:given|returned))",
    r"(?:предостав|призна|отказа|дат|выда|удовлетвор)\w*ть?\b",
    r"(?:надат|визнат|відмовит|дат|видат|задовольнит)и\b",
    r"powin\w+ .{0,40}(?:otrzyma|dosta|uzyska|zosta|wroc)",
)
_CASE = _any(
    r"azyl|ochron|status|pobyt|wnios|decyzj|uchodzc|wobec\b|spraw\w* (?:kazach|cudz)",
    r"(?:do|w) (?:kraju|polsce)|asylum|refugee|protect|status|claim|application|visa",
    r"убежищ|статус|защит|заявлени|бежен|решени",
    r"притул|захист|заяв|біжен|рішенн",
)
_REMOVE = _any(
    r"(?:deportowa|wydali|odesla|zawroci)c\b",
    r"(?:should|shall|must|(?:do|can|may) we)\b.*\b(?:deport|remov|expel|return)",
    r"депортирова|выслать\b|депортувати|вислати\b",
)
# An authority, a law or a habit of the country decides; the asker wants to know how.
_OTHERS_MAY = _any(
    r"mo(?:ga|ze|gl\w+)\b|moglaby|chc[ea]|zamierza|planuj|probuj|usiluj|ma obowiazek",
    r"(?:maja|ma) (?:prawo|obowiazek)|zobowiaza|zdola|udalo|uprawnion|(?:z?e|a)?by\b",
    r"odmawiaja",
    r"(?:authorities|courts?|government|police|state) (?:may|can|must|should)\b",
    r"(?:may|can|must) (?:the )?(?:authorities|courts?|government|police|state)\b",
    r"может|могут|удалось|чтобы|вправе|обязан|може\b|можуть|вдалося|щоб\b",
)

_DESERVED = _any(
    r"zaslugu\w+ na|kwalifikuj|spelnia(?:ja)? (?:warunk|kryteri)|przyslugu|rokuj",
    r"nalez\w+ (?:mu|jej|im|sie)\b|(?:ma|maja) (?:szans\w* na|prawo do|podstaw)",
    r"(?:dostan(?:ie|a)|otrzyma(?:ja)?|uzyska(?:ja)?)\b|czy \w+ jest uchodzc",
    r"(?:podstaw|przeslan|przemawia|uzasadnia)\w* .*(?:przyzn|nada|udziel|odmow)",
    r"eligible|qualif(?:y|ies)|deserv|entitled|meets? the (?:criteria|definition)",
    r"has a (?:right|case|claim)",
    r"заслуж|имеет право|подпада|має право|підпада|заслугову",
)
_PROTECTION = _any(
    r"azyl|uchodzc|ochron\w+ (?:miedzynarod|uzupeln|subsyd|czasow|krajow)",
    r"asylum|refugee|(?:international|subsidiary|humanitarian) protection",
    r"убежищ|бежен|международн\w+ защит|притул|біжен|міжнародн\w+ захист",
)
# "w Kazachstanie …", but not "w Polsce …": there it would be the asker's decision.
_GRANTED_THERE = re.compile(
    r"\b(?:[Ww]e?|[Nn]a|[Ii]n|[ВвУу]|[Нн]а) (?!Pol|RP|Unii|UE|EU|Польш|Польщ)"
    r"[A-ZŁŚŻĆА-ЯІЇЄ]"
)

_CREDIBLE = _any(
    r"wiarygodnosc|wiarygodn(?:y|a|e|ych|i)\b|prawda\b|prawdziw",
    r"credib|believable|truthful|достоверн|правдив|достовірн",
)
_TESTIMONY = _any(
    r"zezna|twierdz|oswiadcz|relacj|opowi|histori|wyjasnie|wersj|wnioskod|cudzoziem",
    r"account|testimon|stor(?:y|ies)|statement|applicant|claimant",
    r"показани|рассказ|заяв|слова\b|истори|свідчен|розпов|слова\b|історі",
)
_BELIEVED_THERE = _any(
    # "Are there credible accounts of torture?" asks what is reported.
    r"(?<!to )(?<!jak )wiarygodn(?!osc)\w+ (?:zezna|relacj|oswiadcz|histori|opowie)",
    r"(?<!a )credible (?:account|testimon|stor|statement)",
    r"достоверн\w+ (?:показан|рассказ|заявлен)|достовірн\w+ (?:свідчен|розпов|заяв)",
    r"(?:sad|wladz|prokur|organ)\w* .{0,20}(?:uzna|trakt|daj|oceni|kwestion|podwaz)",
    r"(?:courts?|authorities|judges) .{0,20}(?:treat|consider|find|deem|regard|assess)",
)

# The applicant at hand, rather than people of a kind.
_INDIVIDUAL = _any(
    r"wnioskodawc(?:a|y|e|zyni\w*)\b(?! o (?:azyl|status|ochron))|wnioskujac",
    r"cudzoziem(?:iec|ca|cowi|ka|ki) (?:mowi|twierdzi|zezn)",
    r"(?:ten|tego|temu) cudzoziem|(?:ta|tej) cudzoziemk|stron\w+ postepowania",
    r"(?:moj|nasz)\w* klient|(?:the|this|that|our|my) (?:applicant|claimant|client)",
    r"заявител(?:ь|я|ю|ем|ьниц\w+)\b|заявник(?:а|у|ом|ові)?\b|заявниц",
)
_JUDGE = _any(
    r"czy .*(?:grozi|moze|ma prawo|nalezy|bezpieczn|powinien|powinna|zostanie)",
    r"ocen|uznac|(?:will|would|can|could|is it safe|is|does)\b",
    r"будет|может|грозит|може\b|буде\b|загрожує",
)
