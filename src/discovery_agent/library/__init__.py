"""The Python library: what the command line does, as functions that give the objects of the JSON schemas.

    from discovery_agent import analyze, assess, draft, interview

    analysis = analyze("samples/halden-spare-parts")
    analysis.goal_tree, analysis.decisions            # in a notebook: shown as a tree, as verdicts
    assess("Copy 400 invoices a day from e-mails into the ERP.").necessity.ai_needed

These wait for their result, also in a notebook; `discovery_agent.aio` holds functions of the same names to be awaited.
Whatever goes wrong on purpose is a `DiscoveryError`. No decision is made here: all of it lies in `discovery_agent.discovery`.
"""

from discovery_agent.library.display import show_in_notebooks
from discovery_agent.library.exports import export, write_report
from discovery_agent.library.sources import Transcript
from discovery_agent.library.talking import Interview, Reply, interview
from discovery_agent.library.waiting import analyze, assess, draft

show_in_notebooks()

__all__ = ["Interview", "Reply", "Transcript", "analyze", "assess", "draft", "export", "interview", "write_report"]
