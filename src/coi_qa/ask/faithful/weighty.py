"""Small words that turn what a sentence says, by what they do to it."""

from __future__ import annotations

from typing import Final

# Words that carry nothing of their own and may come and go.
FREE: Final = frozenset(
    "w we na o u i oraz a się to ten ta te tego tej tym tych tę tą tymi temu także "
    "również też że iż który która które którego której którym których którą "
    "którzy którymi".split()
)

# A preposition that says who does what to whom, from where to where, before or after.
# Those that only say where or when tell nothing of a number or date.
PREPOSITIONS: Final = {
    form: name
    for name, forms in {
        "w": "w we in at",
        "na": "na on",
        "o": "o about",
        "u": "u",
        "do": "do",
        "z": "z ze",
        "od": "od",
        "przed": "przed przede",
        "po": "po",
        "przez": "przez",
        "wobec": "wobec",
        "przeciw": "przeciw przeciwko",
        "bez": "bez beze",
        "poza": "poza",
        "oprócz": "oprócz prócz",
        "mimo": "mimo pomimo",
        "dla": "dla",
        "za": "za",
        "nad": "nad",
        "pod": "pod",
        "przy": "przy",
        "między": "między pomiędzy",
        "wskutek": "wskutek",
        "dzięki": "dzięki",
        "według": "według wg",
        "poniżej": "poniżej",
        "powyżej": "powyżej",
        "wśród": "wśród spośród",
        "zamiast": "zamiast",
        "from": "from",
        "to": "to",
        "by": "by",
        "against": "against",
        "before": "before",
        "after": "after",
        "without": "without",
        "except": "except",
        "despite": "despite",
        "until": "until till",
        "since": "since",
        "under": "under",
        "over": "over",
        "for": "for",
        "with": "with",
    }.items()
    for form in forms.split()
}

PLACING: Final = frozenset({"w", "na", "o", "u"})

NEGATORS: Final = {
    form: name
    for name, forms in {
        "nie": "nie не not n't cannot",
        "ani": "ani nor neither ні ани ни",
        "bez": "bez без without",
        "brak": "brak braku brakiem brakuje brakowało brakło lack lacks lacking "
        "відсутній відсутня відсутні отсутствует отсутствуют отсутствие",
        "żaden": "żaden żadna żadne żadnego żadnej żadnemu żadnym żadnych żadną "
        "żadnymi none no any жоден жодна жодного жодної никакой никакого никаких",
        "nikt": "nikt nikogo nikomu nikim nobody no-one ніхто нікого нікому никто "
        "никого никому",
        "nic": "nic niczego niczemu niczym nothing ніщо нічого ничто ничего",
        "nigdy": "nigdy never ніколи никогда",
        "nigdzie": "nigdzie nowhere ніде нигде",
        "nie ma": "нема немає нет",
        "niczyj": "niczyj niczyja niczyje niczyjej",
    }.items()
    for form in forms.split()
}

# Before a number: it is then another one.
MODIFIERS: Final = {
    form: name
    for name, forms in {
        "about": "około ok circa ca mniej-więcej about approximately around roughly",
        "nearly": "prawie blisko niemal niespełna nearly almost",
        "over": "ponad powyżej przeszło over above exceeding",
        "under": "poniżej under below",
        "more": "więcej more",
        "less": "mniej less fewer",
        "least": "najmniej przynajmniej minimum least",
        "most": "najwyżej maksymalnie maksimum most",
        "than": "niż than",
        "only": "tylko zaledwie jedynie ledwie only merely just",
        "next": "kolejne kolejnych dalsze dalszych another further",
        "together": "łącznie razem ogółem total",
    }.items()
    for form in forms.split()
}

# Who says so. One of them stands for another; all may not go.
TELLS: Final = frozenset(
    "według wg zdaniem podobno rzekomo ponoć jakoby twierdzić utrzymywać podawać podać "
    "informować poinformować donosić donieść doniesienie oświadczyć oświadczać ocenić "
    "oceniać szacować oszacować deklarować zadeklarować zarzucać zarzucić oskarżać "
    "oskarżyć oskarżenie podejrzewać podejrzany relacjonować relacja wskazywać wskazać "
    "zauważyć zauważać uważać uznawać sugerować przypuszczać przekonywać zapewniać "
    "zapewnić zaprzeczyć zaprzeczać "
    "reportedly allegedly according claim claims claimed said says alleged estimated "
    "estimates accused suspected за данными заявил заявила утверждает заявив нібито "
    "якобы".split()
)

# Of a clause: without them it says more than it did, or the opposite.
KEPT_IN_CLAUSE: Final = frozenset(
    "może mogą mógł mogła mogło mogli mogły mógłby mogłaby mogliby można wolno "
    "powinien powinna powinno powinni powinny musi muszą musiał ma mają miał miała "
    "mieli "
    "prawdopodobnie możliwe możliwy zapewne przypuszczalnie raczej ewentualnie "
    "niektóry część wielu wiele kilka kilku większość mniejszość połowa niewielu mało "
    "każdy wszyscy wszystek wszelki "
    "często rzadko czasem czasami niekiedy zwykle zazwyczaj zasadniczo głównie "
    "przeważnie sporadycznie wyjątkowo nadal jeszcze już dotąd dotychczas wciąż "
    "dawniej wcześniej uprzednio niegdyś kiedyś formalnie oficjalnie teoretycznie "
    "praktycznie faktycznie nieoficjalnie częściowo całkowicie "
    "niemal prawie blisko niespełna około ponad przeszło powyżej poniżej "
    "tylko jedynie wyłącznie zaledwie lub albo bądź "
    "były była byłego byłej byłych rzekomy domniemany niedoszły planowany przyszły "
    "tymczasowy samozwańczy fałszywy tzw "
    "may might can could would should must probably possibly likely unlikely some most "
    "many few several all every often rarely sometimes usually mainly still already "
    "formerly only or former so-called planned "
    "може можуть можливо может могут возможно только лише тільки иногда часто".split()
)

# Of a whole sentence: what hangs on them is not said without.
KEPT_IN_SENTENCE: Final = frozenset(
    "gdy kiedy when jeśli jeżeli o-ile chyba pod-warunkiem warunek warunkiem wyjątek "
    "wyjątkiem poza "
    "oprócz prócz zamiast gdyby dopóki if unless except provided якщо если кроме окрім "
    "крім".split()
)

# What makes a clause one of which nothing may be left out: less would say more.
# Numbers, negations, comparatives and superlatives do so besides.
CLOSING: Final = frozenset(
    "każdy wszyscy wszystek wszelki cały całość tylko jedynie wyłącznie zaledwie "
    "jedyny "
    "ostatni pierwszy drugi trzeci czwarty piąty szósty siódmy ósmy dziewiąty "
    "dziesiąty "
    "co-drugi połowa większość mniejszość część trzecia czwarta reszta pozostały inny "
    "zakaz zakazać zakazywać zabronić zabraniać odmówić odmawiać uniemożliwiać "
    "zaprzeczyć "
    "zaprzeczać wykluczyć wykluczać rzadko sporadycznie zawsze bezterminowo równy "
    "all every each only sole last first second half most majority minority rest other "
    "ban bans banned forbid forbids forbidden prohibit prohibits prohibited deny "
    "denied "
    "refuse refused exclude excluded always rarely усі всі все лише тільки только "
    "каждый "
    "кожен последний останній запрещает забороняє".split()
)

# Only how a clause goes on from the one before; may be left out anywhere.
LINKING: Final = frozenset(
    "jednak natomiast zaś zatem więc ponadto a ale lecz jest są however also".split()
)

COMPLEMENTS: Final = frozenset(
    "że iż żeby aby by czy jakoby jakby that whether що чи щоб что чтобы ли".split()
)
JOINS: Final = frozenset("i oraz lub albo bądź ani and or nor і та й або и или".split())
OPENS: Final = (
    COMPLEMENTS
    | JOINS
    | frozenset(
        "a ale lecz gdy kiedy jeśli jeżeli ponieważ gdyż bo "
        "choć chociaż który która które którego której którym których którą którzy "
        "którymi gdzie but while which who where when because although а але но "
        "який яка яке які который которая которое которые".split()
    )
) - frozenset(("by", "ли"))
