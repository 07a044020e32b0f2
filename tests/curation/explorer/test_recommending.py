from curation.explorer.curves import RAW
from curation.explorer.scoring import measure
from tests.curation.explorer.made import made_pool, made_test


def test_where_agreement_says_nothing_about_the_label_nothing_is_recommended() -> None:
    advice = [measure(made_pool(n=120, seed=seed, distance=1.5)).recommendation
              for seed in range(20)]  # fmt: skip

    assert sum(one.helps for one in advice) <= 2
    assert all(one.sentence.startswith("No threshold helps") for one in advice if not one.helps)


def test_where_disputed_examples_are_mislabelled_dropping_them_is_recommended() -> None:
    pool = made_pool(n=400, noise=0.9)

    advice = measure(pool, made_test(n=600)).recommendation

    assert advice.helps
    assert advice.agreement == RAW
    assert advice.against_all is not None
    assert advice.against_all.low > 0
    assert "more than keeping everything" in advice.sentence
    assert "chosen on the test texts" in advice.sentence


def test_a_recommended_share_leaves_out_most_of_the_mislabelled() -> None:
    pool = made_pool(n=400, noise=0.9)

    advice = measure(pool, made_test(n=600)).recommendation

    assert advice.value is not None
    assert advice.kind == "global" or advice.value < 0.8
