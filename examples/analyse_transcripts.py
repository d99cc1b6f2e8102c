"""From transcripts to goals, verdicts and a report in files. Without a language model configured, the rules analyst reads."""

from discovery_agent import analyze, write_report
from discovery_agent.settings import data_folder

transcripts = data_folder("samples") / "osterby-home-care"  # a folder of yours: files, folders and globs can be mixed
analysis = analyze(transcripts)

for goal in analysis.goal_tree.business_goals:
    print(f"Goal: {goal.statement}")
for goal in analysis.decisions.goals if analysis.decisions else ():
    solution = goal.necessity.solution
    print(f"{goal.statement}: {solution.label if solution else 'open'} ({goal.necessity.certainty.value})")
for finding in analysis.findings[:3]:
    quote = finding.quotes[0]
    print(f"{finding.statement}\n  {quote.speaker}: “{quote.text}”")

print(f"Report: {write_report(analysis, 'discovery-report').html}")
