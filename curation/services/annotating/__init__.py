"""The annotation engine: who gets which task, and what becomes of the answer.

`rounds` opens a round → `joining` lets a person in → `serving` hands out tasks on leases →
`answering` stores the answer, `taking_back` takes it back → `settling` decides whether a task needs
more votes → `leases` gives abandoned tasks to others → `progress` says how far a person is.
"""
