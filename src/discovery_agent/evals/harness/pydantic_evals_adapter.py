"""Lets pydantic-evals run the cases of a batch. Nothing else in the harness knows it.

What it is not left to do: a case that raises drops out of its averages (it goes to `report.failures`), so outcomes are made before it
sees them; and its report holds every input and output at once, so it is given names and scores only, a batch at a time. The names are
also all that a tracing tool could get to see, if somebody has installed and configured one: without that, its spans go nowhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from discovery_agent.errors import HarnessError

Scores = Mapping[str, float]


async def run_batch(title: str, names: Sequence[str], run: Callable[[str], Awaitable[Scores]], *, at_once: int) -> dict[str, Scores]:
    """Run each name, so many at once; the scores by name, in the order of the names.

    `run` deals with what goes wrong in a case itself.

    Raises:
        HarnessError: `run` raised, which no case may make it do; or a name got lost.
    """
    from pydantic_evals import Case, Dataset
    from pydantic_evals.evaluators import Evaluator, EvaluatorContext

    class AsScored(Evaluator[str, Scores, None]):
        """The scores that the suite gave."""

        def evaluate(self, ctx: EvaluatorContext[str, Scores, None]) -> dict[str, float]:
            return dict(ctx.output)

    dataset = Dataset[str, Scores, None](name=title, cases=[Case(name=name, inputs=name) for name in names], evaluators=[AsScored()])
    report = await dataset.evaluate(run, task_name=title, max_concurrency=at_once, progress=False)
    failed = [f"{one.name}: {one.error_message}" for one in report.failures]
    failed += [f"{one.name}: {bad.error_message}" for one in report.cases for bad in one.evaluator_failures]
    found = {one.name: {name: float(result.value) for name, result in one.scores.items()} for one in report.cases}
    failed += [f"{name}: nothing came back" for name in names if name not in found and not failed]
    if failed:
        raise HarnessError(f"The harness itself failed on {len(failed)} of {len(names)} cases. The first: {failed[0]}", where=title)
    return {name: found[name] for name in names}
