"""Backups: one zip file with every row in a portable form and every file that cannot be made again.

`manifest.json` comes last: names, sizes and SHA-256 of all parts, so an archive without it is torn.
"""
