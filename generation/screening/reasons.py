"""Every reason for which a draft becomes no example, in words for people."""

from __future__ import annotations

REASONS: dict[str, str] = {
    # the answer could not be read
    "unreadable": "no list of texts in the answer",
    "malformed": "broken JSON",
    "truncated": "the answer was cut off",
    "not_text": "no text",
    "other_label": "the answer gives it another label",
    "content_filtered": "withheld by the provider's content filter",
    # the text by itself
    "empty": "empty text",
    "broken_characters": "broken characters",
    "refusal": "the model declined",
    "boilerplate": "speaks about the task, or has blanks to fill in",
    "too_short": "too short",
    "too_long": "too long",
    "names_label": "gives its label away",
    "personal_data": "looks like personal data",
    "other_language": "in another language",
    # the text beside those that are known
    "leakage": "equal to a test or training text",
    "near_leakage": "almost equal to a test or training text",
    "semantic_leakage": "says the same as a test or training text",
    "duplicate": "equal to an earlier text",
    "near_duplicate": "almost equal to an earlier text",
    "semantic_duplicate": "says the same as an earlier text",
    # asked once more, or beyond what is wanted
    "unlabelled": "waits for the labelling pass",
    "label_mismatch": "does not fit its label when asked again",
    "label_unknown": "asked again, the model named no label",
    "classifier_right": "the classifier has it right already",
    "surplus": "good, but more than was asked for",
}
