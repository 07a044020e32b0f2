"""What a page asks about a wish for texts, field by field."""

from __future__ import annotations

from django import forms

from generation.forms.fields import decimal_number, money, whole_number
from generation.prompting import METHODS
from generation.providers import PROVIDERS
from generation.services.showing.words import method_title

MOST_TEXTS = 10_000_000
PROVIDER_WORDS = {
    "openai": "OpenAI-compatible server",
    "openai_batch": "Its batch API: within a day, at half the price",
    "recorded": "Recorded answers",
    "template": "A grammar file",
}  # what a page may start; models in this process need the command line


def method_choices() -> list[tuple[str, str]]:
    """Methods that a page can start: those that need no sentences on where a classifier fails."""
    return [(key, method_title(key)) for key, how in METHODS.items() if "regions" not in how.needs]


def provider_choices() -> list[tuple[str, str]]:
    return [(key, words) for key, words in PROVIDER_WORDS.items() if key in PROVIDERS]


class WishFields(forms.Form):
    """What texts are wanted, by whom, and on which terms. Empty: not said."""

    method = forms.ChoiceField(choices=method_choices, widget=forms.RadioSelect)
    provider = forms.ChoiceField(choices=provider_choices, label="Who writes")
    model = forms.CharField(
        required=False, max_length=200, help_text="As the provider names it, like gpt-4o-mini."
    )
    base_url = forms.CharField(required=False, max_length=300, label="Address")
    recordings = forms.CharField(
        required=False,
        max_length=300,
        label="File",
        help_text="Recorded answers or a grammar: its path inside the data folder. Pages read no "
        "files from elsewhere.",
    )
    count = forms.IntegerField(
        min_value=1,
        max_value=MOST_TEXTS,
        label="How many texts",
        help_text="Over all labels, as many for each.",
    )
    seed = forms.IntegerField(
        required=False, help_text="The same wish with the same seed continues its run."
    )

    style = forms.CharField(
        required=False, max_length=200, label="What they are", help_text="A plural, like “tweets”."
    )
    fewest = whole_number("Fewest words")
    most = whole_number("Most words")
    context = forms.CharField(
        required=False,
        max_length=20_000,
        label="Who writes, and what for",
        help_text="The context prompt. Left empty, it is made from the project’s question.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = forms.CharField(
        required=False, max_length=2, help_text="Two letters; texts in another are rejected."
    )
    n_texts = whole_number("Texts in a call")
    turns = whole_number("Calls in a conversation", "Zero-shot only.")
    shots = whole_number("Real texts shown", "Few-shot only.")
    seed_share = decimal_number("Share of real texts that may be shown", "0: as usual.")
    degree = decimal_number(
        "Degree", "Borderline only: the share of readers who would give the label."
    )
    attributes = forms.MultipleChoiceField(
        required=False,
        label="Values drawn for each call",
        help_text="Attributes only; Topic draws a topic.",
        widget=forms.CheckboxSelectMultiple,
    )
    label_last = forms.BooleanField(
        required=False,
        label="Label last",
        help_text="A second call, that is told no wish, labels the finished texts; those it "
        "labels otherwise are rejected.",
    )
    temperature = decimal_number("Temperature", most=2.0)
    max_tokens = whole_number(
        "Most tokens of an answer", "0: enough for what is asked.", least=0, most=1_000_000
    )

    near = decimal_number("Almost equal", "Overlap from which a text is a near duplicate; 0 = off.")
    near_apart = decimal_number("Almost equal to a test or training text", "The same; 0 = off.")
    semantic = decimal_number("Says the same", "Cosine of embeddings; 0 = off. Slow.")
    giveaway = forms.BooleanField(required=False, label="Reject texts that name their label")
    personal = forms.BooleanField(required=False, label="Reject patterns of personal data")
    boilerplate = forms.BooleanField(required=False, label="Reject texts about the task itself")

    cap = money(
        "Cap",
        "Money that the run may cost over all; another call that could exceed it is not made.",
    )
    price_sent = money("Price of tokens sent", "Per million; only where no table knows it.")
    price_written = money("Price of tokens written", "Per million.")
    currency = forms.RegexField(
        r"^[A-Z]{3}$",
        required=False,
        error_messages={"invalid": "A currency has three capital letters, like USD."},
    )
    parallel = whole_number("Calls at the same time")
    requests_per_minute = whole_number(
        "Requests a minute", "As your provider allows.", most=MOST_TEXTS
    )
    tokens_per_minute = whole_number("Tokens a minute", most=2**31)
    patience = whole_number("Patience", "Calls of a label in a row that may give nothing.")
    top_up = forms.FloatField(
        required=False,
        min_value=1,
        max_value=1000,
        label="Top-up",
        help_text="Most calls, in multiples of what it takes if every text passes.",
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    reuse = forms.BooleanField(
        required=False,
        label="Take answers of earlier runs to exactly the same request, for nothing",
    )
