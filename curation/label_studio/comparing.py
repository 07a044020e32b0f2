"""Two tasks side by side in Label Studio: which one is more objective?"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from curation.label_studio.interface import TEXT_BOX, shown
from curation.label_studio.payload import CONTROL, OBJECT
from curation.label_studio.records import LabelChoice

SIDE_BY_SIDE = "display:flex;flex-wrap:wrap;gap:24px"
SIDE = "flex:1 1 320px;min-width:0"
HOTKEYS = "123456789"


def comparison_config(choices: Sequence[LabelChoice], *, question: str) -> str:
    """The XML that shows a task's fields `left` and `right` side by side and asks for a choice.

    The choice has the name and the target that every answer of ours has, so answers come back
    like those to a text.

    >>> ones = [LabelChoice(code="left", title="The left one"),
    ...         LabelChoice(code="right", title="The right one")]
    >>> config = comparison_config(ones, question="Which is more objective?")
    >>> config.count("<Text "), config.count("<Choice ")
    (2, 2)
    """
    view = ET.Element("View")
    ET.SubElement(view, "Header", value=shown(question))
    both = ET.SubElement(view, "View", style=SIDE_BY_SIDE)
    for name, field in ((OBJECT, "left"), ("other", "right")):
        side = ET.SubElement(both, "View", style=SIDE)
        ET.SubElement(side, "Header", value=field.capitalize(), size="5")
        box = ET.SubElement(side, "View", style=TEXT_BOX)
        ET.SubElement(box, "Text", name=name, value=f"${field}")
    asked = ET.SubElement(
        view, "Choices", name=CONTROL, toName=OBJECT, choice="single", required="true",
        requiredMessage="Choose one of the answers.", showInline="true",
    )  # fmt: skip
    for key, choice in zip(HOTKEYS, choices, strict=False):
        ET.SubElement(asked, "Choice", value=shown(choice.title), alias=choice.code, hotkey=key)
    return ET.tostring(view, encoding="unicode")
