"""From a conversation to a draft of the blueprint, exported as Markdown for executives and as JSON. Nobody has signed a draft."""

from datetime import date
from pathlib import Path

from discovery_agent import Transcript, analyze, draft, export

MEETING = """\
Ada Berg: We want claims paid within five days by the end of June; today it takes nine days.
Ben Olsen: Half of that is typing: we copy twelve fields from the form into the system by fixed rules, three hundred times a day.
Ada Berg: I answer for the number, and we read it from the weekly report.
"""

analysis = analyze(Transcript(MEETING, title="Claims"))
blueprint = draft(analysis, start=date(2027, 1, 11), organisation="Northwind")
print(blueprint.title, "-", blueprint.course.label)
for epic in blueprint.epics:
    print("Epic:", epic.title)
for format in ("markdown", "json"):
    file = export(blueprint, format, audience="executive")
    Path(file.name).write_bytes(file.data)
    print("Written:", file.name)
