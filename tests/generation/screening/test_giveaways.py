from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.screening.giveaways import giveaway_words, names_label

IRONY = giveaway_words("irony", "Ironic")
LABELS = {
    "irony": IRONY,
    "sarcastic": giveaway_words("sarcastic", "Sarcastic headline"),
    "joy": giveaway_words("joy", "Joy"),
    "optimism": giveaway_words("optimism", "Optimism"),
    "sadness": giveaway_words("sadness", "Sadness"),
    "positive": giveaway_words("positive", "Positive"),
    "neutral": giveaway_words("neutral", "Neutral"),
    "spam": giveaway_words("spam", "Spam"),
    "ham": giveaway_words("ham", "Ordinary message"),
    "surprise": giveaway_words("surprise", "Surprise"),
    "sports": giveaway_words("sports", "Sports"),
    "sci_tech": giveaway_words("sci_tech", "Sci/Tech"),
    "business": giveaway_words("business", "Business"),
    "non_irony": giveaway_words("non_irony", "As written"),
    "not_humorous": giveaway_words("not_humorous", "Not humorous"),
}


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("irony", "Great, another Monday. #irony"),
        ("irony", "So happy my flight got cancelled #Ironic!"),
        ("irony", "Ironic: the fire station burned down."),
        ("irony", "Just what I needed today (irony)"),
        ("irony", "Oh joy, more rain [ironic tweet]"),
        ("irony", "Love it. <irony>"),
        ("irony", "Thanks a lot, printer. /irony"),
        ("sarcastic", "Area man thrilled about taxes (sarcastic)"),
        ("sarcastic", "Wonderful service as always *sarcastic*"),
        ("sarcastic", "Sarcasm - Local man enjoys his commute"),
        ("sarcastic", "Sarcastic headline: Nation relieved"),
        ("sarcastic", "A sarcastic headline - Nation relieved"),
        ("sarcastic", "Man loves traffic (in a sarcastic tone)"),
        ("joy", "Sunshine at last #joy #summer"),
        ("joy", "Joy: we finally got the keys!"),
        ("joy", "Emotion: joy. We got the keys!"),
        ("joy", "We got the keys! [Label: joy]"),
        ("optimism", "Optimism – tomorrow will be better"),
        ("sadness", "He left without a word #sad"),
        ("positive", "As a positive review, I would say that the film is great."),
        ("positive", "Positive: net sales rose by 5 percent."),
        ("positive", "Sentiment = positive. Net sales rose."),
        ("positive", "Net sales rose. Label: Positive"),
        ("positive", "This is a positive sentence about the quarter."),
        ("positive", "This sentence is positive: sales rose."),
        ("positive", "Positive example 3: sales rose"),
        ("positive", "**Positive** Sales rose by a third."),
        ("spam", "Label: spam Win a prize now"),
        ("spam", "Win a prize now (spam)"),
        ("spam", "This is a spam message about prizes."),
        ("spam", "WIN NOW! This text was labelled as 'spam'."),
        ("spam", "An example of a spam message: win now!"),
        ("spam", "Here's a spam text about prizes"),
        ("sports", "SPORTS - Lakers win in overtime"),
        ("sci_tech", "Sci/Tech: a new telescope"),
        ("sci_tech", "A new telescope opens #SciTech"),
        ("non_irony", "I like my tea. #nonirony"),
        ("non_irony", "I like my tea. (not ironic)"),
        ("not_humorous", "(not humorous) The shop opens at nine."),
    ],
)
def test_a_remark_that_names_the_label_is_caught(label: str, text: str) -> None:
    assert names_label(text, words=LABELS[label])


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("irony", "The irony of a fire station burning down is not lost on me."),
        ("irony", "Isn't it ironic that the weather app crashed in the storm?"),
        ("irony", "#ironyoflife strikes again"),
        ("irony", "#ironman was great"),
        ("sarcastic", "He gave me a sarcastic smile and left."),
        ("sarcastic", "I was being sarcastic, mum."),
        ("joy", "What a joy!"),
        ("joy", "Joy to the world, the lecture is cancelled"),
        ("joy", "The joy of missing out is real."),
        ("joy", "joy-filled evening with the kids"),
        ("joy", "Enjoy! #enjoy #joyride"),
        ("joy", "This is a joy to watch."),
        ("optimism", "Optimism is a choice I make each morning."),
        ("optimism", "My optimism wears heavy boots and is loud."),
        ("sadness", "Such a sad day for the whole town."),
        ("positive", "Positive news for shareholders this quarter."),
        ("positive", "He tested positive, again."),
        ("positive", "The outlook remains positive: orders grew."),
        ("positive", "This is a positive step for the company."),
        ("positive", "Net result was positive (EUR 3 mn)."),
        ("positive", "A positive surprise - margins rose"),
        ("neutral", "The bank kept its neutral rating on the share."),
        ("neutral", "Carbon-neutral by 2030, says the firm."),
        ("spam", "Check your spam folder for the code."),
        ("spam", "Sorry I keep getting spam calls"),
        ("spam", "This is not a spam message, reply YES."),
        ("ham", "Bring ham and cheese (and bread)."),
        ("ham", "West Ham won!"),
        ("surprise", "The biggest surprise: nobody came."),
        ("sports", "The sports minister resigned on Monday."),
        ("business", "Business is good, says the baker."),
        ("business", "It's none of your business - go home"),
        ("business", "(Business Wire) The company said today"),
        ("non_irony", "As written: the contract ends in May."),
        ("non_irony", "As written, it is fine (as written)."),
        ("non_irony", "The irony! #irony"),
        ("not_humorous", "A humorous speech at the wedding."),
    ],
)
def test_the_same_word_in_a_sentence_is_ordinary_use(label: str, text: str) -> None:
    assert names_label(text, words=LABELS[label]) == ""


@pytest.mark.parametrize(
    ("code", "title", "words"),
    [
        ("spam", "Spam", {"spam"}),
        ("joy", "Joy", {"joy", "joyful"}),
        ("1", "Offensive", {"offense", "offence", "offensive"}),
        ("label_1", "Real news", {"real news"}),
        ("ham", "An ordinary message between people", {"ham"}),
        ("non_irony", "As written", {"non irony", "not irony", "non ironic", "not ironic"}),
        ("sci_tech", "Sci/Tech", {"sci tech"}),
        ("positive", "Positive review", {"positive", "positive review"}),
        ("0", "", set()),
        ("", "", set()),
    ],
)
def test_words_come_from_code_and_title(code: str, title: str, words: set[str]) -> None:
    assert giveaway_words(code, title) == words


def test_the_word_itself_is_what_is_told() -> None:
    assert names_label("A new telescope #SciTech", words=LABELS["sci_tech"]) == "scitech"
    assert names_label("Tea. (Not-Ironic)", words=LABELS["non_irony"]) == "not ironic"


@settings(deadline=None)
@given(st.text(alphabet=st.characters()), st.text(max_size=30), st.text(max_size=30))
def test_any_text_and_any_label_can_be_looked_at(text: str, code: str, title: str) -> None:
    words = giveaway_words(code, title)

    assert names_label(text, words=words) == names_label(text, words=words)
