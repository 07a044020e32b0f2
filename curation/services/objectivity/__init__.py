"""Which of two tasks is more objective? Comparisons between projects, asked of people.

By stage: `studies` → `answering` (the page; `links` lets people in, `cards` is what they see),
`remote` (Label Studio) or `importing` (a file) → `ranking`, with `measured` agreement beside it.
"""
