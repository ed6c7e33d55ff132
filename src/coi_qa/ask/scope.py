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
            _asks_what_awaits_a_person(plain),
            _asks_what_a_law_would_call_it(plain),
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


def _asks_what_awaits_a_person(plain: str) -> bool:
    """Say whether one person's safety, risk, fear or return is to be judged.

    "Is it safe for her to return?", but not "can refugees return safely?".
    """
    return bool(
        _WOULD_BE_SAFE.search(plain)
        or _NEEDS.search(plain)
        or (_PERSON.search(plain) and _AT_STAKE.search(plain))
        or (_OWN.search(plain) and _FOUNDED.search(plain))
    )


def _asks_what_a_law_would_call_it(plain: str) -> bool:
    """Say whether facts are to be subsumed under a term of refugee law."""
    if _LISTED.search(plain):
        return False
    is_relocation = _RELOCATION.search(plain) and _REASONABLE.search(plain)
    is_grounds = _GROUNDS.search(plain) and _PROTECTION.search(plain)
    return bool(_LEGAL_TERM.search(plain) or is_relocation or is_grounds)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})")


_ALWAYS = _any(
    # Pleas for advice
    r"zaleca(?:sz|cie)\b|zalec\b|rekomendu(?:jesz|jecie)|zarekomend",
    r"(?:do|po)radz(?:cie|asz|acie)?\b|radzi(?:sz|cie)\b",
    r"twoj\w* (?:rekomendacj|zdani|opini|decyzj|zaleceni)",
    r"(?:prosze o|podaj|wydaj|napisz) (?:\w+ )?(?:rekomendacj|zaleceni|decyzj)",
    r"powin(?:ienem|nam|nismy|nysmy)\b|co (?:mam|mamy|nam|mi) (?:z\w* )?zrobic",
    r"(?:jaka|ktora) decyzja (?:bedzie|bylaby|jest|powinna)",
    r"jaka decyzje (?:podjac|wydac)|co bys(?:cie)? (?:z\w+|postanow)",
    r"decyzj\w+ (?:pozytywn|negatywn|odmown)|prosze (?:mi )?(?:do|po)radzic",
    r"lepiej (?:\w+ )?(?:przyznac|wydac|odmowic|udzielic)",
    r"(?:do|would|can|could|should) you (?:recommend|advise|decide)",
    r"what (?:do|would|should) (?:you|i|we) (?:recommend|advise|decide|do with)",
    r"(?:your|a) recommendation|advisable|should (?:i|we)\b",
    r"what decision (?:should|would)|(?:please |^)advise\b|advise (?:me|us)\b",
    r"(?:по)?совету(?:ешь|ете)|посовету|рекоменду(?:ешь|ете)|порекоменду",
    r"(?:вы )?бы (?:вы )?(?:по)?(?:рекоменд|совет)|(?:да|нада)(?:и|ите) рекомендац",
    r"(?:прошу|потрібна|нужна) (?:\w+ )?(?:рекомендац|порад)",
    r"яке рішення (?:\w+ )?(?:приин|ухвал|винес)\w*ти\b",
    r"какое решение (?:\w+ )?(?:принять|вынести)\b",
    r"порад(?:ь|ьте|иш|ите)\b|порекоменду|рекоменду(?:єш|єте)|радите\b",
    # Conclusions that a law names
    r"ocen\w* szans\w* na (?:azyl|ochron|status)|zamiast szukac ochrony",
    r"genuine refugee|(?:lawful|legal) in (?:his|her) (?:situation|case)",
    r"would (?:a|an) .*qualify|wystarczy\w*,? .*uznac",
    r"(?:дать|надати|дати) (?:ли )?(?:ему|еи|иому|іи)\b",
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
    r"klamie\b|sklamal|zmysla\b|(?<!prezydent )(?<!rzad )mowi prawde",
    r"prawdomown|uwierzyc",
    r"da(?:c|wac) (?:\w+ )?wiar",
    r"is (?:he|she|the \w+|this \w+|my \w+) (?:telling|lying|truthful|credible)",
    r"(?:он|она|заявитель\w*|заявниця?|він|вона) (?:не )?(?:лж|врет|брешу?е?\b|бреше)",
    r"(?:лж[её]т|врет|бреше) (?:ли )?(?:он|она|заяв|він|вона)",
    r"(?:довер|довір)\w+ти? (?:\w+ )?(?:показ|слов|расск|заяв|свідч|розп)",
    r"(?:верить|вірити|доверять|довіряти) (?:ли )?(?:\w+ )?(?:показ|слов|расск|розп)",
    r"(?:доверять|довіряти) (?:ли )?(?:\w+ )?(?:свідч|свидет)",
    r"(?:do|would|should|can) (?:you|we|i) (?:believe|trust|find)\b",
    r"говорит (?:ли )?(?:\w+ )?правду|каже правду|говорить правду",
)

_DECIDE = _any(
    r"(?:przyzna|nada|udzieli|udziela|odmowi|odmawia|cofna|wyda|uzna|uwzgledni)c\b",
    r"(?:odrzuci|oddali|rozpatrzy|rozstrzygna|zdecydowa|postapi|orze|da|od|za)c\b",
    r"(?:przyzna|udziel|nada|odmowi|da)(?:i?m|i?my)\b",
    r"(?:should|shall|must|would|(?:do|can|may) we)\b.*\b(?:grant|refus|reject)",
    r"should (?:he|she|they|th(?:e|is) \w+)\b.*\b(?:get|receive|be (?:given|returned))",
    r"(?:предостав|призна|отказа|выда|удовлетвор)\w*ть\b|дать\b",
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
    r"has a (?:right|case|claim)|is (?:he|she|\w+ \w+) excluded",
    r"має (?:\w+ )?право|имеет (?:ли )?(?:\w+ )?право|подлежит|підлягає|выключ|виключ",
    r"заслуж|имеет право|подпада|має право|підпада|заслугову",
)
_PROTECTION = _any(
    r"azyl(?!ant)|uchodzc|ochron\w+ (?:miedzynarod|uzupeln|subsyd|czasow|krajow)",
    r"asylum|refugee|(?:international|subsidiary|humanitarian) protection",
    r"убежищ|бежен|международн\w+ защит|притул|біжен|міжнародн\w+ захист",
    r"дополнительн\w+ защит|додатков\w+ захист|(?:odmow\w+|udzieleni\w+) ochron",
)
# "w Kazachstanie …", but not "w Polsce …": there it would be the asker's decision.
_GRANTED_THERE = re.compile(
    r"\b(?:[Ww]e?|[Nn]a|[Ii]n|[ВвУу]|[Нн]а) (?!Pol|RP|Unii|UE|EU|Польш|Польщ)"
    r"[A-ZŁŚŻĆА-ЯІЇЄ]"
)

_CREDIBLE = _any(
    r"godn\w+ wiary|wiarygodnosc",
    r"wiarygodn(?:y|a|e|ych|i|ie)\b|prawda\b|prawdziw",
    r"(?:jego|jej|ta|te|tej) .*(?:prawdopodobn|spojn|przekonuj|sprzeczn|niespojn)",
    r"(?:his|her|this|that) .*(?:plausib|convinc|coheren|consisten)",
    r"inconsisten\w+ .*(?:his|her)|(?:his|her) .*inconsisten",
    r"credib|believable|truthful|достоверен|достоверн|правдив|достовірн",
    r"(?:иого|іі|его|ее|цієі|этои) .*(?:правдоподібн|правдоподобн|переконлив|убедит)",
)
_TESTIMONY = _any(
    r"zezna|twierdz|oswiadcz|relacj|opowi|histori|wyjasnie|wersj|wnioskod|cudzoziem",
    r"account|testimon|stor(?:y|ies)|statement|applicant|claimant",
    r"показани|рассказ|заяв|слова\b|истори|свідчен|розпов|слова\b|історі",
    r"skarzac\w+",
)
_BELIEVED_THERE = _any(
    # "Are there credible accounts of torture?" asks what is reported.
    r"(?<!to )(?<!jak )wiarygodn(?!osc)\w+ (?:zezna|relacj|oswiadcz|histori|opowie)",
    r"(?<!a )credible (?:account|testimon|stor|statement)",
    r"достоверн\w+ (?:показан|рассказ|заявлен)|достовірн\w+ (?:свідчен|розпов|заяв)",
    r"(?:sad|wladz|prokur|organ)\w* .{0,20}(?:uzna|trakt|daj|oceni|kwestion|podwaz)",
    r"(?:courts?|authorities|judges) .{0,20}(?:treat|consider|find|deem|regard|assess)",
)

# Somebody who is spoken of as "he" or "she" and was not named: the asker knows whom.
_PERSON = _any(
    r"(?:mu|jej|jego|go|on|ona|niej|niego)\b|(?:ta|ten|tej|tego|temu) \w+",
    r"(?:he|she|him|her)\b|(?:this|that|the) (?:man|woman|person|family|girl|boy)\b",
    r"a (?:single )?(?:man|woman|mother)\b|(?:my|our) client",
    r"(?:иому|іи|він|вона|неі|нього|ніи)\b|(?:ціє?ю?і?|цьому|цьог\w) \w+",
    r"(?:ему|еи|он|она|нее|него|неи)\b|(?:этои|этому|этого) \w+",
)
_AT_STAKE = _any(
    r"bezpiecznie (?:wroc|powroc|zamieszk|zyc)|bezpieczn\w+ powrot",
    r"(?:grozi\w*|zagraz\w+) .*(?:przesladow|krzywd|nieludz|tortur)",
    r"(?:realne|powazne|rzeczywiste) (?:ryzyk|zagroz)\w*",
    r"safely (?:return|go|live|relocat)|(?:return|go back|live) safely|safe (?:for|to)",
    r"(?:would|will|could) .*be (?:persecut|tortur|harmed|ill-treated)",
    r"(?:be|is|face|faces) (?:at )?(?:a |real )*risk",
    r"real risk|risk of (?:persec|serious)",
    r"безпечно .*(?:поверн|жити|ь?ся)",
    r"безпечн\w* поверн|безопасно .*(?:верн|возвращ|жить)",
    r"(?:загрожу|угрожа|угроза|гроз)\w* .*(?:переслід|преслед|катуван|пытк|тортур)",
    r"(?:реальнии?|серьезнии?|серьезныи|реальныи) (?:риск|ризик)",
)
# One person, of whatever kind, in a sentence on what would be.
_WOULD_BE_SAFE = _any(
    r"czy (?!(?:podroz|drog|tras|wod)\w*).*(?:bedzie|byl(?:a)?by) bezpieczn[ya]\b",
    r"moze bezpiecznie (?:wroc|powroc|zamieszk)|groz(?:iloby|ilaby|ilby)\b.*przesladow",
    r"narazi\w*by (?:go|ja|jego)\b|ochronil\w*by (?:go|ja|te|tego)\b",
    r"c(?:ould|an) th?[eis]* ?(?:family|man|woman|applicant) (?:\w+ )?(?:move|reloc)",
    r"would (?:the )?(?:state|authorities|police) .*protect (?:him|her|my)\b",
    r"мог\w* бы? (?:родина|семья|він|вона|он|она) .*пере(?:іха|еха)",
    r"подвергнется ли он|зазнає (?:він|вона) (?:катув|тортур)",
    r"czy groziloby .*(?:krzywd|przesladow)|mog(?:l|la)by (?:bezpiecznie )?wrocic",
    r"(?:will|would) (?:he|she|(?:the|this|a|an|my) \w+(?: \w+)?) be safe\b",
    r"буд(?:е|ет) (?:ли )?(?:він|вона|он|она|\w+ \w+) (?:в|у) (?:безпеці|безопасн)",
    r"буде безпечн\w+ для (?:нього|неі)|будет безопасн\w+ для (?:него|нее)",
    r"може (?:він |вона |\w+ )?безпечно поверн|может (?:ли )?(?:\w+ )?безопасно верн",
)
_NEEDS = _any(
    r"potrzebuj\w+ (?:on|ona) .*ochron|does (?:he|she) need .*protection",
    r"потребує (?:він|вона) .*захист|нуждается (?:ли )?(?:он|она) .*защит",
)
_OWN = _any(
    r"(?:jego|jej|ich) (?:obaw|strach|lek)|(?:obaw|strach|lek)\w* \w*(?:wniosk|skarz)",
    r"(?:his|her|their) fears?\b|(?:иого|іі|іхні) (?:побоюван|страх)",
    r"(?:его|ее|их) (?:опасени|страх)",
)
_FOUNDED = _any(
    r"uzasadnion|zasadn|usprawiedliw|racjonaln|realn|wiarygodn",
    r"(?:well-?\s?)?founded|justified|reasonable|genuine|credible",
    r"об[гґ]рунтован|виправдан|обоснован|оправдан|реальн",
)

_RELOCATION = _any(
    r"(?:relokacj|przesiedleni|przeniesieni)\w* (?:sie )?.*wewnetrzn",
    r"wewnetrzn\w+ relok",
    r"(?:przenie|przeprowadz|relokowa)\w* .*w inn\w+ (?:czesc|region|miejsc)",
    r"(?:internal |domestic )?relocat\w+|mov\w+ elsewhere in",
    r"внутр\w+ (?:переміщ|пересел|перемещ)\w+|(?:переіхати|переехать) в інш",
)
_REASONABLE = _any(
    r"rozsadn|racjonaln|uzasadnion|realn|mozliw|dostepn|alternatyw|oczekiwac",
    r"reasonabl|viable|alternative|option|availabl|expected|feasible|unduly harsh",
    r"розумн|доцільн|альтернатив|доступн|можлив|разумн|целесообразн|возможн",
)
_GROUNDS = _any(
    r"(?:zachodz|istniej|spelnion|wystep)\w* (?:\w+ )?(?:przeslan|podstaw)",
    r"(?:przeslan|warunk)\w* .*(?:spelnion|zachodz)",
    r"zgod\w+ na pobyt .*(?:uzasadn|wskazan|nalez)",
    r"(?:meet|reach|satisf)\w* the (?:threshold|criteria|test|standard|requirements?)",
)
_LEGAL_TERM = _any(
    r"(?:alternatyw\w+ )?ucieczk\w* wewnetrzn|wewnetrzn\w+ (?:alternatyw\w+ )?ucieczk",
    r"internal (?:flight|protection) ?(?:alternative)?",
    r"внутр\w+ (?:альтернатив|втеч|бегств)",
    r"(?:przesladowan\w+) .*(?:w rozumieniu|konwencj\w+)",
    r"stanowi\w* (?:\w+ )?przesladow",
    r"(?:amounts?|amounted) to (?:persecution|serious harm)|constitut\w* persecution",
    r"persecution (?:under|within|for the purposes)",
    r"переслідуван\w+ .*(?:розумінні|конвенці)|преследован\w+ .*(?:смысл|конвенц)",
    r"safe (?:third )?countr(?:y|ies)(?: of origin)?\b|safe country",
    r"безпечн\w+ (?:\w+ )?краін\w+ (?:походж|для поверн)|безпечн\w+ треть\w+ краін",
    r"безопасн\w+ (?:\w+ ){0,4}стран\w+ (?:происх|для возвр)",
    r"безопасн\w+ треть\w+ стран",
    r"(?:przyzna|udziel)\w* .*pobyt\w* humanitarn\w* .*uzasadn",
    r"pobyt humanitarn\w+ .*(?:uzasadn|nalez|wskazan)",
    r"(?:realne|rzeczywiste) ryzyko,? .*(?:tortur|przesladow|krzywd|nieludz|smierc)",
    r"реальн\w+ риск,? .*(?:пыт|преслед|вред)",
    r"реальн\w+ ризик,? .*(?:катув|переслід|шкод)",
    r"real risk .*(?:persecut|tortur|serious harm|ill-treat)",
)
# A list of safe countries is a fact.
_LISTED = _any(
    r"list(?:a|y|e|cie)?\b|списк|список|перелік|w swietle prawa|prawo przewiduj"
)

# The applicant at hand, rather than people of a kind.
_INDIVIDUAL = _any(
    r"wnioskodawc(?:a|y|e|zyni\w*)\b(?! o (?:azyl|status|ochron))|wnioskujac",
    r"cudzoziem(?:iec|ca|cowi|ka|ki) (?:mowi|twierdzi|zezn)",
    r"skarzac(?:y|a|ego|ej|emu)\b|(?:ten|tego|temu) cudzoziem",
    r"(?:ta|tej) cudzoziemk|stron\w+ postepowania",
    r"(?:moj|nasz)\w* klient|(?:the|this|that|our|my) (?:applicant|claimant|client)",
    r"заявител(?:ь|я|ю|ем|ьниц\w+)\b|заявник(?:а|у|ом|ові)?\b|заявниц",
)
_JUDGE = _any(
    r"czy .*(?:grozi|moze|ma prawo|nalezy|bezpieczn|powinien|powinna|zostanie)",
    r"ocen|uznac|(?:will|would|can|could|is it safe|is|does|how likely)\b",
    r"будет|может|грозит|може\b|буде\b|загрожує",
)
