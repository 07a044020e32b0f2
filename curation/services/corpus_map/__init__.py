"""The map of a project's texts: drawn by a job, kept in a file, coloured by what is known now.

drawn = draw_map(project)                     # minutes; a job's work
found = find_map(project)                     # what was drawn last; None: nothing yet
codes_of(project, "agreement", found.keys)    # one byte for each point, into legend_of(…)
"""

from curation.services.corpus_map.colours import COLOURINGS, Shade, codes_of, legend_of
from curation.services.corpus_map.drawing import draw_map
from curation.services.corpus_map.finding import CorpusMap, Group, MapFacts, facts_of, find_map

__all__ = [
    "COLOURINGS",
    "CorpusMap",
    "Group",
    "MapFacts",
    "Shade",
    "codes_of",
    "draw_map",
    "facts_of",
    "find_map",
    "legend_of",
]
