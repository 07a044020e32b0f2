"""What each method draws from, run to the end."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from curation.errors import BadInput
from curation.models import Label, Project
from generation.errors import NoValues, SeedPoolTooSmall
from generation.models import Call, Draft, GenerationRun
from generation.prompting.base import GenerationOptions
from generation.scheduling.gate import Limits
from generation.screening.checks import Checks
from generation.screening.screen import SURPLUS
from generation.services import rejected_counts
from generation.services.attributes import set_values
from tests.factories import make_example
from tests.generation.limited_server import LimitedServer
from tests.generation.recount import check
from tests.generation.scripted_server import serving, texts
from tests.generation.wishes import ask, generate, write

GRAMMAR = """
joke:
  families:
    question: ["Why did the {animal} cross the {place}?"]
    claim: ["My {animal} was seen near the {place} again."]
news:
  families:
    report: ["The {animal} was found at the {place} this morning."]
slots:
  animal: [duck, goose, hen, swan, owl, crow, gull, rook, wren, kite]
  place: [road, river, bridge, field, market, tower, garden, lake]
"""


def n_accepted(run: GenerationRun, name: str) -> Counter[str]:
    """Accepted texts of each value of an attribute."""
    drafts = Draft.objects.filter(call__run=run).accepted().select_related("call")
    return Counter(draft.call.cell[name] for draft in drafts)


def n_good(run: GenerationRun, label: Label) -> Counter[str]:
    """Good texts of each topic that one label got, wanted or not."""
    drafts = Draft.objects.filter(call__run=run, call__label=label, reason__in=["", SURPLUS])
    return Counter(draft.call.cell["topic"] for draft in drafts.select_related("call"))


@pytest.mark.parametrize("limits", [Limits(parallel=1), Limits(parallel=16)])
def test_every_topic_gets_equally_many_texts_within_the_size_of_one_call(
    project: Project, server: LimitedServer, limits: Limits
) -> None:
    server.configure(too_few=0.1, bad_content=0.05, latency_s=0.01)
    topics = ["trains", "markets", "weather", "gardens"]
    set_values(project, "topic", topics)
    options = GenerationOptions(words=(8, 24), n_texts=5)

    run = write(project, server, method="topic", count=400, options=options, limits=limits)

    assert (run.accepted, set(n_accepted(run, "topic"))) == (400, set(topics))
    for label in project.labels.all():
        counts = n_good(run, label)
        assert max(counts.values()) - min(counts.values()) <= 5, counts
    example = project.examples.earliest("pk")
    assert example.provenance["cell"]["topic"] in topics
    check(run)


def test_attributes_are_drawn_together(project: Project, server: LimitedServer) -> None:
    set_values(project, "topic", ["trains", "weather"])
    set_values(project, "persona", ["a nurse", "a pilot"])
    options = GenerationOptions(words=(8, 24), n_texts=5, attributes=("topic", "persona"))

    run = write(
        project, server, method="attributes", count=80, options=options, limits=Limits(parallel=1)
    )

    cells = Counter(tuple(cell.items()) for cell in run.calls.values_list("cell", flat=True))
    assert len(cells) == 4
    assert set(cells.values()) == {4}
    prompt = Call.objects.earliest("pk").messages[-1]["content"]
    assert "a nurse" in prompt or "a pilot" in prompt


def test_quotas_stay_equal_when_a_run_goes_on(project: Project, server: LimitedServer) -> None:
    set_values(project, "topic", ["trains", "weather", "gardens"])
    options = GenerationOptions(words=(8, 24), n_texts=5)
    one = Limits(parallel=1)

    write(project, server, method="topic", count=30, options=options, limits=one)
    run = write(project, server, method="topic", count=90, options=options, limits=one)

    counts = n_accepted(run, "topic")
    assert sum(counts.values()) == 90
    assert max(counts.values()) - min(counts.values()) <= 10


@pytest.mark.parametrize(
    ("method", "name"), [("topic", "topic"), ("attributes", "style")], ids=["topic", "attributes"]
)
def test_an_empty_list_gets_a_sentence_and_nothing_is_asked(
    project: Project, server: LimitedServer, method: str, name: str
) -> None:
    options = GenerationOptions(attributes=(name,))

    with pytest.raises(NoValues, match=rf"no values for '{name}'.*attributes SLUG {name} --write"):
        write(project, server, method=method, count=10, options=options)

    assert not GenerationRun.objects.exists()
    assert server.stats()["seen"] == 0


def seeds(project: Project, n: int) -> None:
    for label in ("joke", "news"):
        for number in range(n):
            text = f"The {label} of a horse that walked into bar number {number} last night"
            make_example(project, text, split="train", source="real", gold=label)


def test_a_paraphrase_may_be_near_what_it_rewrites_but_not_equal(project: Project) -> None:
    seeds(project, 2)
    equal = "The joke of a horse that walked into bar number 0 last night"
    options = GenerationOptions(words=(3, 20), n_texts=2, turns=1)

    run = ask(
        project,
        texts(equal, equal.replace("last", "that")),
        texts("The news of a horse that walked into bar number 0 that night"),
        method="paraphrase",
        options=options,
        checks=Checks(giveaway=False),
    )

    assert run.accepted == 2
    assert rejected_counts(project) == {"duplicate": 1}
    shown = Call.objects.earliest("pk").messages[-1]["content"]
    assert equal in shown


def test_surplus_may_be_near_what_it_rewrites_though_another_draw_would_show_others(
    project: Project,
) -> None:
    seeds(project, 2)
    wanted: dict[str, Any] = {
        "provider": "openai",
        "method": "paraphrase",
        "model": "tiny",
        "limits": Limits(parallel=1),
        "options": GenerationOptions(words=(3, 20), n_texts=2, turns=1),
        "checks": Checks(giveaway=False, near=0),
    }
    rewritten = [
        texts(
            *(f"The {label} of a horse that walked into bar number {n} that night" for n in (0, 1))
        )
        for label in ("joke", "news")
    ]
    with serving(rewritten) as server:
        wanted["base_url"] = server.base_url
        run = generate(project, count=2, **wanted)
        assert (run.accepted, run.surplus) == (2, 2)
        for label in ("joke", "news"):
            for number in range(40):
                text = f"Row {number} of {label}, which came later"
                make_example(project, text, split="train", source="real", gold=label)

        run = generate(project, count=4, **wanted)

    assert (run.accepted, run.surplus, rejected_counts(project)) == (4, 0, {})


def test_what_is_near_a_seed_text_is_leakage_where_it_is_not_to_be_rewritten(
    project: Project,
) -> None:
    seeds(project, 10)
    near = "The joke of a horse that walked into bar number 0 that night"

    run = ask(
        project,
        *[texts(near), texts("Something else entirely has happened."), texts("One fine joke.")],
        method="one_shot",
        options=GenerationOptions(words=(3, 20), turns=1),
        checks=Checks(giveaway=False),
    )

    assert run.accepted == 2
    assert rejected_counts(project) == {"near_leakage": 1}
    assert Call.objects.earliest("pk").messages[-1]["content"].count("bar number") == 1


def test_a_pool_that_is_smaller_than_what_a_prompt_shows_gets_a_sentence(
    project: Project,
) -> None:
    seeds(project, 3)

    with pytest.raises(SeedPoolTooSmall, match=r"shows 4 real examples of label 'joke', but 3 may"):
        ask(project, method="paraphrase", options=GenerationOptions(n_texts=4))

    assert not GenerationRun.objects.exists()


def test_a_text_that_a_test_text_equals_is_never_shown(project: Project) -> None:
    seeds(project, 4)
    copied = "THE JOKE of a horse that walked into bar number 2, last night."
    make_example(project, copied, split="test", source="real", gold="joke")

    with pytest.raises(SeedPoolTooSmall, match=r"shows 4 real examples of label 'joke', but 3 may"):
        ask(project, method="paraphrase", options=GenerationOptions(n_texts=4))


def test_borderline_texts_are_asked_for_with_their_degree(
    project: Project, server: LimitedServer
) -> None:
    options = GenerationOptions(words=(8, 24), degree=0.7)

    run = write(project, server, method="borderline", count=20, options=options)

    assert (run.accepted, run.params["degree"]) == (20, 0.7)
    assert "about seven of ten" in Call.objects.earliest("pk").messages[-1]["content"]


def test_templates_fill_the_pool_and_say_which_family_a_text_is_from(
    project: Project, tmp_path: Path
) -> None:
    grammar = tmp_path / "animals.yaml"
    grammar.write_text(GRAMMAR)
    wish = {
        "provider": "template",
        "method": "template",
        "recordings": grammar,
        "checks": Checks(near=0),
        "options": GenerationOptions(words=(3, 20)),
    }

    run = generate(project, count=120, **wish)

    assert (run.status, run.accepted, run.spent) == ("successful", 120, 0)
    families = Counter(
        example.provenance["family"]
        for example in project.examples.filter(intended_label__name="joke")
    )
    assert families == {"question": 30, "claim": 30}
    check(run)

    run = generate(project, count=300, **wish)

    assert run.accepted == 230  # 150 jokes, and every report there is
    assert "makes 80 different texts of label 'news' and all are used" in run.error
    check(run)


def test_templates_without_a_grammar_get_a_sentence(project: Project) -> None:
    with pytest.raises(BadInput, match="Say where the grammar is"):
        generate(project, provider="template", method="template", count=4)
