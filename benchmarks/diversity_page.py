"""The table of `python -m benchmarks.diversity results` as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from generation.diversity.equal_n import Spread
from generation.diversity.measures import MEASURES
from generation.diversity.report import DiversityReport, GroupReport, Spreads

COMMAND = "python -m benchmarks.diversity results --data DATA/tasks --recordings RECORDINGS"
GROUPS = {"zero_shot": "zero-shot", "few_shot": "few-shot", "real": "real"}
ORDER = ("real", "few_shot", "zero_shot")  # the first study's, most diverse first
DIVERSITY = ("remote_clique", "chamfer")
OTHERS = ("distinct_2", "compression", "repeating")

INTRODUCTION = """# Diversity of the recorded tasks

Zero-shot and few-shot texts of a language model (recorded in November 2026) beside real ones, on
seven tasks of the first study (arXiv 2310.07849). Made on {date} with

```
{command}
```

where `DATA/tasks` holds the tasks' real rows (`TASK/train.jsonl`, `TASK/task.json`; the test rows
are never read) and `RECORDINGS` the recorded answers. The numbers with all labels and spreads are
in `benchmarks/results/diversity-tasks-*.json`.

{summary}

**Equal N.** Every group has the same number of texts of each label: as many as the smallest group
has, and at most half of the real training rows, which are divided anew in each of {draws} seeded
draws: one half is measured as "real", the other is the reference of similarity and AUC. A number
is the mean over the draws ± their standard deviation; the spread of few-shot is small where its
150 recorded texts of a label are nearly all drawn each time. It is not a confidence interval.

**Reading.** Vectors are all-MiniLM-L6-v2, distances are 1 - cosine. Remote Clique: mean distance
to the other texts. Chamfer: mean distance to the nearest other text. Top-5 similarity: of each
reference text to its five closest texts of the group. AUC: of a cross-validated logistic regression
that tells the group from the reference, with its 95 % interval over texts; 0.5 is ideal, and what
"real" reaches is chance. The tables measure all labels together.
"""

SUMMARY = """\
**In short.** The first study's order of diversity, real > few-shot > zero-shot, holds on these
recordings for {held_too} of {tasks} tasks in Remote Clique and for {held} of {tasks} in Chamfer
distance, where zero-shot is the most diverse for {widest}. Its order of similarity holds better:
few-shot is closer to real than zero-shot for {closer} of {tasks} tasks, and harder to tell from
real for {harder}. Lying far apart is one thing and lying where real texts lie another. A likely
reason, not tested: every zero-shot turn but the first asked the model for something more diverse
than before, while real texts come with repeats and near-repeats."""

SPEED = """
Processor seconds count all threads, with their waiting for each other. Given vectors, all measures
of 50,000 texts stay far below two minutes, without a table of all pairs in memory. Embedding does
not fit into the two minutes where every text is new: in fp32 a text of 26 tokens costs about 0.56
GFLOP, and two cores of this machine do 200 GFLOP a second at best, so 140 seconds is the floor
for 50,000. On the quiet machine, 21 November 2026, 3,000 recorded texts were embedded at 283 a
second, which makes 177 seconds. Eight-bit weights ran 3 times as fast and moved vectors by 0.02 to
0.06 in cosine on average, too much for Chamfer distances. A text is embedded once; then the cache
gives it back.
"""

LIMITS = """
## Limits

- One language model, one recording of each method: the draws choose among its texts and do not
  repeat the recording.
- Each few-shot prompt showed five real rows out of a tenth of the training rows, and these rows may
  be in the reference. That favours few-shot in similarity and AUC.
- Texts were asked for with a range of words, so their length is the prompt's as much as the
  method's; distinct-n, compression and self-repetition move with length. Chamfer and similarity
  move with N, so numbers of tasks with another N do not compare.
- The first study's values are not published in a table that could be compared with; only its order
  is checked.
"""


@dataclass(frozen=True, kw_only=True)
class TaskResult:
    name: str
    report: DiversityReport

    def group(self, name: str) -> GroupReport:
        return next(group for group in self.report.groups if group.name == name)


def summary(results: Sequence[TaskResult]) -> str:
    """What the page shows, in two sentences."""
    tasks = len(results)
    held = sum(_holds(_values(result, "chamfer")) for result in results)
    held_too = sum(_holds(_values(result, "remote_clique")) for result in results)
    widest = sum(_widest(result) == "zero_shot" for result in results)
    closer = sum(_sign(result, "similarity") > 0 for result in results)
    harder = sum(_sign(result, "auc") < 0 for result in results)
    return SUMMARY.format(
        tasks=tasks, held=held, held_too=held_too, widest=widest, closer=closer, harder=harder
    )


def _values(result: TaskResult, key: str) -> list[float]:
    return [result.group(name).pooled[key].mean for name in ORDER]


def _holds(found: Sequence[float]) -> bool:
    real, few, zero = found
    return real > few > zero


def _widest(result: TaskResult) -> str:
    return max(ORDER, key=lambda name: result.group(name).pooled["chamfer"].mean)


def _sign(result: TaskResult, key: str) -> float:
    """Few-shot less zero-shot."""
    _, few, zero = _values(result, key)
    return few - zero


def page(
    results: Sequence[TaskResult], *, draws: int, seed: int, speed: Mapping[str, Any] | None
) -> str:
    """The whole page. It holds no text and no n-gram of anybody.

    Args:
        speed: what the speed benchmark kept, or None to say nothing of it.
    """
    date = f"{datetime.now(UTC):%-d %B %Y}"
    command = COMMAND + (f" --seed {seed}" if seed else "")
    parts = [
        INTRODUCTION.format(date=date, command=command, draws=draws, summary=summary(results)),
        "## Diversity, similarity, AUC\n",
        *_table(results, (*DIVERSITY, "similarity", "auc")),
        "\n## Words\n",
        *_table(results, ("words", "distinct_1", *OTHERS)),
        "\n## Does the first study's order hold?\n",
        "The study reports real > few-shot > zero-shot for diversity, and few-shot closer to real",
        "than zero-shot. Means are compared; ≈ stands between neighbours that differ by no more",
        "than the larger of their spreads.\n",
        *_orders(results),
        LIMITS.rstrip(),
        *(_speed(speed) if speed else ()),
    ]
    return "\n".join(parts) + "\n"


def _speed(speed: Mapping[str, Any]) -> Iterator[str]:
    measured = speed["environment"]
    yield "\n## How long it takes\n"
    yield f"`python -m benchmarks.diversity speed`, {speed['measured_at'][:10]}, {speed['texts']:,}"
    yield f"made-up texts as long as recorded ones against {speed['real']:,}, each step in its own"
    yield f"process, on {measured['cores']} cores ({measured['processor']}; load"
    yield f"{measured['load_before']:.1f} before it began, so other processes took their part):\n"
    yield "| step | seconds | processor seconds | peak MiB |"
    yield "|---|---:|---:|---:|"
    for name, step in speed["steps"].items():
        cells = f"{step['seconds']:.1f} | {step['cpu_seconds']:.1f} | {step['peak_mib']:.0f}"
        yield f"| {name} | {cells} |"
    yield SPEED.rstrip()


def _table(results: Sequence[TaskResult], keys: Sequence[str]) -> Iterator[str]:
    titles = [MEASURES[key].title for key in keys]
    yield "| task | texts | group | " + " | ".join(titles) + " |"
    yield "|---|---:|---|" + "---:|" * len(keys)
    for result in results:
        for name, title in GROUPS.items():
            group = result.group(name)
            cells = [_cell(key, group) for key in keys]
            first = (result.name, str(result.report.n)) if name == "zero_shot" else ("", "")
            yield f"| {' | '.join([*first, title, *cells])} |"


def _cell(key: str, group: GroupReport) -> str:
    found: Spread = group.pooled[key]
    digits = MEASURES[key].digits
    if key == "auc":
        low, high = group.auc_interval
        return f"{found.mean:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"
    return f"{found.mean:.{digits}f} ± {found.std:.{digits}f}"


def _orders(results: Sequence[TaskResult]) -> Iterator[str]:
    for key in DIVERSITY:
        yield from _order(results, key, "all labels together", lambda group: group.pooled)
        yield from _order(results, key, "mean of labels", lambda group: group.mean_of_labels)
        yield from _labels(results, key)
    yield from _pairs(results)


def _order(
    results: Sequence[TaskResult], key: str, level: str, spreads: Callable[[GroupReport], Spreads]
) -> Iterator[str]:
    broken = []
    for result in results:
        found = [spreads(result.group(name))[key] for name in ORDER]
        if not _holds([one.mean for one in found]):
            broken.append(f"{result.name} ({_seen(found)})")
    held = len(results) - len(broken)
    yield f"- **{MEASURES[key].title}, {level}**: holds for {held} of {len(results)} tasks." + (
        f" It does not hold for {'; '.join(broken)}." if broken else ""
    )


def _seen(found: Sequence[Spread]) -> str:
    """The groups from most to least; ≈ where neighbours differ by no more than a spread."""
    ranked = sorted(zip(found, ORDER, strict=True), key=lambda one: -one[0].mean)
    text = ""
    before: Spread | None = None
    for value, name in ranked:
        if before is not None:
            close = before.mean - value.mean <= max(before.std, value.std)
            text += " ≈ " if close else " > "
        text += f"{GROUPS[name]} {value.mean:.3f}"
        before = value
    return text


def _labels(results: Sequence[TaskResult], key: str) -> Iterator[str]:
    held, above, higher, labels = 0, 0, 0, 0
    for result in results:
        for label in result.report.per_label:
            real, few, zero = (result.group(name).per_label[label][key].mean for name in ORDER)
            labels += 1
            held += real > few > zero
            above += real > max(few, zero)
            higher += few > zero
    yield (
        f"- **{MEASURES[key].title}, label by label**: the whole order holds for {held} of {labels}"
        f" labels; real is above both for {above}, few-shot above zero-shot for {higher}."
    )


def _pairs(results: Sequence[TaskResult]) -> Iterator[str]:
    """Few-shot against zero-shot: closer to real, and harder to tell from it."""
    for key, sign, words in (
        ("similarity", 1, "few-shot is closer to real than zero-shot"),
        ("auc", -1, "few-shot is harder to tell from real than zero-shot"),
    ):
        broken = [result for result in results if sign * _sign(result, key) <= 0]
        names = ", ".join(result.name for result in broken)
        held = len(results) - len(broken)
        yield f"- **{MEASURES[key].title}**: {words} for {held} of {len(results)} tasks." + (
            f" Not for {names}." if broken else ""
        )
