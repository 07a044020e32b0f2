"""What annotators see in Label Studio: the labelling configuration and the instructions."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET

from curation.label_studio.errors import BadLabels, BadOverlap
from curation.label_studio.payload import CONTROL, OBJECT
from curation.label_studio.records import LabelChoice

HOTKEYS = "123456789"
# Label Studio replaces $word in what it shows by a field of the task, or by nothing
WORD_JOINER = "\u2060"
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Each line runs in the direction of its own first letters; Label Studio has no switch for it.
BOTH_DIRECTIONS = (
    ".lsf-richtext__line{display:block;min-height:1.4em;unicode-bidi:plaintext;text-align:start}"
    ".lsf-richtext__container br{display:none}"
)
TEXT_BOX = (
    "max-height:45vh;overflow:auto;padding:12px 16px;margin-bottom:12px;"
    "border:1px solid rgba(128,128,128,.35);border-radius:6px;"
    "white-space:pre-wrap;overflow-wrap:anywhere"
)


def labelling_config(labels: Sequence[LabelChoice], *, question: str) -> str:
    """The XML that makes Label Studio ask for one of `labels` about each text.

    Annotators read titles, answers carry codes. The first nine labels have the keys 1 to 9.

    Raises:
        BadLabels: fewer than two labels, or labels that could be mistaken for one another;
            Label Studio itself takes those without complaint.
    """
    _refuse_unclear(labels)
    view = ET.Element("View")
    ET.SubElement(view, "Style").text = BOTH_DIRECTIONS
    ET.SubElement(view, "Header", value=shown(question))
    box = ET.SubElement(view, "View", style=TEXT_BOX)
    ET.SubElement(box, "Text", name=OBJECT, value="$text")
    choices = ET.SubElement(
        view,
        "Choices",
        name=CONTROL,
        toName=OBJECT,
        choice="single",
        required="true",
        requiredMessage="Choose one label, or skip the text.",
        showInline="true",
    )
    _add_choices(choices, labels)
    return ET.tostring(view, encoding="unicode")


def _add_choices(choices: ET.Element, labels: Sequence[LabelChoice]) -> None:
    for number, label in enumerate(labels):
        choice = ET.SubElement(choices, "Choice", value=shown(label.title), alias=label.code)
        if number < len(HOTKEYS):
            choice.set("hotkey", HOTKEYS[number])
        if label.description:
            choice.set("hint", shown(label.description))


def instructions_page(instructions: str) -> str:
    """Plain text → the HTML of Label Studio's guidelines box; blank lines part paragraphs.

    >>> instructions_page("Irony says the opposite.\\n\\nIs a < b?")
    '<p dir="auto">Irony says the opposite.</p><p dir="auto">Is a &lt; b?</p>'
    """
    paragraphs = re.split(r"\n\s*\n", instructions.strip())
    return "".join(
        f'<p dir="auto">{html.escape(paragraph, quote=False).replace(chr(10), "<br>")}</p>'
        for paragraph in paragraphs
        if paragraph
    )


def guidelines(instructions: str, labels: Sequence[LabelChoice]) -> str:
    """What annotators are told before they start: the instructions, then what each label means.

    >>> guidelines("Read it twice.", [LabelChoice(code="a", title="Ironic", description="Not so.")])
    'Read it twice.\\n\\nIronic: Not so.'
    """
    described = [f"{label.title}: {label.description}" for label in labels if label.description]
    return "\n\n".join(part for part in [instructions.strip(), *described] if part)


def checked_overlap(overlap: int) -> int:
    """The overlap, if it asks anybody; Label Studio would take 0 without complaint."""
    if overlap < 1:
        raise BadOverlap(overlap)
    return overlap


def shown(text: str) -> str:
    """The text as an attribute that Label Studio shows as it is."""
    return UNPRINTABLE.sub(" ", text).replace("$", f"${WORD_JOINER}")


def _refuse_unclear(labels: Sequence[LabelChoice]) -> None:
    if len(labels) < 2:
        raise BadLabels(f"{len(labels)} label is no choice; give a project at least two labels.")
    for label in labels:
        if not label.title.strip():
            raise BadLabels(
                f"Label {label.code!r} has no title for annotators to read; give it one."
            )
        if not label.code or label.code != label.code.strip() or not label.code.isprintable():
            raise BadLabels(
                f"Label code {label.code!r} is empty, or has blanks around it or control "
                "characters; use letters, digits, - and _."
            )
    _refuse_doubles("code", (label.code for label in labels))
    _refuse_doubles("title", (label.title.strip() for label in labels))
    titles = {label.title.strip().casefold(): label.code for label in labels}
    for label in labels:
        namesake = titles.get(label.code.casefold(), label.code)
        if namesake != label.code:
            raise BadLabels(
                f"{label.code!r} is the code of one label and the title of another; rename one."
            )


def _refuse_doubles(what: str, texts: Iterable[str]) -> None:
    counts = Counter(text.casefold() for text in texts)
    doubled = [text for text, count in counts.items() if count > 1]
    if doubled:
        raise BadLabels(f"Two labels have the same {what} {doubled[0]!r}; make them differ.")
