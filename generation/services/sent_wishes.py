"""A wish for texts as somebody sends it, who may not name every address and file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generation.providers import ADDRESSED
from generation.services.showing.looking import checked_address, file_in_home


def checked_wish(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The wish as a job keeps it; whether it can be meant is asked of `checked_plan`.

    Args:
        sent: as `generation.services.wishes.read_wish`; None counts as not said. `recordings` is
            a path in the data folder.

    Raises:
        BadInput: a file or an address that may not be named.
    """
    wish = {name: value for name, value in sent.items() if value not in (None, "", {}, [])}
    if wish.get("provider") in ADDRESSED:
        wish["base_url"] = checked_address(wish.get("base_url", ""))
        wish.pop("recordings", None)
    else:
        wish["recordings"] = str(file_in_home(str(wish.get("recordings", ""))))
        wish.pop("base_url", None)
    return wish
