"""Any number of transcripts in one run: streamed, kept as they are finished, and resumed where a run was cut off.

`running` reads, `journal` keeps, `keys` tells what is the same, `material` holds what all conversations together need.
"""
