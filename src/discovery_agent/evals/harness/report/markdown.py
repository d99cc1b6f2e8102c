"""The comparison for a pull request: the ruling, what decided it, the cases to look at, what it cost. Short enough to be read."""

from __future__ import annotations

from collections.abc import Iterator

from discovery_agent.discovery.report.markdown import markdown_text
from discovery_agent.discovery.report.wording import plural
from discovery_agent.evals.harness.comparison import ArmSummary, Comparison, Ruling, SuiteComparison
from discovery_agent.evals.harness.metrics import Metric
from discovery_agent.evals.harness.outcomes import Spent
from discovery_agent.evals.harness.report.case_view import NotePair, case_views
from discovery_agent.evals.harness.report.wording import (
    CUT,
    arm_words,
    chance,
    figure,
    headline,
    is_cut,
    money,
    needed_words,
    shown_ends,
    shown_gain_ends,
    signed,
    units_words,
)

_WORST = 3
_SIGNS = {Ruling.NOT_WORSE: "✅", Ruling.REGRESSION: "❌", Ruling.INCONCLUSIVE: "❔", None: "ℹ️"}


def render_markdown(comparison: Comparison) -> str:
    """The whole text. Nothing that somebody said can become markup."""
    text = markdown_text
    lines = [f"## {_SIGNS[comparison.ruling]} {text(headline(comparison))}", ""]
    lines += [f"- {text(reason)}" for reason in comparison.reasons[:6]]
    if len(comparison.reasons) > 6:
        lines.append(f"- and {plural(len(comparison.reasons) - 6, 'more reason')} in the report")
    lines += ["", *(_decided(comparison) if comparison.base and comparison.head else _means(comparison)), ""]
    if any(map(is_cut, comparison.suites)):
        lines += [f"<sub>{CUT}</sub>", ""]
    lines += [*_worst(comparison), *_errors(comparison), *_arms(comparison), *_cost(comparison)]
    lines.append(
        f"<sub>{text(comparison.split)} cases, {plural(comparison.repeats, 'repeat')}, seed {comparison.seed}; "
        f"Discovery Agent {text(comparison.program)}. Details are in report.html.</sub>"
    )
    return "\n".join(lines) + "\n"


def _decided(comparison: Comparison) -> Iterator[str]:
    rules = any(one.arm.name == "rules" for suite in comparison.suites for one in suite.arms)
    yield f"| what decides | {'rules | ' if rules else ''}base | head | gain (95 % interval) | margin | p, Holm | least detectable | ruling |"
    yield f"|---|{'---|' if rules else ''}---|---|---|---|---|---|---|"
    for suite in comparison.suites:
        means = {one.arm.name: one.means for one in suite.arms}
        for one in suite.differences:
            if one.ruling is None:
                continue
            metric = suite.table.metric(one.metric)
            plain = means.get("rules", {}).get(one.metric)
            more = needed_words(one, suite.table.unit)
            low, high = shown_gain_ends(metric, one)
            cells = [
                f"{markdown_text(suite.table.title)}: {markdown_text(metric.title)} ({markdown_text(units_words(suite))})",
                *([("–" if plain is None else figure(plain))] if rules else []),
                figure(one.base),
                figure(one.head),
                f"**{signed(one.gain)}** ({signed(low)} to {signed(high)})",
                figure(metric.margin or 0.0),
                chance(one.p_holm).replace("<", "\\<"),
                "–" if one.least_detectable is None else figure(one.least_detectable),
                f"{one.ruling.value}{': ' + markdown_text(more) if more else ''}",
            ]
            yield f"| {' | '.join(cells)} |"


def _means(comparison: Comparison) -> Iterator[str]:
    names = list(dict.fromkeys(one.arm.name for suite in comparison.suites for one in suite.arms))
    yield f"| metric | {' | '.join(markdown_text(name) for name in names)} |"
    yield f"|---|{'---|' * len(names)}"
    for suite in comparison.suites:
        by_arm = {one.arm.name: one for one in suite.arms}
        for metric in suite.table.primary:
            cells = [_mean(by_arm[name], metric) if name in by_arm else "–" for name in names]
            yield f"| {markdown_text(suite.table.title)}: {markdown_text(metric.title)} | {' | '.join(cells)} |"


def _mean(one: ArmSummary, metric: Metric) -> str:
    if metric.name not in one.means:
        return "–"
    mean, found = figure(one.means[metric.name]), one.intervals.get(metric.name)
    ends = shown_ends(metric, found) if found else None
    return f"{mean} ({figure(ends[0])} to {figure(ends[1])})" if ends else mean


def _worst(comparison: Comparison) -> Iterator[str]:
    """The cases on which head lost most, over all suites."""
    losses = [(case, suite) for suite in comparison.suites for case in case_views(suite) if case.direction == "worse"]
    losses.sort(key=lambda pair: pair[0].gain)
    if not losses:
        return
    yield f"**Largest losses** ({plural(len(losses), 'case')} worse)"
    yield ""
    for case, suite in losses[:_WORST]:
        moved = "; ".join(f"{markdown_text(one.title)} {one.base} → {one.head}" for one in case.primary if one.gain < 0)
        said = f" First difference: {_difference(case.differing[0])}" if case.differing else ""
        yield f"- {markdown_text(suite.table.title)}, {markdown_text(case.id)}: {moved}.{said}"
    yield ""


def _difference(pair: NotePair) -> str:
    note = pair.base or pair.head
    kinds = " → ".join(one.kind if one else "nothing" for one in (pair.base, pair.head))
    return f"{markdown_text(kinds)}, {markdown_text(_cut(note.text))}" if note else ""


def _cut(text: str, most: int = 140) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _errors(comparison: Comparison) -> Iterator[str]:
    failed = [(suite, one) for suite in comparison.suites for one in suite.arms if one.errors]
    if not failed:
        return
    counts = ", ".join(
        f"{markdown_text(suite.table.title)}, {markdown_text(one.arm.name)}: {one.errors} of {one.runs}" for suite, one in failed
    )
    yield f"**Errors** (each counts as the worst score): {counts}"
    yield ""


def _arms(comparison: Comparison) -> Iterator[str]:
    arms = {one.arm.name: one.arm for suite in comparison.suites for one in suite.arms}
    for arm in arms.values():
        label = f". {markdown_text(arm.label)}" if arm.label else ""
        yield f"- **{markdown_text(arm.name)}**: {markdown_text(arm_words(arm))}{label}"
    if arms:
        yield ""


def _cost(comparison: Comparison) -> Iterator[str]:
    billed, replayed = _sum(comparison.suites, "billed"), _sum(comparison.suites, "replayed")
    told = [
        f"{name} {plural(spent.calls, 'call')}, {spent.input_tokens + spent.output_tokens:,} tokens, {money(spent)}"
        for name, spent in (("billed", billed), ("replayed", replayed))
        if spent.calls
    ]
    yield f"Cost: {'; '.join(told) if told else 'no model was called'}."
    yield ""


def _sum(suites: tuple[SuiteComparison, ...], kind: str) -> Spent:
    total = Spent()
    for suite in suites:
        for one in suite.arms:
            total += one.billed if kind == "billed" else one.replayed
    return total
