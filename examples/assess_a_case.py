"""Does this case need AI? The simplest solution that suffices, what the others lack, and what would change the verdict."""

from discovery_agent import assess

case = assess(
    "Two clerks type the same twelve fields from the order form into the ERP, three hundred times a day. "
    "The rules are on one page and have no exceptions. The boss wants a chatbot."
)
verdict = case.necessity
print("AI needed:", verdict.ai_needed, "-", verdict.solution.label if verdict.solution else "open", f"({verdict.certainty.value})")
for rung in verdict.ladder:
    for condition in rung.lacking:
        print(f"  {rung.label}: {condition.lacks}")
for pivotal in verdict.pivotal:
    print("  Ask:", pivotal.question)
