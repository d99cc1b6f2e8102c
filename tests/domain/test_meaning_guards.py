"""Cuts that keep the meaning are allowed, cuts that turn it round are not."""

from __future__ import annotations

import pytest

from discovery_agent.domain.conversation import Conversation, Utterance
from discovery_agent.domain.findings import ProposedQuote, Quote
from discovery_agent.domain.grounding import Rejection, ground

# (what was said, what is quoted)
KEEPS_ITS_MEANING = [
    ("We don't have a system for that, so we type everything by hand.", "we type everything by hand"),
    ("I'm not sure about the tool, but we need faster quotes.", "we need faster quotes"),
    ("It never worked; customers call us twice.", "customers call us twice"),
    ("We can't hire, and then the backlog grows every week.", "the backlog grows every week"),
    ("Not only do agents retype orders, they also correct them.", "they also correct them"),
    ("There's no doubt we lose money on returns.", "we lose money on returns"),
    ("Why not use the data we already have?", "use the data we already have?"),
    ("We don't know why customers leave after the first month.", "customers leave after the first month"),
    ("No, we measure it by calls per hour.", "we measure it by calls per hour"),
    ("No we measure it by calls per hour.", "we measure it by calls per hour"),
    ("If nobody answers, the case is closed after five days.", "the case is closed after five days"),
    ("When the scanner doesn't work, people type the number.", "people type the number"),
    ("Because we have no interface, staff copy data.", "staff copy data"),
    ("We have no interface because the vendor went away.", "the vendor went away"),
    ("I don't mind the tool, it's the waiting that hurts.", "it's the waiting that hurts"),
    ("Don't get me wrong, the team works hard.", "the team works hard"),
    ("Don't forget that audits happen every quarter.", "audits happen every quarter"),
    ("I can't wait to get rid of the spreadsheets.", "get rid of the spreadsheets"),
    ("We don't just want speed, we want fewer errors.", "we want fewer errors"),
    ("The goal is to answer within two hours, not two days.", "The goal is to answer within two hours"),
    ("The claims team handles 300 cases a week.", "300 cases a week"),
    ("The claims team handles 300 cases a week.", "handles 300 cases"),
    ("So basically we want to cut onboarding to three days.", "we want to cut onboarding to three days"),
    ("I think we should start with the invoices.", "we should start with the invoices"),
    ("What hurts most is the manual matching.", "the manual matching"),
    ("Our baseline is 9.5 minutes per call.", "9.5 minutes per call"),
    ("We want to go from nine days to four.", "from nine days to four"),
    ("The auditors need the log, whether we like it or not.", "whether we like it"),
    ("People leave because the tool is slow, don't they?", "the tool is slow"),
    ("We pay $1.5 million to the vendor each year.", "$1.5 million to the vendor"),
    ("Churn rose by 12% last year.", "rose by 12% last year"),
    ("It takes two to three weeks to onboard a client.", "two to three weeks"),
    ("Compliance requires that each decision is explained.", "each decision is explained"),
    ("Dr. Meyer owns the patient records.", "Dr Meyer owns the patient records"),
    ("As I said, nothing is broken; however, reports come late.", "reports come late"),
    ("Nobody complained, but response times doubled.", "response times doubled"),
    ("We aren't slow although the process has eleven steps.", "the process has eleven steps"),
    ("It isn't perfect. We retrain it monthly.", "We retrain it monthly"),
    ("Yes, we keep ten years of history.", "we keep ten years of history"),
    ("Honestly, the forecasts are wrong half the time.", "the forecasts are wrong half the time"),
    ("We want self-service for our dealers by June.", "self-service for our dealers"),
    ("Without a doubt, the handover is the bottleneck.", "the handover is the bottleneck"),
    ("Never mind, the target is 95 percent.", "the target is 95 percent"),
    ("Is it slow? It takes six minutes.", "It takes six minutes"),
    ("I don't know, ten percent of calls are lost.", "ten percent of calls are lost"),
    ("The tool can't do it, which is why people use Excel.", "people use Excel"),
    ("We want it by May, not June.", "We want it by May"),
    ("The budget is 20k and not a cent more.", "The budget is 20k"),
    ("Right now it takes nine days, doesn't it?", "it takes nine days"),
]
TURNS_IT_ROUND = [
    ("We do not believe the model helps us.", "the model helps us"),
    ("I wouldn't say that customers are happy.", "customers are happy"),
    ("Nobody has told me that we need a chatbot.", "we need a chatbot"),
    ("There is no budget for training this year.", "budget for training this year"),
    ("We have hardly any data from before May.", "any data from before May"),
    ("It's unlikely that sales will double.", "sales will double"),
    ("We avoid sending data abroad.", "sending data abroad"),
    ("The board isn't convinced that the plan works.", "the plan works"),
    ("We failed to meet the deadline.", "meet the deadline"),
    ("It is a myth that older staff resist the tool.", "older staff resist the tool"),
    ("We are far from hitting the target.", "hitting the target"),
    ("No one said the data is clean.", "the data is clean"),
    ("Neither sales nor support wants a new tool.", "support wants a new tool"),
    ("We don't want, if possible, a new vendor.", "a new vendor"),
    ("I don't think the team is ready and the data is complete.", "the data is complete"),
    ("We can not export the records.", "export the records"),
    ("We cannot export the records.", "export the records"),
    ("We aren't going to replace anyone.", "going to replace anyone"),
    ("We can, sadly, not measure it.", "We can"),
    ("We have absolutely no time.", "We have absolutely"),
    ("The model is ready, just kidding.", "The model is ready"),
    ("We need AI. Not!", "We need AI"),
    ("The data is clean, which is not true.", "The data is clean"),
    ("That the data is clean is a myth.", "the data is clean"),
    ("We'd pay for that, or maybe not.", "We'd pay for that"),
    ("Sales will double, I don't think so.", "Sales will double"),
    ("Do you think we need a chatbot for claims?", "we need a chatbot"),
    ("Are customers happy with us?", "customers happy with us"),
    ("So do we lose customers because of it?", "we lose customers"),
    ("You want a chatbot?", "You want a chatbot"),
    ("It takes ninety five minutes.", "five minutes"),
    ("It takes two and a half hours.", "It takes two"),
    ("We pay 5 euros a case.", "We pay 5"),
    ("It costs 1 200 000 a year.", "200 000 a year"),
    ("It fell by minus five points.", "five points"),
    ("We spent 3½ days.", "We spent 3"),
    ("We're not, as far as I know, profitable.", "profitable"),
    ("We will never, ever share data.", "share data"),
    ("It costs 10 k€.", "It costs 10"),
    ("There won't be a new tool, a new team or a new budget.", "a new budget"),
    ("Is it true that sales fell?", "sales fell"),
]  # fmt: skip


def quote(said: str, quoted: str) -> Quote | Rejection:
    conversation = Conversation(
        id="c",
        title="t",
        source="s",
        format="f",
        utterances=(Utterance(index=0, speaker="Ann", text=said),),
    )
    return ground(ProposedQuote(utterance_id="u0", text=quoted), conversation)


@pytest.mark.parametrize(("said", "quoted"), KEEPS_ITS_MEANING)
def test_a_cut_that_keeps_the_meaning_grounds(said: str, quoted: str) -> None:
    result = quote(said, quoted)
    assert isinstance(result, Quote), result
    assert said[result.start : result.end] == result.text


@pytest.mark.parametrize(("said", "quoted"), TURNS_IT_ROUND)
def test_a_cut_that_turns_the_meaning_round_is_rejected(said: str, quoted: str) -> None:
    assert isinstance(quote(said, quoted), Rejection)
