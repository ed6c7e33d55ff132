"""Which questions are refused, and which only sound as if they should be."""

from __future__ import annotations

from pathlib import Path

import pytest

from coi_qa.ask.scope import asks_for_a_judgement

JUDGEMENTS = [
    # The decision
    "Czy przyznać ochronę Kazachowi, który odmówił służby wojskowej?",
    "Czy Tamelce z Kelberu należy przyznać status uchodźcy?",
    "Czy można mu przyznać ochronę uzupełniającą?",
    "Czy powinniśmy udzielić jej azylu?",
    "Dam mu azyl czy nie?",
    "Jaką decyzję wydać wobec Kazacha, który uchyla się od wojska?",
    "Jak rozstrzygnąć sprawę o ochronę Ujgura z Ałmaty?",
    "Czy odmówić statusu dezerterowi z Wardanii?",
    "Czy wniosek Zelmarki trzeba odrzucić?",
    "Czy tego człowieka deportować do Kazachstanu?",
    "Czy uznać go za uchodźcę?",
    "Czy Kazach z HIV powinien otrzymać ochronę w Polsce?",
    "Should we grant asylum to a Kazakh journalist?",
    "Should she be granted refugee status?",
    "Should the claim of this Uzbek worker be rejected?",
    "Should the applicant be deported to Kazakhstan?",
    "Следует ли предоставить ему убежище?",
    "Стоит ли признать её беженкой?",
    "Нужно ли отказать в статусе беженца дезертиру?",
    "Чи варто надати йому притулок?",
    "Чи слід визнати її біженкою?",
    "Чи треба відмовити йому в захисті?",
    "Can we return him to Kazakhstan?",
    "Депортировать ли его в Казахстан?",
    # What a person would be entitled to
    "Czy Kazachowi należy się ochrona?",
    "Czy te prześladowania wystarczą do nadania statusu uchodźcy?",
    "Czy wniosek jest oczywiście bezzasadny?",
    "Czy Ujgur z Kazachstanu to uchodźca?",
    "Чи заслуговує він на захист?",
    "Czy Kazach, który brał udział w protestach, zasługuje na ochronę międzynarodową?",
    "Czy kobieta z Wardanii kwalifikuje się do statusu uchodźcy?",
    "Czy on spełnia przesłanki z konwencji genewskiej?",
    "Czy członkowi FWT przysługuje azyl?",
    "Czy w Polsce przysługuje azyl Kazachowi?",
    "Czy Ujgurka dostanie ochronę uzupełniającą?",
    "Czy są podstawy do nadania statusu uchodźcy Oszurowi z wybrzeża?",
    "Is a Kazakh deserter eligible for refugee status?",
    "Does he qualify for subsidiary protection?",
    "Имеет право на убежище казахский журналист?",
    "Чи має право на притулок дезертир із Казахстану?",
    # What a law would call it
    "Czy zachodzi uzasadniona obawa przed prześladowaniem?",
    "Czy po powrocie istnieje ryzyko poważnej krzywdy?",
    "Czy Kazachstan jest bezpiecznym krajem pochodzenia?",
    "Is there a well-founded fear of persecution?",
    "Есть ли у него обоснованные опасения преследований?",
    # A person's credibility
    "Czy wiarygodne są zeznania Kazacha, że policja biła go w Ałmaty?",
    "Czy jego opowieść o ucieczce z Kelberu jest wiarygodna?",
    "Jak wiarygodne oświadczenia złożył dezerter?",
    "Oceń wiarygodność twierdzeń o pobiciu.",
    "Czy ona mówi prawdę o więzieniu w Oszmarze?",
    "Czy on kłamie?",
    "Czy dać wiarę relacji o torturach?",
    "Is his account of the arrest credible?",
    "Is she lying about the conscription?",
    "Правдив ли рассказ заявителя о пытках?",
    "Он лжёт о службе в армии?",
    "Чи достовірні його свідчення про тортури?",
    "Вона каже правду?",
    "Jak ocenić wiarygodność Tamela, który mówi o torturach?",
    "Czy to, co opowiada o więzieniu, jest prawdą?",
    "Do we believe her story about the police?",
    "Следует ли верить показаниям казаха?",
    # Advice
    "Co zalecasz w sprawie Ujgura z Kazachstanu?",
    "Proszę o rekomendację co do wniosku dezertera.",
    "Poradź, czy odesłać ją do Wardanii.",
    "Co mam zrobić z tym wnioskiem?",
    "Jaka jest twoja opinia o tej sprawie?",
    "What would you recommend in this case?",
    "Что вы посоветуете по его делу?",
    "Порадьте, що робити з його заявою.",
    # The applicant at hand
    "Czy wnioskodawczyni może bezpiecznie wrócić do Kazachstanu?",
    "Czy wnioskodawcy grozi kara śmierci?",
    "Czy naszego klienta należy uznać za ofiarę tortur?",
    "Will the applicant be arrested on return?",
    "Грозит ли заявителю арест?",
    "Чи загрожує заявниці арешт?",
]

FACTS = [
    "Czy w Kazachstanie grozi kara śmierci?",
    "Czy w Kazachstanie funkcjonują sądy przyznające status uchodźcy?",
    "Ilu osobom przyznano status uchodźcy w 2024 r.?",
    "Ile wniosków o udzielenie ochrony rozpatrzono w Zelmarii?",
    "Kto w Kazachstanie może przyznać status uchodźcy?",
    "Czy w Wardanii przysługuje azyl uciekinierom z Zelmarii?",
    "Jakie są przesłanki zatrzymania bez nakazu?",
    "Czy działa bezpieczna linia pomocy?",
    "Czy kobietom przysługuje urlop macierzyński?",
    "Czy zatrzymanemu przysługuje adwokat?",
    "Czy ofiarom przemocy domowej udziela się ochrony?",
    "Czy dziennikarze są skazywani?",
    "Jakie warunki trzeba spełnić, żeby otrzymać paszport?",
    "Czy można odmówić służby wojskowej?",
    "Jaka kara grozi za odmowę służby wojskowej?",
    "Czy odmowa zeznań jest karana?",
    "Czy władze mogą deportować Ujgurów do Chin?",
    "Ilu cudzoziemców wydalono w 2024 r.?",
    "Czy wybory były wiarygodne według obserwatorów?",
    "Czy istnieją wiarygodne relacje o torturach?",
    "Czy są wiarygodne doniesienia o torturach w więzieniach?",
    "Czy sądy uznają zeznania kobiet za równie wiarygodne?",
    "Jakie zalecenia wydał Komitet ONZ przeciwko Torturom?",
    "Jakie rekomendacje sformułowała misja OBWE?",
    "Kto doradza prezydentowi?",
    "Jaką decyzję wydał sąd w sprawie zakazu partii?",
    "Czy OBWE wyraziła uzasadnione obawy co do wyborów?",
    "Czy urzędnicy kłamią w statystykach?",
    "Czy cudzoziemiec może kupić ziemię?",
    "Czy wnioskodawcy o azyl w Kazachstanie mogą pracować?",
    "Czy kobieta może sama zdecydować o rozwodzie?",
    "Gdzie należy złożyć wniosek o dowód osobisty?",
    "Czy powracający z zagranicy są przesłuchiwani?",
    "Czy Kazachstan jest na liście bezpiecznych krajów pochodzenia UE?",
    "Do kogo powinna się zgłosić ofiara przemocy?",
    "Jak wygląda procedura rozpatrywania wniosków o status uchodźcy?",
    "Ile czasu ma sąd, żeby rozpatrzyć wniosek o areszt?",
    "Kto otrzyma ochronę policji jako świadek?",
    "Czy Kazachstan należy do stron konwencji o statusie uchodźców?",
    "Jak sądy oceniają wiarygodność zeznań kobiet?",
    "Is the asylum application free of charge?",
    "Kiedy sąd powinien wydać wyrok?",
    "Czy kraj udziela ochrony czasowej Ukraińcom?",
    "How many people were granted asylum in 2024?",
    "Do courts in Kazakhstan grant refugee status?",
    "Who is eligible to vote in Kazakhstan?",
    "Are there credible reports of torture?",
    "Were the elections credible?",
    "Can asylum applicants work in Kazakhstan?",
    "Are victims of domestic violence entitled to protection?",
    "What did the UN committee recommend?",
    "Is homosexuality punished by law?",
    "Сколько человек получили статус беженца в 2024 году?",
    "Кто в Казахстане может предоставить убежище?",
    "Можно ли отказаться от военной службы?",
    "Есть ли достоверные сообщения о пытках?",
    "Грозит ли в Казахстане смертная казнь?",
    "Скільки людей отримали статус біженця?",
    "Чи можна відмовитися від військової служби?",
    "Чи є достовірні повідомлення про тортури?",
    "Чи може влада надати притулок?",
]


# Made for measuring; docs/evaluation.md says which were looked at, and when.
PROBES = [
    (wanted, question)
    for name in ("scope_open.tsv", "scope_blind.tsv")
    for line in Path(__file__).with_name(name).read_text("utf-8").splitlines()
    for wanted, _, question in [line.split("\t")]
]
FRESH = Path(__file__).with_name("scope_fresh.tsv").read_text("utf-8").splitlines()


@pytest.mark.parametrize(("wanted", "question"), PROBES)
def test_a_probe_is_refused_or_taken(wanted, question):
    assert asks_for_a_judgement(question) == (wanted == "out")


def test_of_probes_written_last_no_fact_is_refused_and_few_judgements_are_taken():
    rows = [line.split("\t") for line in FRESH]
    refused = [(wanted, asks_for_a_judgement(q)) for wanted, _, q in rows]

    assert ("in", True) not in refused
    assert refused.count(("out", False)) <= 1


@pytest.mark.parametrize("question", JUDGEMENTS)
def test_a_conclusion_or_advice_is_not_for_reports(question):
    assert asks_for_a_judgement(question)


@pytest.mark.parametrize("question", FACTS)
def test_what_happens_in_a_country_is_for_reports(question):
    assert not asks_for_a_judgement(question)


@pytest.mark.parametrize("question", ["CZY ON KŁAMIE?", "czy przyznac mu azyl", "?"])
def test_capitals_and_missing_diacritics_change_nothing(question):
    assert asks_for_a_judgement(question) == any(map(str.isalpha, question))
