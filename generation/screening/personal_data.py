"""Patterns of personal data: a language model may repeat what it has read.

Left alone on purpose: names, @user, short codes, prices and dates; what belongs to firms (free,
shared-cost and premium-rate lines, mailboxes such as info@ and support@); and what is
reserved for fiction and documentation: example.com and .example, 555-01xx (and all other 555
lines), Ofcom's drama numbers, private and documentation IP addresses, the card and social security
numbers that tests and leaflets use.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable

DIGITS = re.compile(r"\D")

EMAIL = re.compile(
    r"(?<![\w.+-])([\w.+-]{1,64})@((?:[A-Za-z0-9-]{1,63}\.){1,5}(?:[a-z]{2,24}|[A-Z]{2,24}))\b"
)
OFFICE = re.compile(  # nobody's own
    r"(?:info|help|support|contact|sales|admin|services?|customers?\w*|enquir\w+|inquir\w+|quer\w+"
    r"|press|news\w*|no-?reply|do-?not-?reply|office|hello|team|jobs|careers|billing|orders?"
    r"|webmaster|postmaster|feedback|mail|\w*newsletter)",
    re.IGNORECASE,
)
FICTIONAL_DOMAIN = re.compile(
    r"(?:^|\.)(?:example(?:\.(?:com|org|net|edu))?|test|invalid|localhost)$", re.IGNORECASE
)
IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
CARD = re.compile(r"(?<![\w.,-])(?:\d[ -]?){12,18}\d(?![\w-]|[.,]\d)")
CARD_START = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|6(?:011|5\d\d)\d{12}"
)
TEST_CARDS = frozenset(
    {"4111111111111111", "4242424242424242", "5555555555554444", "378282246310005"}
)
IPV4 = re.compile(r"(?<![\w.])(?<!\bv)(?<!version )\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
IPV6 = re.compile(r"(?<![\w:])[0-9A-Fa-f]{1,4}(?::{1,2}[0-9A-Fa-f]{1,4}){3,7}(?![\w:])")
SSN = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
LEAFLET_SSNS = frozenset({"078-05-1120", "219-09-9999", "123-45-6789"})
STREETS = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Terrace|Close"
    r"|Crescent|Gardens|Place|Pl|Square|Sq|Way)"
)
ADDRESS = re.compile(
    rf"\b\d{{1,5}}[A-Za-z]? (?:[A-Z][\w'.]+ ){{1,3}}{STREETS}\b.{{0,50}}?"
    r"\b(?:[A-Z]{2} \d{5}|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})\b"
    r"|\b[A-ZÄÖÜ][\w-]+(?:straße|strasse|str\.|weg|platz|allee|gasse) \d{1,4} ?[a-z]?,?\s"
    r"(?:D-)?\d{5} [A-ZÄÖÜ]\w+"
)
PROFILE = re.compile(
    r"\blinkedin\.com/in/[\w-]{3,}|\w+://[^\s/@:]{1,60}:[^\s/@]{1,60}@[\w.-]+", re.IGNORECASE
)
PHONE = re.compile(
    r"(?<![\w.,/$£€#-])(?<![$£€] )(?<!\d )"
    r"(?:\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}"  # +44 20 7123 4567
    r"|(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}"  # (212) 223-4567
    r"|0\d{2,4}[ -]?\d{3,4}[ -]?\d{3,4})"  # 07123 456789
    r"(?![\w-]|[.,/]\d)"
)
FICTIONAL_PHONE = re.compile(
    r"1?\d{3}55501\d\d|(?:44|0)(?:7700900\d{3}|(?:20)?79460\d{3}|1632960\d{3}|2079460\d{3})"
)
FIRMS_PHONE = re.compile(
    r"1?(?:8(?:00|22|33|44|55|66|77|88)|900)\d{7}"  # North America: free and premium
    r"|(?:44|00?)(?:[89]\d{7,12}|3\d{9})"  # United Kingdom: free, shared, premium, local rate
    r"|1?5550?\d+|1?\d{3}555\d{4}"  # no such lines: only ever made up
)


def personal_data(text: str) -> str:
    """What kind of personal data the text seems to hold; "" when none.

    >>> personal_data("Write to ann.lee@mail.com"), personal_data("Write to ann@example.com")
    ('e-mail address', '')
    """
    for what, found in SEARCHES.items():
        if found(text):
            return what
    return ""


def _has_email(text: str) -> bool:
    return "@" in text and any(
        not OFFICE.fullmatch(found[1]) and not FICTIONAL_DOMAIN.search(found[2])
        for found in EMAIL.finditer(text)
    )


def _has_iban(text: str) -> bool:
    return any(is_iban(found[0].replace(" ", "")) for found in IBAN.finditer(text))


def is_iban(code: str) -> bool:
    """Whether the check digits of an account number are right.

    >>> is_iban("DE89370400440532013000"), is_iban("DE88370400440532013000")
    (True, False)
    """
    if not 15 <= len(code) <= 34 or not code.isascii() or not code.isalnum():
        return False
    turned = code[4:] + code[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def _has_card(text: str) -> bool:
    numbers = (DIGITS.sub("", found[0]) for found in CARD.finditer(text))
    return any(CARD_START.fullmatch(n) and passes_luhn(n) and n not in TEST_CARDS for n in numbers)


def passes_luhn(digits: str) -> bool:
    """Whether the last digit of a card number is right.

    >>> passes_luhn("4111111111111111"), passes_luhn("4111111111111112")
    (True, False)
    """
    backwards = [int(digit) for digit in reversed(digits)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in backwards[1::2]]
    return (sum(backwards[::2]) + sum(doubled)) % 10 == 0


def _has_ip(text: str) -> bool:
    candidates = [*IPV4.finditer(text), *(IPV6.finditer(text) if ":" in text else [])]
    return any(_is_public(found[0]) for found in candidates)


def _is_public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def _has_ssn(text: str) -> bool:
    return any(found[0] not in LEAFLET_SSNS for found in SSN.finditer(text))


def _has_phone(text: str) -> bool:
    return any(_is_somebodys(found[0]) for found in PHONE.finditer(text))


def _is_somebodys(phone: str) -> bool:
    """Whether a telephone number may be a person's.

    >>> _is_somebodys("0207 123 4567"), _is_somebodys("202-555-0143"), _is_somebodys("08710001122")
    (True, False, False)
    """
    digits = DIGITS.sub("", phone)
    if not 10 <= len(digits) <= 15:
        return False
    made_up = len(set(digits)) <= 2 or "123456789" in digits or FICTIONAL_PHONE.fullmatch(digits)
    return not (made_up or FIRMS_PHONE.fullmatch(digits))


SEARCHES: dict[str, Callable[[str], bool]] = {
    "personal web address": lambda text: "/" in text and bool(PROFILE.search(text)),
    "e-mail address": _has_email,
    "account number": _has_iban,
    "card number": _has_card,
    "social security number": _has_ssn,
    "telephone number": _has_phone,
    "IP address": _has_ip,
    "street address": lambda text: bool(ADDRESS.search(text)),
}
