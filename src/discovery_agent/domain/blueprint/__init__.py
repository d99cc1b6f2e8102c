"""The blueprint: a versioned document of claims that cite findings, with epics, backlog, choices to approve, and the plan."""
