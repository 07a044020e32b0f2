from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from curation.duplicates.normal import KEPT, normalised
from generation.screening.duplicates import RECENT, KeySet, key_of, text_key


def test_texts_of_emoji_alone_are_not_all_equal() -> None:
    assert text_key("🙂") != text_key("🙁")
    assert text_key("🙂 ") == text_key("🙂")


def test_vowel_signs_tell_words_apart() -> None:
    assert text_key("की") != text_key("का")


def test_wide_and_composed_letters_are_the_same_as_plain_ones() -> None:
    assert normalised("Ｃａｆｅ\u0301") == normalised("café")


def test_keys_are_the_same_on_every_machine() -> None:
    assert key_of("so happy again") == 13170713941571505637


def test_keys_are_known_before_and_after_they_move_to_the_array() -> None:
    known = KeySet()
    keys = [key_of(str(number)) for number in range(RECENT + 5)]

    known.extend(keys)

    assert len(known) == len(keys)
    assert all(key in known for key in keys)
    assert key_of("another") not in known
    assert known.nbytes == 8 * RECENT


@settings(deadline=None)
@given(st.text(alphabet=st.characters()))
def test_what_is_kept_are_letters_marks_numbers_and_single_spaces(text: str) -> None:
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(c for c in folded if c.isspace() or unicodedata.category(c)[0] in KEPT)

    assert normalised(text) == (" ".join(kept.split()) or folded.strip())
