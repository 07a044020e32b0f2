"""The examples of a project as a table: searched, filtered, sorted, paged by key.

wish = ExampleFilter(text="wet paint", label="joke", agreement_to=0.8, order="disputed")
page = page_of(project, wish)                      # fifty rows with their votes
page = page_of(project, wish, after=page.after)    # the next ones; "" = there are none
count_of(project, wish)                            # Count(number=312, more=False)
"""

from curation.services.examples_table.asked import NONE, ORDERS, TIE, ExampleFilter
from curation.services.examples_table.paging import MANY, Count, all_keys, count_of, keys_page
from curation.services.examples_table.rows import ExamplePage, ExampleRow, page_of, rows_of

__all__ = [
    "MANY",
    "NONE",
    "ORDERS",
    "TIE",
    "Count",
    "ExampleFilter",
    "ExamplePage",
    "ExampleRow",
    "all_keys",
    "count_of",
    "keys_page",
    "page_of",
    "rows_of",
]
