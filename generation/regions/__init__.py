"""Where a classifier fails, in sentences made from counts alone.

`features` (what can be seen on a text's surface) → `findings` (what errors have in common).
No word of a judged text ever enters a sentence: they go to a language model, the test set never.
"""
