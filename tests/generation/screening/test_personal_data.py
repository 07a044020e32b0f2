from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.screening.personal_data import is_iban, passes_luhn, personal_data


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Write to jane.doe@gmail.com today", "e-mail address"),
        ("mail j_smith+work@mail.company.co.uk", "e-mail address"),
        ("My IBAN is DE89 3704 0044 0532 0130 00.", "account number"),
        ("Pay to GB29NWBK60161331926819 please", "account number"),
        ("Card 4539 1488 0343 6467, exp 12/27", "card number"),
        ("card: 3714-496353-98431", "card number"),
        ("SSN 536-22-1234 on file", "social security number"),
        ("Call me on 07712 345678 tonight", "telephone number"),
        ("Call me on (212) 234-5671.", "telephone number"),
        ("ring 212-234-5671 or 212.234.5672", "telephone number"),
        ("tel. +49 30 2345 6712", "telephone number"),
        ("tel. +358 9 234 5671 .", "telephone number"),
        ("Server at 8.8.8.8 is down", "IP address"),
        ("ping 2606:4700:4700:0:0:0:0:1111 now", "IP address"),
        ("I live at 42 Maple Grove Street, Springfield, IL 62704", "street address"),
        ("Send it to 10 Downing Street, London SW1A 2AA", "street address"),
        ("Meine Adresse: Lindenstraße 12, 10969 Berlin", "street address"),
        ("see linkedin.com/in/jane-doe-77", "personal web address"),
        ("ftp://jane:secret@files.mail.org/x", "personal web address"),
    ],
)
def test_personal_data_is_recognised(text: str, what: str) -> None:
    assert personal_data(text) == what


@pytest.mark.parametrize(
    "text",
    [
        "Text WIN to 87121 for a £1000 prize, 150p/msg",
        "Call 08710001122 now, calls cost 10p a minute",
        "Call 09060001122 to claim. Valid 12 hours only",
        "Call 1-800-234-5671 to order",
        "Call 555-0134 or 202-555-0143 immediately",
        "Call +1 (415) 555-0199 now",
        "Ring 07700 900123 or 020 7946 0018",
        "Write to ann@example.com or bob@shop.example",
        "Questions? help@tunes.co.uk or info@shop.com",
        "@user @anna look at this @ 5pm",
        "Profit fell to EUR 2.4 mn from EUR 5.9 mn in 2008",
        "Order 4485 9921 0034 came on 2024-11-02 at 10:15:30",
        "ISBN 978-3-16-148410-0",
        "The years 1998-2003 and 2004-2010",
        "It grew from 1,200,000 to 3,400,000 units",
        "Card 4111 1111 1111 1111 is for tests",
        "Card 4539 1488 0343 6468 fails its check",
        "IBAN DE88 3704 0044 0532 0130 00 fails its check",
        "SSN 000-12-3456, 987-65-4321 and 078-05-1120",
        "router at 192.168.0.1, docs use 203.0.113.7",
        "Django v5.2.19.1 and version 1.2.3.4",
        "score 3:2:1:0, ratio 12:30:45:10",
        "He lives on Maple Street with 3 dogs",
        "9 killed on 5th Avenue, New York",
        "flight BA 0283 at 07:45, gate 22",
        "Read https://news.example.com/2024/11/02/story-123456",
        "He gave me his number: 888-888-8888.",
        "Text NAME to 07123456789",
        "$1,000 to $5,000 a week, 24/7, 50% off",
        "",
    ],
)
def test_ordinary_numbers_and_fictional_data_are_left_alone(text: str) -> None:
    assert personal_data(text) == ""


def test_check_digits_tell_real_numbers_from_others() -> None:
    assert is_iban("GB29NWBK60161331926819")
    assert not is_iban("GB29NWBK60161331926818")
    assert not is_iban("GB29")
    assert passes_luhn("79927398713")
    assert not passes_luhn("79927398710")


@settings(deadline=None)
@given(st.text(alphabet=st.characters()))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert personal_data(text) == personal_data(text)


@settings(deadline=None)
@given(st.text(alphabet="0123456789 .:-+()@ABab/$", max_size=80))
def test_any_digits_can_be_looked_at(text: str) -> None:
    assert personal_data(text) == personal_data(text)
