"""What people are asked, on every front in the same words."""

from __future__ import annotations

QUESTION = "Which of these two tasks is more objective?"
DEFINITION = (
    "A task is objective when its labels rest on clear features that anybody can point at, such "
    "as words, phrases or facts in the text, so that careful people come to the same label. It is "
    "subjective when the label depends on who reads: on interpretation, taste, feeling, belief "
    "or bias. Judge the tasks, not how hard or how interesting they are."
)
LEFT, RIGHT, CANNOT_SAY = "left", "right", "cannot_say"
CHOICES = {
    LEFT: "The left one",
    RIGHT: "The right one",
    CANNOT_SAY: "Cannot say",
}
