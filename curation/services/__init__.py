"""What can be done with a project. Every write to the hub's tables happens in here.

By stage: `projects` → `examples` → `rounds` (push, pull, answer) or `votes` (import)
→ `agreement` → `datasets` (curate) → `exports`.
"""
