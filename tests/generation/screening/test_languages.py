from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.screening.languages import NAMES, SCRIPTS, language_code, other_language


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("Ich kann nicht glauben, dass der Bus schon wieder zu spät kommt", "German"),
        ("wieder einmal ein toller start in die woche", "German"),
        ("Je suis tellement content de cette nouvelle voiture", "French"),
        ("¿Por qué siempre llueve cuando salgo de casa sin paraguas?", "Spanish"),
        ("Oggi è una bella giornata per andare al mare", "Italian"),
        ("Eu não acredito que ele disse isso para mim", "Portuguese"),
        ("Jag är så glad att du är här idag", "Swedish"),
        ("JAG ÄR SÅ GLAD ATT DU ÄR HÄR IDAG", "Swedish"),
        ("Bugün hava çok güzel, denize gitmek istiyorum", "Turkish"),
        ("Сегодня прекрасный день", "Cyrillic script"),
        ("今天天气很好", "Cjk script"),
        ("Где?", "Cyrillic script"),
    ],
)
def test_a_text_in_another_language_is_recognised(text: str, looks: str) -> None:
    assert other_language(text, language="en") == looks


@pytest.mark.parametrize(
    "text",
    [
        "The bus was late again this morning, of course.",
        "omg gr8 day lol cant wait 4 tmrw",
        "@user #오늘 #날씨 #좋다 brrr #coldday #mad tea time",
        "Kivi Oyj's profit fell to EUR 2.4 mn from EUR 5.9 mn",
        "Wojciech Kowalczyk and Agnieszka Wiśniewska met Zbigniew Szymański in Łódź",
        "The song (Tamil: மழை வருது) is about rain and was sung by a choir.",
        "Wo ist der Bahnhof?",  # too short to tell
        "la la la la la",
        "haha yesss 😂😂😂",
        "https://www.beispiel.de/das/ist/ein/deutscher/pfad",
        "😂😂😂",
        "12:30 – 14:00",
        "",
    ],
)
def test_english_with_names_marks_and_slang_stays(text: str) -> None:
    assert other_language(text, language="en") == ""


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Ich kann nicht glauben, dass der Bus schon wieder zu spät kommt"),
        ("ru", "Сегодня прекрасный день для прогулки по городу"),
        ("zh", "今天天气很好我们去公园吧"),
        ("ja", "今日はとてもいい天気ですね"),
        ("ko", "오늘은 날씨가 정말 좋네요"),
        ("el", "Σήμερα είναι μια πολύ ωραία μέρα"),
        ("hi", "आज मौसम बहुत अच्छा है और मैं खुश हूँ"),
        ("ar", "الطقس جميل جدا اليوم وأنا سعيد"),
        ("no", "Jeg er så glad for at du er her i dag"),
    ],
)
def test_a_text_in_the_projects_language_stays(language: str, text: str) -> None:
    assert other_language(text, language=language) == ""
    assert other_language("The weather is lovely and I am happy today", language=language)


def test_languages_are_named_by_code_or_name() -> None:
    assert [language_code(said) for said in ("en", "EN-us", " German ", "zh_Hant", "")] == [
        "en",
        "en",
        "de",
        "zh",
        "",
    ]


def test_every_script_belongs_to_a_language_that_can_be_named() -> None:
    assert SCRIPTS.keys() <= NAMES.keys()


@settings(deadline=None)
@given(st.text(alphabet=st.characters()), st.sampled_from(sorted(NAMES)))
def test_any_text_can_be_looked_at(text: str, language: str) -> None:
    assert other_language(text, language=language) == other_language(text, language=language)
