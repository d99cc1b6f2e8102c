"""An interview held by a program, here with prepared answers; what was said is then analysed."""

from discovery_agent import analyze, interview

ANSWERS = iter(
    [
        "We want returns handled in four days instead of nine by the end of June, because customers leave us over it.",
        "Last week a garage waited twelve days for its money back, because the form lay in the wrong tray.",
    ]
)

# With `data_dir="..."` it is kept, and the same call goes on with it.
with interview("Returns", person="Ingrid Halden", role="sponsor") as talk:
    for question in talk:
        print("Q:", question)
        said = next(ANSWERS, None)
        if said is None:
            talk.stop()
        else:
            print("A:", said)
            for finding in talk.answer(said).understood:
                print("   understood:", finding.statement)
    for line in talk.recap:
        print(f"{line.heading}: {line.statement}")
    talk.confirm()
    talk.finish(rating=4, release=True)

analysis = analyze(talk.conversation, title="Returns")
print([node.kpi.metric for node in analysis.goal_tree.kpis])
