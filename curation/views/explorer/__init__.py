"""The threshold explorer: move γ or a share, and see at once what it does."""

from curation.views.explorer.pages import (
    explorer_margin,
    explorer_measure,
    explorer_numbers,
    explorer_page,
)

__all__ = ["explorer_margin", "explorer_measure", "explorer_numbers", "explorer_page"]
