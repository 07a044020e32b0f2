"""Words for numbers: never without their n, never more sure than they are."""

from __future__ import annotations

from curation.datasets.sources import SourceError, describe_source

NO_BREAK = "\u00a0"  # between a number and what belongs to it
ALPHA = 0.05  # p below which a difference is called one

SOURCES = {
    "synthetic": "Synthetic, all",
    "curated": "Curated, global γ",
    "random_same_size": "Random subset, same size",
    "curated_within_label": "Curated within label",
    "random_within_label": "Random subset, same label counts",
    "real": "Real",
}

REASONS = {
    "few_votes": "too few votes",
    "mismatch": "not the intended label",
    "below_threshold": "below γ",
    "below_share": "outside the most agreed share",
    "by_hand": "set aside by hand",
    "balanced": "left out to balance the labels",
}


def count(number: int) -> str:
    """
    >>> count(2900)
    '2,900'
    """
    return f"{number:,}"


def plural(number: int, one: str, many: str = "") -> str:
    """
    >>> plural(1, "vote"), plural(2900, "vote"), plural(2, "entry", "entries")
    ('1 vote', '2,900 votes', '2 entries')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def left_out_words(texts: int) -> str:
    """
    >>> left_out_words(2)
    'Left out, as test texts say the same: 2 judged texts.'
    """
    return f"Left out, as test texts say the same: {plural(texts, 'judged text')}."


def share(part: int, whole: int) -> str:
    r"""A percentage with what it is of.

    >>> share(131, 298), share(0, 0)
    ('44\xa0% (131 of 298)', '0 of 0')
    """
    if not whole:
        return f"{part:,} of {whole:,}"
    return f"{100 * part / whole:.0f}{NO_BREAK}% ({part:,} of {whole:,})"


def decimal(number: float | None, digits: int = 3) -> str:
    """
    >>> decimal(0.41349), decimal(None), decimal(-0.0312)
    ('0.413', 'undefined', '−0.031')
    """
    if number is None:
        return "undefined"
    return f"{number:.{digits}f}".replace("-", "−")


def signed(number: float) -> str:
    """
    >>> signed(0.015), signed(-0.015), signed(-0.0001)
    ('+0.015', '−0.015', '0.000')
    """
    written = f"{number:+.3f}".replace("-", "−")
    return written if float(written[1:]) else written[1:]


def spread(mean: float, std: float, seeds: int) -> str:
    """
    >>> spread(0.5931, 0.0052, 3)
    '0.593 ± 0.005 (3 seeds)'
    """
    if seeds == 1:
        return f"{mean:.3f} (1 seed)"  # one run has no spread
    return f"{mean:.3f} ± {std:.3f} ({plural(seeds, 'seed')})"


def between(low: float | None, high: float | None) -> str:
    r"""
    >>> between(-0.012, 0.034), between(None, None)
    ('−0.012\xa0to\xa00.034', 'no interval')
    """
    if low is None or high is None:
        return "no interval"
    return f"{decimal(low)}{NO_BREAK}to{NO_BREAK}{decimal(high)}"


def duration(seconds: float) -> str:
    """
    >>> duration(0.4), duration(41.2), duration(125), duration(7260)
    ('under a second', '41 seconds', '2 minutes 5 seconds', '2 hours 1 minute')
    """
    whole = round(seconds)
    if whole < 1:
        return "under a second"
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        parts = [(hours, "hour"), (minutes, "minute")]
    else:
        parts = [(minutes, "minute"), (rest, "second")]
    return " ".join(plural(n, unit) for n, unit in parts if n)


def roughly(seconds: float) -> str:
    """A span of time that nobody knows to the second.

    >>> roughly(4), roughly(42), roughly(370), roughly(9000)
    ('a few seconds', '40 seconds', '6 minutes', '2.5 hours')
    """
    if seconds < 10:
        return "a few seconds"
    if seconds < 90:
        return plural(round(seconds / 10) * 10, "second")
    if seconds < 5400:
        return plural(round(seconds / 60), "minute")
    return f"{seconds / 3600:.1f} hours"


def time_left(seconds: float) -> str:
    """
    >>> time_left(4), time_left(370)
    ('a few seconds left', 'about 6 minutes left')
    """
    words = roughly(seconds)
    return f"{words} left" if words.startswith("a ") else f"about {words} left"


def listed(parts: list[str]) -> str:
    """
    >>> listed(["one"]), listed(["one", "two", "three"])
    ('one', 'one, two and three')
    """
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)


def reason(code: str) -> str:
    """
    >>> reason("few_votes"), reason("too_short")
    ('too few votes', 'too short')
    """
    return REASONS.get(code, code.replace("_", " "))


def source_title(key: str) -> str:
    """
    >>> source_title("curated"), source_title("version:2"), source_title("random:2")
    ('Curated, global γ', 'Version 2', 'Random subset of version 2’s size')
    >>> source_title("real@100+method:few_shot")
    '100 of the real training texts, and the synthetic texts by few-shot'
    """
    kind, _, number = key.partition(":")
    if number.isdecimal() and kind in {"version", "random"}:
        whole = f"Version {number}"
        return whole if kind == "version" else f"Random subset of version {number}’s size"
    if key in SOURCES:
        return SOURCES[key]
    try:
        words = describe_source(key)
    except SourceError:
        return key.replace("_", " ")
    return words[:1].upper() + words[1:]


def source_role(key: str) -> str:
    """How a source is drawn: what curation chose, what chance chose, or neither.

    >>> source_role("curated_within_label"), source_role("random:2"), source_role("real")
    ('curated', 'random', 'plain')
    """
    if key.startswith(("curated", "version", "agreed", "share")):
        return "curated"
    return "random" if key.startswith("random") else "plain"


def comparison(
    first: str,
    second: str,
    *,
    difference: float,
    low: float | None,
    high: float | None,
    seeds: int,
    p: float | None = None,
    p_holm: float | None = None,
) -> str:
    """A paired difference of macro-F1 in a sentence that claims no more than its test.

    Summaries of before hold intervals alone, which claim then.

    >>> comparison("curated", "real", difference=0.01, low=-0.02, high=0.04, seeds=3, p=0.4)[:67]
    'Curated, global γ against real: no difference can be seen at 3 seed'
    >>> said = comparison("curated", "real", difference=0.01, low=None, high=None, seeds=1)
    >>> said.partition(": ")[2]
    'macro-F1 0.010 higher at 1 seed; whether that is chance takes 3 seeds.'
    """
    other = lower_first(source_title(second)).replace("random subset of", "a random subset of")
    pair = f"{source_title(first)} against {other}"
    size = f"macro-F1 {abs(difference):.3f} {'higher' if difference >= 0 else 'lower'}"
    at = f"at {plural(seeds, 'seed')}"
    if low is None or high is None:
        return f"{pair}: {size} {at}; whether that is chance takes 3 seeds."
    corrected = p if p_holm is None else p_holm
    tested = f"95 % interval {between(low, high)}{_tested(p, corrected)}"
    if low <= 0 <= high:
        return f"{pair}: no difference can be seen {at} ({size}, {tested})."
    if corrected is not None and corrected >= ALPHA:
        return f"{pair}: {size} {at}, but not among all that is compared here ({tested})."
    return f"{pair}: {size} {at} ({tested})."


def _tested(p: float | None, corrected: float | None) -> str:
    if p is None or corrected is None:
        return ""
    return f"; {p_words(p)}" + (f", corrected {p_value(corrected)}" if corrected != p else "")


def p_value(p: float) -> str:
    """
    >>> p_value(0.0123), p_value(0.00004)
    ('0.012', 'below 0.001')
    """
    return "below 0.001" if p < 0.001 else f"{p:.3f}"


def p_words(p: float) -> str:
    """
    >>> p_words(0.0123), p_words(0.00004)
    ('p = 0.012', 'p < 0.001')
    """
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
