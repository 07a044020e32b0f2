"""Groups side by side at equal N."""

from __future__ import annotations

import math

import numpy as np
import pytest

from curation.errors import BadInput, JobCancelled
from generation.diversity.chamfer import chamfer_distance
from generation.diversity.charts import measure_charts, similarity_chart
from generation.diversity.equal_n import draw
from generation.diversity.measures import MEASURES, measure
from generation.diversity.report import DiversityReport, TextSet, compare
from tests.generation.diversity.vectors import turned, unit_vectors

LABELS = ("joke", "news")


def text_set(joke: int, news: int, *, seed: int = 0) -> TextSet:
    """As many texts of each label, all different."""
    labels = ["joke"] * joke + ["news"] * news
    return TextSet(
        texts=[f"{label} number {place} of {seed}" for place, label in enumerate(labels)],
        labels=labels,
        vectors=unit_vectors(len(labels), dimensions=16, seed=seed),
    )


def compared(**wishes: object) -> DiversityReport:
    groups = {"zero_shot": text_set(30, 12, seed=1), "few_shot": text_set(9, 40, seed=2)}
    given = {"real": text_set(50, 50, seed=3), "labels": LABELS, **wishes}
    return compare(groups, **given)  # type: ignore[arg-type]


def test_n_of_a_label_is_the_least_any_group_has() -> None:
    report = compared()

    assert report.per_label == {"joke": 9, "news": 12}
    assert report.n == 21
    assert report.draws == 5
    assert [(group.name, group.texts) for group in report.groups] == [
        ("zero_shot", 42), ("few_shot", 49), ("real", 100)
    ]  # fmt: skip


def test_half_of_the_real_texts_limits_n_too() -> None:
    report = compared(real=text_set(20, 21))

    assert report.per_label == {"joke": 9, "news": 10}


def test_fewer_can_be_asked_for() -> None:
    assert compared(per_label=5).per_label == {"joke": 5, "news": 5}


def test_where_everything_is_drawn_the_measures_are_those_of_the_whole_set() -> None:
    few = text_set(9, 40, seed=2)

    report = compared()

    joke = report.groups[1].per_label["joke"]
    assert joke["chamfer"].mean == pytest.approx(chamfer_distance(few.of("joke").vectors))
    assert joke["chamfer"].std == pytest.approx(0, abs=1e-7)


def test_over_all_labels_there_is_a_mean_of_labels_and_a_pooled_number() -> None:
    group = compared(draws=1).groups[0]

    labels = [group.per_label[label]["distinct_1"].mean for label in LABELS]
    assert group.mean_of_labels["distinct_1"].mean == pytest.approx(np.mean(labels))
    assert group.pooled["distinct_1"].mean < min(labels)  # more texts, more repeats
    assert math.isnan(group.pooled["distinct_1"].std)


def test_real_texts_are_never_compared_with_themselves() -> None:
    real = TextSet(
        texts=[f"text {place}" for place in range(40)],
        labels=["joke"] * 40,
        vectors=turned(*range(0, 360, 9)),  # 9 degrees and more apart
    )

    report = compare({"zero_shot": real}, real=real, labels=["joke"], per_label=20, draws=3, seed=5)

    assert report.groups[-1].pooled["similarity"].mean < math.cos(math.radians(9))


def test_the_same_seed_gives_the_same_report_and_another_does_not() -> None:
    assert compared(seed=4) == compared(seed=4)
    assert compared(seed=4) != compared(seed=5)


def test_a_further_group_changes_no_others_numbers() -> None:
    texts = {"zero_shot": text_set(30, 30, seed=1)}
    more = {"paraphrase": text_set(30, 30, seed=7), **texts}
    real = text_set(30, 30, seed=8)

    alone = compare(texts, real=real, labels=LABELS, per_label=10, draws=2)
    beside = compare(more, real=real, labels=LABELS, per_label=10, draws=2)

    assert alone.groups == beside.groups[1:]


def test_without_real_texts_a_note_says_what_is_missing() -> None:
    report = compared(real=None)

    assert report.notes == ["There are no real texts, so similarity and AUC are not measured."]
    assert [group.name for group in report.groups] == ["zero_shot", "few_shot"]
    assert math.isnan(report.groups[0].pooled["auc"].mean)
    assert similarity_chart(report) is None


def test_too_few_real_texts_are_no_reference() -> None:
    report = compared(real=text_set(30, 19))

    assert "fewer than 20 real texts of 'news'" in report.notes[0]
    assert report.per_label == {"joke": 9, "news": 12}


def test_a_label_that_a_group_lacks_is_left_out_with_a_note() -> None:
    groups = {"zero_shot": text_set(9, 9), "few_shot": text_set(9, 1)}

    report = compare(groups, real=None, labels=LABELS)

    assert report.per_label == {"joke": 9}
    assert report.notes[0] == "Label 'news' is left out: a group has fewer than 2 texts of it."
    assert report.groups[0].texts == 9


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"per_label": 1}, "per label is 1"),
        ({"draws": 0}, "draws is 0"),
        ({"labels": ["sports"]}, "nothing can be compared"),
    ],
)
def test_what_cannot_be_compared_is_refused(wishes: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        compared(**wishes)


def test_a_group_may_not_be_called_real_and_there_must_be_one() -> None:
    with pytest.raises(BadInput, match='called "real"'):
        compare({"real": text_set(9, 9)}, real=None, labels=LABELS)
    with pytest.raises(BadInput, match="no group"):
        compare({}, real=None, labels=LABELS)


def test_measuring_can_be_stopped() -> None:
    def stop(done: int, total: int, note: str = "") -> None:
        raise JobCancelled

    with pytest.raises(JobCancelled):
        compared(progress=stop)


def test_no_text_and_one_text_have_no_distances() -> None:
    nothing = measure([], unit_vectors(0))
    single = measure(["a b c"], unit_vectors(1))

    assert all(math.isnan(getattr(nothing, key)) for key in MEASURES)
    assert (single.n, single.words, single.distinct_1, single.repeating) == (1, 3, 1, 0)
    assert math.isnan(single.remote_clique)


def test_texts_and_vectors_must_be_as_many() -> None:
    with pytest.raises(BadInput, match="2 texts but 1 vectors"):
        measure(["a", "b"], unit_vectors(1))


def test_draws_are_distinct_places_and_begin_alike() -> None:
    long = draw(10, 8, seed=0, name="x", number=1)

    assert len(set(long.tolist())) == 8
    assert long[:3].tolist() == draw(10, 3, seed=0, name="x", number=1).tolist()
    with pytest.raises(BadInput, match="11 texts"):
        draw(10, 11, seed=0, name="x", number=1)


def test_bars_begin_at_nothing_and_real_texts_are_a_line() -> None:
    report = compared()
    charts = measure_charts([(group.name, group.pooled) for group in report.groups])
    auc = next(chart for chart in charts if chart.title == "AUC")

    assert [chart.title for chart in charts] == [column.title for column in MEASURES.values()]
    assert auc.ideal_x is not None
    assert [bar.is_real for bar in auc.bars] == [False, False, True]
    means = [group.pooled["auc"].mean for group in report.groups]
    widths = [bar.width / auc.ideal_x for bar in auc.bars]
    assert widths == pytest.approx([mean / 0.5 for mean in means], abs=0.001)
    assert max(*[bar.width for bar in auc.bars], auc.ideal_x) == 100
    assert auc.real_x == auc.bars[-1].width


def test_histograms_share_their_scale() -> None:
    chart = similarity_chart(compared())

    assert chart is not None
    assert max(bar.height for panel in chart.panels for bar in panel.bars) == chart.height - 1
    assert all(bar.y + bar.height == chart.height - 1 for p in chart.panels for bar in p.bars)
