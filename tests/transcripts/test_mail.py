"""Mails: each word is credited to the one who wrote it, and counts once."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery_agent.discovery.files_read import read_conversations
from discovery_agent.errors import TranscriptError
from discovery_agent.files.bundles import Entry
from discovery_agent.transcripts import read_transcript_bytes
from discovery_agent.transcripts.mail_quotes import name_of, take_apart
from discovery_agent.transcripts.mail_threads import Texts
from discovery_agent.transcripts.several import landed, parts_of
from tests.transcripts.mail_samples import GMAIL, OUTLOOK
from tests.transcripts.reading import read, refusal, turns

ANNA, BEN = ("Anna Berg", "anna.berg@example.org"), ("Ben Okafor", "ben@example.org")


def mail(sender: tuple[str, str], text: str, at: int, *, answers: int | None = None, subject: str = "Pilot") -> bytes:
    message = EmailMessage()
    message["From"] = f"{sender[0]} <{sender[1]}>"
    message["Date"] = f"Tue, 3 Mar 2026 {at:02}:00:00 +0000"
    message["Subject"] = subject
    message["Message-ID"] = f"<m{at}@example.org>"
    if answers is not None:
        message["In-Reply-To"] = f"<m{answers}@example.org>"
    message.set_content(text)
    return message.as_bytes()


def test_an_outlook_thread_in_one_mail_is_told_from_the_oldest_on_each_in_their_own_words() -> None:
    conversation = read(OUTLOOK, "AW Schadenmeldung.eml")
    assert turns(conversation) == [
        ("Priya Nair", "Dear Anna,"),
        ("Priya Nair", "our customers leave because claims are paid too late. We lose 400 a year."),
        ("Anna Berg", "Jonas, what can we promise Priya? I would not go below three days."),
        ("Jonas Weiss", "Hallo Anna,"),
        (
            "Jonas Weiss",
            "ein Schaden dauert heute neun Tage, davon liegt er sechs Tage unbearbeitet. Wir wollen bis Juni auf vier Tage kommen.",
        ),
        ("Jonas Weiss", "- Die Scans kommen zu spät."),
        ("Jonas Weiss", "- Das Team hat nur zwei Leute."),
    ]
    assert (conversation.title, conversation.held_on, conversation.format) == ("Schadenmeldung – Ziel", date(2026, 3, 5), "mail")


def test_a_mailbox_gives_each_thread_as_a_conversation_in_order_of_time(tmp_path: Path) -> None:
    path = tmp_path / "Pilot.mbox"
    path.write_text(GMAIL, encoding="utf-8")
    (pilot, scanner), unreadable = read_conversations([path])
    assert unreadable == []
    assert turns(pilot) == [
        ("Anna Berg", "Hi all,"),
        ("Anna Berg", "We need 200 claims for the pilot, and no fewer than that, because otherwise nobody believes the result."),
        ("Anna Berg", "From what I know, IT has them."),
        ("Ben Okafor", "We have 150 claims only. I could add the ones of December."),
        ("Ben Okafor", "Two hundred would take until May."),
        ("Ben Okafor", "Not quite, they were archived."),
        ("Cleo Marsh", "150 is enough for me."),
    ]
    assert turns(scanner) == [("Ben Okafor", "Who pays for the scanner?")]
    assert (pilot.title, pilot.held_on) == ("Pilot", date(2026, 3, 3))
    assert [one.start for one in pilot.utterances][-1] == 23 * 3600
    notes = " ".join(one.message for one in pilot.notes)
    assert "claims.pdf" in notes and "Automatic reply" in notes and "its original does not have" in notes


def test_single_mails_of_a_thread_are_read_together_whatever_their_files_are_called(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(
        mail(BEN, "Nine days.\n\nOn 3 Mar 2026 at 08:00, Anna Berg wrote:\n> How long does a claim take?", 9, answers=8)
    )
    (tmp_path / "b.eml").write_bytes(mail(ANNA, "How long does a claim take?", 8))
    (tmp_path / "c.eml").write_bytes(mail(ANNA, "Lunch?", 10, subject="Lunch"))
    conversations, unreadable = read_conversations(sorted(tmp_path.iterdir()))
    assert unreadable == []
    assert [turns(one) for one in conversations] == [
        [("Anna Berg", "How long does a claim take?"), ("Ben Okafor", "Nine days.")],
        [("Anna Berg", "Lunch?")],
    ]


def test_a_reply_that_lands_later_counts_only_its_own_words(tmp_path: Path) -> None:
    first, reply = tmp_path / "1.eml", tmp_path / "2.eml"
    first.write_bytes(mail(ANNA, "How long does a claim take?", 8))
    reply.write_bytes(
        mail(BEN, "Nine days.\n\nFrom: Anna Berg\nSent: today\nTo: Ben\nSubject: Pilot\n\nHow long does a claim take?", 9, answers=8)
    )
    data = landed(reply, reply.read_bytes(), [first, reply])
    assert turns(read_transcript_bytes(data, "2.eml")) == [("Ben Okafor", "Nine days.")]


@pytest.mark.parametrize(
    "introduction",
    [
        "On Tue, 3 Mar 2026 at 10:00, Anna Berg <anna@example.org> wrote:",
        "On 03/03/2026 10:00, Anna Berg wrote:",
        "Am 03.03.2026 um 10:00 schrieb Anna Berg:",
        "Anna Berg schrieb am 03.03.2026 um 10:00:",
        "Anna Berg <anna@example.org> schrieb am Di., 3. März 2026, 10:00:",
        "On Tuesday, March 3, 2026 at 10:00:00 AM GMT+1, Anna Berg <anna@example.org> wrote:",
        "Am Di., 3. März 2026 um 10:00 Uhr schrieb Anna Berg <\nanna@example.org>:",
        "Le mar. 3 mars 2026 à 10:00, Anna Berg <anna@example.org> a écrit :",
        "El mar, 3 mar 2026 a las 10:00, Anna Berg (<anna@example.org>) escribió:",
        "Il giorno mar 3 mar 2026 alle ore 10:00 Anna Berg <anna@example.org> ha scritto:",
        "Op di 3 mrt 2026 om 10:00 schreef Anna Berg <anna@example.org>:",
        "---------- Forwarded message ---------\nFrom: Anna Berg <anna@example.org>\nDate: Tue, 3 Mar 2026\nSubject: x\nTo: Ben",
        "-----Ursprüngliche Nachricht-----\nVon: Berg, Anna\nGesendet: Dienstag\nAn: Ben\nBetreff: x",
        "________________________________\nDe : Anna Berg <anna@example.org>\nEnvoyé : mardi 3 mars 2026 10:00\nÀ : Ben\nObjet : x",
    ],
)
@pytest.mark.parametrize("mark", ["", "> "])
def test_what_is_quoted_is_credited_to_whom_the_quotation_names_in_many_languages(introduction: str, mark: str) -> None:
    own, quoted = take_apart(f"It takes nine days.\n\n{introduction}\n\n{mark}How long does it take?\n")
    assert (own.own, own.paragraphs) == (True, ["It takes nine days."])
    below_a_header = "\n" in introduction and "schrieb" not in introduction
    # What is marked in a mail that is repeated whole is what its author quoted, and of whom nobody knows.
    assert (quoted.author, quoted.paragraphs) == (None if mark and below_a_header else "Anna Berg", ["How long does it take?"])


def test_words_known_only_from_a_quotation_are_said_to_be() -> None:
    assert "Words of Priya Nair are known only from what a mail of Jonas Weiss quotes" in " ".join(
        one.message for one in read(OUTLOOK, "a.eml").notes
    )


def test_own_words_above_a_quotation_are_not_taken_for_its_introduction() -> None:
    own, quoted = take_apart("A good plan.\nOn 3 Mar 2026 at 10:00, Anna Berg wrote:\n> Let us begin.\nYes.")
    assert own.paragraphs == ["A good plan.", "Yes."]
    assert (quoted.author, quoted.paragraphs) == ("Anna Berg", ["Let us begin."])


def test_apple_mail_names_the_author_inside_of_the_quotation() -> None:
    page = """<html><body><div>Nine days.</div><div><br><blockquote type="cite"><div>On 3 Mar 2026, at 10:00, Anna Berg
        &lt;anna@example.org&gt; wrote:</div><br><div>How long?</div></blockquote></div></body></html>"""
    head = "From: Ben <b@example.org>\nMessage-ID: <1@x>\nSubject: x\nContent-Type: text/html\n\n"
    assert turns(read(head + page, "a.eml")) == [("Anna Berg", "How long?"), ("Ben", "Nine days.")]


def test_quoted_words_without_a_name_are_credited_to_nobody() -> None:
    conversation = read(mail(BEN, "> How long does a claim take?\n\nNine days.\n\n> > And before?\n\nEight.", 9), "a.eml")
    assert turns(conversation) == [("Ben Okafor", "Nine days."), ("Ben Okafor", "Eight.")]
    assert "names nobody" in conversation.notes[0].message


def test_words_copied_without_any_mark_stay_those_of_the_first_who_wrote_them(tmp_path: Path) -> None:
    said = "We need two hundred claims for the pilot and no fewer than that."
    (tmp_path / "1.eml").write_bytes(mail(ANNA, said, 8))
    (tmp_path / "2.eml").write_bytes(mail(BEN, f"I agree with this:\n\n{said}\n\nLet us begin.", 9, answers=8))
    (conversation,), _ = read_conversations(sorted(tmp_path.iterdir()))
    assert turns(conversation) == [("Anna Berg", said), ("Ben Okafor", "I agree with this:"), ("Ben Okafor", "Let us begin.")]


def test_a_list_a_postscript_and_thanks_in_the_middle_are_kept_and_a_signature_is_not() -> None:
    text = "Thanks\nfor the numbers, they help us to plan the next quarter with the team.\n\nBest regards\nBen\n+49 30 1\n\nPS: The budget is 40,000."
    (own,) = take_apart(text)
    assert own.paragraphs == ["Thanks for the numbers, they help us to plan the next quarter with the team.", "PS: The budget is 40,000."]


@pytest.mark.parametrize("charset", ["iso-8859-1", "us-ascii", "utf-8", "x-unknown", ""])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_charset_that_is_not_true_spoils_no_letter(charset: str, encoding: str) -> None:
    kind = f"Content-Type: text/plain; charset={charset}\n" if charset else ""
    data = f"From: Anna <a@example.org>\nMessage-ID: <1@x>\nSubject: x\n{kind}\nÜber 40 % später gezahlt.\n".encode(encoding)
    assert turns(read(data, "a.eml")) == [("Anna", "Über 40 % später gezahlt.")]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ('"Berg, Anna" <a@example.org>', "Anna Berg"),
        ("Berg, Anna (Claims) <a@example.org>", "Anna Berg (Claims)"),
        ("a@example.org", "a@example.org"),
        ("'Anna Berg' via Team <team@example.org>", "Anna Berg"),
        ("", None),
    ],
)
def test_a_sender_is_called_by_the_name(written: str, name: str | None) -> None:
    assert name_of(written) == name


def test_parts_within_parts_without_end_are_no_trouble() -> None:
    head = "From: Anna <a@example.org>\nMessage-ID: <1@x>\nSubject: x\nMIME-Version: 1.0\n"
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{at}\n\n--b{at}\n" for at in range(1200))
    error = refusal(head + deep + "Content-Type: text/plain\n\nHello there.\n", "deep.eml")
    assert error.what == "No person wrote anything in this mail."


def test_hundreds_of_mails_are_told_apart_thread_by_thread() -> None:
    box = b"".join(
        b"From x Tue Mar  3 10:00:00 2026\n"
        + mail(ANNA, f"Point {at}.", at % 24, subject=f"Matter {at % 50}").replace(b"<m", f"<m{at}.".encode())
        for at in range(200)
    )
    parts = list(parts_of(io.BytesIO(box), largest=10**7) or ())
    assert len(parts) == 200  # of one subject, and none answers another
    assert all(isinstance(one, Entry) for one in parts) and parts[0].path == "Matter 0.mbox"


def test_a_mail_in_outlooks_own_form_is_refused_with_what_to_do() -> None:
    assert "eml" in (refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.msg").remedy or "")


_LINES = ("> x", ">> y", "On 3 Mar 2026, A wrote:", "-----Original Message-----", "From: A <a@b.c>", "Sent: x", "To: y", "Subject: z", "-- ",
          "Best regards", "--X", "--X--", "Content-Type: text/html", "Content-Transfer-Encoding: base64", "<blockquote>", "</p>", "", "\u00fc", "word")  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(_LINES) | st.text(max_size=10), max_size=15), st.sampled_from(["text/plain", "text/html", "multipart/mixed; boundary=X", "message/rfc822", "x"]))  # fmt: skip
def test_whatever_is_in_a_mail_it_raises_nothing_but_our_errors(lines: list[str], kind: str) -> None:
    body = "\n".join(lines)
    data = f"From: Anna <a@example.org>\nMessage-ID: <1@x>\nSubject: x\nContent-Type: {kind}\n\n{body}\n".encode("utf-8", "replace")
    with suppress(TranscriptError):
        conversation = read_transcript_bytes(data, "a.eml")
        assert [one.index for one in conversation.utterances] == list(range(len(conversation.utterances)))
    for one in parts_of(io.BytesIO(b"From x Tue Mar  3 10:00:00 2026\n" + data), largest=10**7) or ():
        assert isinstance(one, Entry)


_WORDS = st.lists(
    st.sampled_from("claim pilot nine days budget scanner team letter until June we need promise".split()), min_size=9, max_size=14
)
_STYLES = ("marked", "header", "dashes")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(_WORDS, st.sampled_from(_STYLES)), min_size=2, max_size=5), st.integers(0, 31))
def test_in_a_thread_however_it_quotes_each_paragraph_is_its_authors_and_counts_once(said: list[tuple[list[str], str]], kept: int) -> None:
    """Anna and Ben answer each other, each mail with all before below it. Whichever mails are missing, nobody gets another's words."""
    texts = [f"{' '.join(words)} number {at}." for at, (words, _) in enumerate(said)]
    authors = [(ANNA, BEN)[at % 2] for at in range(len(said))]
    bodies: list[str] = []
    for at, (text, (_, style)) in enumerate(zip(texts, said, strict=True)):
        below = ""
        if at:
            name, address = authors[at - 1]
            if style == "marked":
                below = f"\n\nOn 3 Mar 2026 at 10:00, {name} <{address}> wrote:\n" + "\n".join(
                    f"> {line}" for line in bodies[-1].split("\n")
                )
            else:
                dashes = "-----Original Message-----\n" if style == "dashes" else ""
                below = f"\n\n{dashes}From: {name} <{address}>\nSent: Tuesday, 3 March 2026 10:00\nTo: x\nSubject: Pilot\n\n{bodies[-1]}"
        bodies.append(text + below)
    mails = [mail(authors[at], body, at + 1, answers=at or None) for at, body in enumerate(bodies)]
    left = [one for at, one in enumerate(mails) if kept >> at & 1 or at == len(mails) - 1]
    box = b"".join(b"From x Tue Mar  3 10:00:00 2026\n" + one for one in left)
    conversation = read_transcript_bytes(box, "a.mbox")
    assert sorted(turns(conversation)) == sorted((author[0], text) for author, text in zip(authors, texts, strict=True))


def test_answers_written_between_the_lines_of_a_quotation_leave_all_of_it_to_its_author_in_order() -> None:
    text = (
        "On Wed, Mar 4, 2026 at 5:12 PM Anna Berg <anna.berg@example.org> wrote:\n\n> How many invoices come in a month?\n\n"
        "About 4,200, and 900 of them are handwritten.\n\n> And who approves them?\n\nThe team lead does, up to 5,000 euros.\n"
    )
    assert turns(read(mail(BEN, text, 9), "answers.eml")) == [
        ("Anna Berg", "How many invoices come in a month?"),
        ("Anna Berg", "And who approves them?"),
        ("Ben Okafor", "About 4,200, and 900 of them are handwritten."),
        ("Ben Okafor", "The team lead does, up to 5,000 euros."),
    ]


@pytest.mark.parametrize("tag", ["[BO]", "[Ben]", "[Ben Okafor:]"])
def test_an_answer_that_is_marked_by_the_senders_name_within_an_outlook_quotation_is_the_senders(tag: str) -> None:
    text = (
        "See my answers inline.\n\nFrom: Anna Berg <anna.berg@example.org>\nSent: Wednesday, March 4, 2026 5:12 PM\nTo: Ben Okafor\n"
        f"Subject: Pilot\n\n1. How many invoices come in a month?\n{tag} About 4,200, and 900\nof them are handwritten.\n\n2. [Urgent] Who approves?\n"
    )
    assert turns(read(mail(BEN, text, 9), "answers.eml")) == [
        ("Anna Berg", "1. How many invoices come in a month?"),
        ("Anna Berg", "2. [Urgent] Who approves?"),
        ("Ben Okafor", "See my answers inline."),
        ("Ben Okafor", "About 4,200, and 900 of them are handwritten."),
    ]


def test_an_address_that_gmail_broke_before_its_bracket_still_introduces_a_quotation() -> None:
    text = (
        "Klingt gut.\n\nAm Mi., 4. März 2026 um 17:12 Uhr schrieb Anna Berg <\nanna.berg@example.org>:\n\n> Sollen wir 900 nehmen?\n>\n"
        "> Am Di., 3. März 2026 um 17:12 Uhr schrieb Ben Okafor <ben@example.org\n> >:\n>\n>> Wir haben 4.200 im Monat.\n"
    )
    assert turns(read(mail(("Cy Adler", "cy@example.org"), text, 9), "wrapped.eml")) == [
        ("Ben Okafor", "Wir haben 4.200 im Monat."),
        ("Anna Berg", "Sollen wir 900 nehmen?"),
        ("Cy Adler", "Klingt gut."),
    ]


def test_what_programs_add_below_is_nobodys_and_what_is_said_after_thanks_is_kept() -> None:
    invitation = "We agree the scope.\n\n____________________\nMicrosoft Teams Need help?\nJoin the meeting now\nMeeting ID: 312 456\nPasscode: xY7\n"
    assert [one.paragraphs for one in take_apart(invitation)] == [["We agree the scope."]]
    footer = "We agree.\n\n____________________________\nClaims mailing list -- claims@example.org\nTo unsubscribe send a mail to claims-leave@example.org\n"
    assert [one.paragraphs for one in take_apart(footer)] == [["We agree."]]
    late = "Thanks\n\nBen\n\nBy the way the audit is on 12 May and needs 3 days\n"
    assert take_apart(late)[0].paragraphs[-1] == "By the way the audit is on 12 May and needs 3 days"
    assert [one.paragraphs for one in take_apart("Yes.\n\nSent with Proton Mail secure email.\n")] == [["Yes."]]


@pytest.mark.parametrize(
    "head",
    [
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nSubject: Delivery Status Notification (Failure)",
        "From: Ben <ben@example.org>\nReturn-Path: <>\nSubject: Pilot",
        "From: Ben <ben@example.org>\nSubject: Automatische Antwort: Pilot",
    ],
)
def test_a_bounce_or_an_absence_note_without_a_header_that_says_so_is_nobodys_words(head: str) -> None:
    assert "No person wrote" in refusal(f"{head}\nMessage-ID: <b@x>\n\nI am away, or this could not be delivered.\n", "b.eml").what


def test_a_mail_whose_parts_are_marked_otherwise_than_its_header_says_is_read() -> None:
    head = 'From: Ben <ben@example.org>\nSubject: x\nMessage-ID: <b@x>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="zz"\n\n'
    body = "--yy\nContent-Type: text/plain; charset=utf-8\n\nA claim takes nine days.\n--yy--\n"
    assert turns(read(head + body, "broken.eml")) == [("Ben", "A claim takes nine days.")]


@given(st.lists(st.text("abc", max_size=60), max_size=4), st.text("abc", max_size=40), st.integers(0, 3), st.data())
def test_a_stretch_is_found_in_texts_wherever_it_stands(texts: list[str], key: str, left_out: int, data: st.DataObject) -> None:
    if texts and data.draw(st.booleans()):  # by chance it stands in none
        text = data.draw(st.sampled_from(texts))
        begin = data.draw(st.integers(0, len(text)))
        key = text[begin : data.draw(st.integers(begin, len(text)))]
    written = Texts()
    for text in texts:
        written.add(text)
    assert written.hold(key) == any(key in text for text in texts)
    assert written.hold(key, but=left_out) == any(key in text for at, text in enumerate(texts) if at != left_out)
