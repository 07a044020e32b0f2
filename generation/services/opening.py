"""Taking a run up where its rows say it is."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max, Q

from curation.models import Label
from generation.models import Call, Draft, GenerationRun
from generation.models.calls import UNLABELLED
from generation.prompting.conversation import Turn
from generation.prompting.paraphrase import shown_texts
from generation.prompting.parse import ParsedText
from generation.scheduling.shares import equal_shares
from generation.screening.screen import SURPLUS
from generation.services.books import Book
from generation.services.desk import Desk
from generation.services.materials import Stock
from generation.services.planned import Planned, Talk
from generation.services.storing import Batch

GOOD = Q(drafts__reason__in=["", SURPLUS, UNLABELLED])
NO_LIMIT = 2**31


def open_books(desk: Desk, stock: Stock, *, patience: int, top_up: float) -> list[Book]:
    """One book per label as its calls and drafts stand; shares of the target are equal.

    Args:
        desk: of a run that has just been taken up.
        stock: what its calls draw from.
        patience: calls of a label in a row that may give nothing.
        top_up: most writing calls of a label, in multiples of what it takes if all texts pass.
    """
    _write_off_lost_calls(desk)
    labels = list(desk.run.project.labels.order_by("position"))
    quotas = equal_shares(desk.run.target, n_labels=len(labels))
    books = []
    for label, quota in zip(labels, quotas, strict=True):
        needed = math.ceil(quota / desk.asked.options.n_texts)
        book = Book(
            desk=desk,
            label=label,
            stock=stock,
            quota=quota,
            patience=patience,
            most_calls=NO_LIMIT if desk.replays else math.ceil(needed * top_up) + patience,
            cells=stock.cells,
        )
        _fill(book)
        _take_surplus(desk, book)
        books.append(book)
    return books


@transaction.atomic
def _write_off_lost_calls(desk: Desk) -> None:
    """Calls that were on their way when their process was killed.

    A replay is free and is asked again, and so is a call whose answer the provider can find.
    Anything else may have been paid for, so it counts as spent and is not asked again; one that an
    earlier answer was to serve had not been sent at all.
    """
    desk.take_hold()
    desk.read_counts()
    sent = Call.objects.filter(run=desk.run, status=Call.Status.SENT)
    if desk.replays:
        sent.delete()
        return
    sent.filter(cached=True).delete()
    if desk.resumes:
        sent = sent.filter(kind=Call.Kind.LABEL)  # made of other texts next time
    if cost := sent.write_off():
        desk.count(spent=cost, doubtful=cost)
        desk.budget.spent += cost


def _fill(book: Book) -> None:
    """Count what the label has, and find the conversations that may go on."""
    calls = Call.objects.filter(run=book.desk.run, label=book.label)
    writing = calls.writing()
    drafts = Draft.objects.filter(call__in=writing)
    reasons = Counter(dict(drafts.order_by("reason").values_list("reason").annotate(n=Count("pk"))))
    book.accepted = reasons[""]
    book.drafts = reasons.total()
    book.good = reasons[""] + reasons[SURPLUS] + reasons[UNLABELLED]
    book.n_calls = writing.count()
    book.next_talk = _next_number(writing)
    book.next_labelling = _next_number(calls.filter(kind=Call.Kind.LABEL))
    waiting = drafts.filter(reason=UNLABELLED).order_by("pk")
    book.waiting = list(waiting.values_list("pk", "text"))
    book.desk.screen.learn((text for _, text in book.waiting), apart=False)
    book.per_cell = _per_cell(book, writing)
    book.dry = dry_calls(book.desk.run, book.label)
    book.lose_patience()
    book.unsettled = _unsettled(book, writing)
    for talk in _open_talks(book, writing):
        heapq.heappush(book.ready, (talk.number, talk))


def _next_number(calls: Any) -> int:
    newest = calls.aggregate(newest=Max("conversation"))["newest"]
    return 0 if newest is None else newest + 1


def _per_cell(book: Book, writing: Any) -> list[int]:
    if book.cells == [{}]:
        return [0]
    places = {tuple(cell.items()): place for place, cell in enumerate(book.cells)}
    counts = [0] * len(book.cells)
    rows = writing.annotate(good=Count("drafts", filter=GOOD)).values_list("cell", "good")
    for cell, good in rows.iterator():
        key = tuple((name, cell.get(name)) for name in book.cells[0])
        if key in places:
            counts[places[key]] += good
    return counts


def _open_talks(book: Book, writing: Any) -> list[Talk]:
    """Conversations whose turns were all answered and which have turns left."""
    turns = book.desk.asked.turns
    if turns == 1:
        return []
    answered = Count("pk", filter=Q(status=Call.Status.ANSWERED))
    grouped = writing.order_by("conversation").values("conversation")
    counted = grouped.annotate(n=Count("pk"), answered=answered)
    open_ones = counted.filter(n__lt=turns, n=F("answered")).values_list("conversation", flat=True)
    return [_talk(number, writing) for number in open_ones]


def _talk(number: int, writing: Any) -> Talk:
    """A conversation with its answered turns."""
    calls = writing.answered().filter(conversation=number).order_by("turn")
    return Talk(
        number=number, turns=[Turn(added=call.messages, answer=call.answer) for call in calls]
    )


def _unsettled(book: Book, writing: Any) -> list[Planned]:
    """Calls that are still on their way at the provider, with the messages they were sent with.

    Made anew they would ask something else where training rows came or went meanwhile: then the
    provider would not find them, and both would be paid for.
    """
    planned = []
    for row in writing.filter(status=Call.Status.SENT).order_by("pk"):
        talk = _talk(row.conversation, writing)
        call = book.planned(talk, row.messages, n_texts=row.n_texts, cell=row.cell)
        call.row, call.reserved, call.doubtful = row, row.reserved, row.doubtful
        planned.append(call)
    return planned


def dry_calls(run: GenerationRun, label: Label) -> int:
    """Writing calls of the label in a row, up to the newest, that gave nothing good.

    Calls from before the run last ended do not count: whoever asks again may have mended it.
    """
    calls = Call.objects.writing().filter(run=run, label=label, pk__gt=run.patience_from)
    fruitful = calls.filter(GOOD).aggregate(newest=Max("pk"))["newest"] or 0
    unknown = (Call.Status.LOST, Call.Status.SENT)
    return calls.filter(pk__gt=fruitful).exclude(status__in=unknown).count()


@transaction.atomic
def _take_surplus(desk: Desk, book: Book) -> None:
    """Turn surplus drafts of earlier calls into examples, as long as there is room for them."""
    if book.room <= 0:
        return
    desk.take_hold()
    batch = Batch()
    surplus = Draft.objects.filter(call__run=desk.run, call__label=book.label, reason=SURPLUS)
    for draft in surplus.select_related("call__label").order_by("pk"):
        if book.room <= 0:
            break
        text = ParsedText(text=draft.text)
        kin = shown_texts(draft.call.messages) if desk.asked.rewrites else ()
        draft.reason = desk.screen.verdict(text, room=book.room, label=book.label.name, kin=kin)
        if not draft.reason and desk.asked.options.label_last:
            draft.reason = UNLABELLED
            book.waiting.append((draft.pk, draft.text))
        book.accepted += not draft.reason
        book.good -= draft.reason not in ("", UNLABELLED)
        batch.changed.append(draft)
    batch.count(surplus=-len(batch.changed))
    batch.write(desk)
