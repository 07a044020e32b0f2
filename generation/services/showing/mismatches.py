"""Label mismatches: where a second call, that was told no wish, gave another label."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.cache import cache
from django.db.models import Count, Q

from curation.models import Project
from curation.reporting import LabelStyle, wording
from generation.models import Draft, DraftQuerySet, GenerationRun
from generation.services.labelling import MISMATCH, UNKNOWN
from generation.services.showing.drafts import styles_by_key
from generation.services.showing.running import accepted_per_label
from generation.services.showing.words import method_title

REMEMBERED = 3600
MOST_VALUES = 200  # of one attribute, those with the most mismatches first


@dataclass(kw_only=True)
class Tally:
    """Texts that were labelled a second time, and what came of it."""

    title: str
    labelled: int = 0
    other: int = 0  # another label of the set
    none: int = 0  # no label of the set
    css: str = ""
    run: int = 0  # its number, where the line is about one
    others: dict[str, int] = field(default_factory=dict)  # title of the label given → texts

    @property
    def share(self) -> str:
        return wording.share(self.other + self.none, self.labelled)

    @property
    def width(self) -> float:
        """Mismatches in percent."""
        return round(100 * (self.other + self.none) / self.labelled, 1) if self.labelled else 0.0


@dataclass(frozen=True, kw_only=True)
class MismatchReport:
    total: Tally
    by_prompt: list[Tally]
    by_label: list[Tally]
    by_value: dict[str, list[Tally]]  # attribute → values
    cut: bool  # whether some attribute has more values than are listed


Row = tuple[int, int, dict[str, str], int, int, int]  # run, label, cell, labelled, other, none


def mismatch_report(project: Project, run: GenerationRun | None = None) -> MismatchReport:
    """The mismatches of one run, or of all of the project's, by prompt, label and value drawn."""
    runs = {one.pk: one for one in _runs(project, run)}
    styles = styles_by_key(project)
    rows, given = _counted(list(runs.values()))
    prompts = [(key, _prompt(one), "", one.number) for key, one in runs.items()]
    labels = [(key, style.title, style.css, 0) for key, style in styles.items()]
    by_label = _tallies(labels, ((row[1], row) for row in rows))
    for tally, key in zip(by_label, styles, strict=True):
        tally.others = {styles[to].title: n for (of, to), n in given.items() if of == key}
    by_value = _by_value(rows)
    return MismatchReport(
        total=_tallies([(0, "all", "", 0)], ((0, row) for row in rows))[0],
        by_prompt=_tallies(prompts, ((row[0], row) for row in rows)),
        by_label=by_label,
        by_value={name: values[:MOST_VALUES] for name, values in by_value.items()},
        cut=any(len(values) > MOST_VALUES for values in by_value.values()),
    )


def _runs(project: Project, run: GenerationRun | None) -> Iterable[GenerationRun]:
    if run is not None:
        return [run]
    runs = GenerationRun.objects.filter(project=project, params__has_key="label_last")
    return runs.order_by("-number").defer("wish")


def _prompt(run: GenerationRun) -> str:
    return f"{method_title(run.method)} ({run.prompt_version}), {run.model}"


def _counted(runs: list[GenerationRun]) -> tuple[list[Row], dict[tuple[int, int], int]]:
    """Grouped counts of the runs' labelled drafts; remembered until a counter of theirs moves."""
    state = "/".join(f"{run.pk}:{run.accepted}:{run.rejected}" for run in runs)
    known: tuple[str, list[Row], dict[tuple[int, int], int]] | None
    name = f"mismatches:{','.join(str(run.pk) for run in runs)}"[:200]
    known = cache.get(name)
    if known is None or known[0] != state:
        drafts = Draft.objects.filter(call__run__in=runs).order_by()
        known = (state, _rows(drafts), _given(drafts))
        cache.set(name, known, REMEMBERED)
    return known[1], known[2]


def _rows(drafts: DraftQuerySet) -> list[Row]:
    labelled = drafts.filter(labelled_by__isnull=False)
    grouped = labelled.values_list("call__run", "call__label", "call__cell")
    counted = grouped.annotate(
        n=Count("pk"),
        other=Count("pk", filter=Q(reason=MISMATCH)),
        none=Count("pk", filter=Q(reason=UNKNOWN)),
    )
    return list(counted)


def _given(drafts: DraftQuerySet) -> dict[tuple[int, int], int]:
    """(label meant, label given) → texts, where the two differ."""
    wrong = drafts.filter(reason=MISMATCH, assigned_label__isnull=False)
    rows = wrong.values_list("call__label", "assigned_label").annotate(n=Count("pk"))
    return {(meant, given): n for meant, given, n in rows}


def _tallies(
    lines: Iterable[tuple[int, str, str, int]], rows: Iterable[tuple[int, Row]]
) -> list[Tally]:
    """One tally for each (key, title, css class, run number), in their order."""
    tallies = {key: Tally(title=title, css=css, run=run) for key, title, css, run in lines}
    for key, row in rows:
        if key in tallies:
            _add(tallies[key], row)
    return list(tallies.values())


def _by_value(rows: Iterable[Row]) -> dict[str, list[Tally]]:
    """Attribute → its values, those with the most mismatches first."""
    found: dict[str, dict[str, Tally]] = defaultdict(dict)
    for row in rows:
        for name, value in row[2].items():
            _add(found[name].setdefault(value, Tally(title=value)), row)
    return {name: _worst_first(values) for name, values in found.items()}


def _worst_first(values: Mapping[str, Tally]) -> list[Tally]:
    return sorted(values.values(), key=lambda tally: (-tally.other - tally.none, tally.title))


def _add(tally: Tally, row: Row) -> None:
    tally.labelled += row[3]
    tally.other += row[4]
    tally.none += row[5]


def mismatches_by_label(run: GenerationRun, styles: Mapping[int, LabelStyle]) -> list[Tally]:
    """The part of the report that a run's own page shows; cheap however many values it draws."""
    drafts = Draft.objects.filter(call__run=run).order_by()
    wrong = drafts.filter(reason__in=[MISMATCH, UNKNOWN])
    accepted = accepted_per_label(run)
    tallies = {
        key: Tally(title=style.title, css=style.css, labelled=accepted.get(key, 0))
        for key, style in styles.items()
    }
    for meant, given, n in wrong.values_list("call__label", "assigned_label").annotate(
        n=Count("pk")
    ):
        if meant in tallies:
            _count(tallies[meant], styles[given].title if given in styles else "", n)
    return list(tallies.values())


def _count(tally: Tally, given: str, n: int) -> None:
    tally.labelled += n
    if not given:
        tally.none += n
        return
    tally.other += n
    tally.others[given] = tally.others.get(given, 0) + n
