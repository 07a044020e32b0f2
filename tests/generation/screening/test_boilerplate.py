from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.screening.boilerplate import boilerplate


@pytest.mark.parametrize(
    "text",
    [
        "Here are 10 examples",
        "Here are ten more examples of spam messages:",
        "Sure! Here are 10 tweets:",
        "Sure, here's a list of texts that fit the label:",
        "Certainly! Below are some paraphrases",
        "Here’s another variation:",
        "Example 3: The bus was late.",
        "**Tweet 2:** The bus was late.",
        "Headline #4: Bus late",
        "Text: The bus was late.",
        "Paraphrase: the bus came late",
        "Label: irony",
        "Note: these texts are fictional.",
        "(All names are made up.)",
        "Please note that all examples are synthetic and for research only.",
        "Let me know if you need more examples!",
        "Would you like me to generate another ten tweets?",
        "This sentence expresses joy about the weather.",
        "Dear [Name], your parcel is late",
        "Hi [insert name], call us at [phone number]",
        "Dear {name}, your order {order_number} is late",
        "Hi {{first_name}}, welcome!",
        "Visit <your link> to claim",
        "Confirm your seat here: [link]",
        "Dear XXX, we are glad to write to you",
        "call XXX-XXXX now",
        "Lorem ipsum dolor sit amet",
    ],
)
def test_talk_about_the_task_and_blanks_are_recognised(text: str) -> None:
    assert boilerplate(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sure! See you at 8.",
        "Sure, here's the address: 12 Elm Road",
        "Here are 10 tweets that made us laugh this week",
        "Here are all the winners of the bake sale",
        "Here is the example of a bridge that was built in a week",
        "Here's to another year of not going to the gym",
        "For example, the bus was late.",
        "He set an example: he cleaned up after lunch.",
        "Text me when you get home: I worry",
        "Text STOP to 87121",
        "Message from Anna: she is late",
        "Review: the new phone is a triumph of marketing",
        "Note: the shop closes at 5 today",
        "Let me know if you need a lift home",
        "This tweet expresses my feelings better than I could",
        "xxx love you mum xxx",
        "The [crowd] went wild [VIDEO]",
        "Label makers are half price: buy one",
        "Super Bowl XXX was in 1996",
        "Name your price!",
        "if (x < name && y > 3) stop",
        "Let me know if you want me to write the report",
    ],
)
def test_what_people_write_is_left_alone(text: str) -> None:
    assert boilerplate(text) == ""


@settings(deadline=None)
@given(st.text(alphabet=st.characters()))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert boilerplate(text) == boilerplate(text)
