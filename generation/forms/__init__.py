"""Strings of a request → values."""

from generation.forms.lists import ListForm, WriteListForm
from generation.forms.wish import WishForm

__all__ = ["ListForm", "WishForm", "WriteListForm"]
