"""Clocks and the time since something last happened."""

from __future__ import annotations

from datetime import datetime, timedelta

from curation.health.findings import Finding, good, note, problem

SLIGHT, GREAT = timedelta(seconds=2), timedelta(seconds=15)
WEEK, MONTH = timedelta(days=7), timedelta(days=30)


def clocks(*, here: datetime, database: datetime, newest: datetime | None) -> Finding:
    """Whether this host's clock agrees with the database's, and with what was written before.

    Args:
        newest: the latest moment that any process has written down.
    """
    apart = abs(here - database)
    mend = "Let every host take its time from the same server (timedatectl set-ntp true)."
    if newest and newest - here > GREAT:
        return problem(
            "clock",
            f"The database knows of {newest:%Y-%m-%d %H:%M:%S %Z}, which this host's clock "
            f"({here:%Y-%m-%d %H:%M:%S}) has not reached: it was set back.",
            mend,
        )
    says = f"This host and the database are {apart.total_seconds():.1f} s apart."
    if apart > GREAT:
        return problem("clock", f"{says} Living workers are taken for dead.", mend)
    return note("clock", says, mend) if apart > SLIGHT else good("clock", says)


def last_backup(made_at: datetime | None, *, now: datetime) -> Finding:
    mend = "Run manage.py backup FOLDER, best by a timer (deploy/systemd)."
    if made_at is None:
        return note("backup", "This installation has made no backup yet.", mend)
    age = now - made_at
    says = f"The last backup is {_words(age)} old."
    if age > MONTH:
        return problem("backup", says, mend)
    return note("backup", says, mend) if age > WEEK else good("backup", says)


def _words(age: timedelta) -> str:
    """
    >>> _words(timedelta(hours=30)), _words(timedelta(minutes=5))
    ('1 day', '0 hours')
    """
    number, unit = (age.days, "day") if age.days else (int(age.total_seconds()) // 3600, "hour")
    return f"{number} {unit}{'' if number == 1 else 's'}"
