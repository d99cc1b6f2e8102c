"""The library to be awaited: `from discovery_agent.aio import analyze`.

    analysis = await analyze("samples/halden-spare-parts")
    async with interview(person="Ingrid Halden", role="sponsor") as talk:
        await talk.answer("Returns take nine days, and customers leave us over it.")

The functions are those of `discovery_agent`, with the same arguments and results.
"""

from discovery_agent.library import Reply, Transcript, export, write_report
from discovery_agent.library.calls import analyze, assess, draft
from discovery_agent.library.interviewing import Interview, interview

__all__ = ["Interview", "Reply", "Transcript", "analyze", "assess", "draft", "export", "interview", "write_report"]
