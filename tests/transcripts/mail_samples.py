"""Threads of mail as programs write them: Outlook in German and English, Gmail, and a box in which they lie together."""

from __future__ import annotations

OUTLOOK = """\
Received: from mail.example.org by mx.example.org; Thu, 5 Mar 2026 08:12:09 +0100
From: "Weiss, Jonas" <jonas.weiss@example.org>
To: "Berg, Anna" <anna.berg@example.org>
Date: Thu, 5 Mar 2026 08:12:04 +0100
Subject: =?utf-8?q?AW=3A_Schadenmeldung_=E2=80=93_Ziel?=
Message-ID: <o3@example.org>
In-Reply-To: <o2@example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: 8bit

Hallo Anna,

ein Schaden dauert heute neun Tage, davon liegt er sechs Tage unbearbeitet.
Wir wollen bis Juni auf vier Tage kommen.

- Die Scans kommen zu spät.
- Das Team hat nur zwei Leute.

Mit freundlichen Grüßen
Jonas Weiss
Leiter IT

Tel. +49 30 123456

Diese E-Mail enthält vertrauliche Informationen und ist nur für den Empfänger bestimmt.
Sollten Sie nicht der richtige Adressat sein, löschen Sie sie bitte.

Von: Berg, Anna <anna.berg@example.org>
Gesendet: Mittwoch, 4. März 2026 17:40
An: Weiss, Jonas <jonas.weiss@example.org>
Betreff: WG: Claims – target

Jonas, what can we promise Priya? I would not go below three days.

Best regards,
Anna Berg
Head of Claims

-----Original Message-----
From: Priya Nair [mailto:priya.nair@partner.example]
Sent: Wednesday, 4 March 2026 15:02
To: Berg, Anna
Cc: Weiss, Jonas
Subject: Claims – target

Dear Anna,

our customers leave because claims are paid too late. We lose 400 a year.

Kind regards
Priya

This e-mail is confidential and intended only for the addressee.
"""

GMAIL = """\
From 1@xxx Tue Mar 03 09:00:00 +0000 2026
From: Anna Berg <anna.berg@example.org>
Date: Tue, 3 Mar 2026 10:00:00 +0100
Subject: Pilot
Message-ID: <g1@example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Hi all,

We need 200 claims for the pilot, and no fewer than that, because otherwise
nobody believes the result.

>From what I know, IT has them.

Thanks,
Anna

From 2@xxx Tue Mar 03 11:30:00 +0000 2026
From: Ben Okafor <ben@example.org>
Date: Tue, 3 Mar 2026 12:30:00 +0100
Subject: Re: Pilot
Message-ID: <g2@example.org>
References: <g1@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=X

--X
Content-Type: multipart/alternative; boundary=Y

--Y
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

We have 150 claims only. I could add the ones of December.

On Tue, 3 Mar 2026 at 10:00, Anna Berg <anna.berg@example.org>
wrote:

> We need 200 claims for the pilot, and no fewer than that, because otherwise
> nobody believes the result.

Two hundred would take until May.

> From what I know, IT has them.

Not quite=2C they were archived.

--=20
Ben Okafor | Operations
--Y
Content-Type: text/html; charset=utf-8

<div>We have 150 claims only.</div>
--Y--
--X
Content-Type: application/pdf
Content-Disposition: attachment; filename="claims.pdf"
Content-Transfer-Encoding: base64

JVBERi0=
--X--

From 3@xxx Tue Mar 03 12:00:00 +0000 2026
From: Mail System <postmaster@example.org>
Date: Tue, 3 Mar 2026 12:45:00 +0100
Subject: Automatic reply: Pilot
Message-ID: <g3@example.org>
In-Reply-To: <g2@example.org>
Auto-Submitted: auto-replied

I am away until Monday.

From 4@xxx Wed Mar 04 08:00:00 +0000 2026
From: Cleo Marsh <cleo@example.org>
Date: Wed, 4 Mar 2026 09:00:00 +0100
Subject: RE: Pilot
Message-ID: <g4@example.org>
References: <g1@example.org> <g2@example.org>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><head><style>p {color: red}</style></head><body><p>150 is enough for me.</p><p>Cheers<br>Cleo</p>
<div class="gmail_quote"><div class="gmail_attr">Am Di., 3. M&auml;rz 2026 um 12:30 Uhr schrieb Ben Okafor &lt;ben@example.org&gt;:<br></div>
<blockquote><p>We have 150 claims only. I could add the ones of December.</p><p>I never wrote this.</p></blockquote></div></body></html>

From 5@xxx Wed Mar 04 10:00:00 +0000 2026
From: Ben Okafor <ben@example.org>
Date: Wed, 4 Mar 2026 11:00:00 +0100
Subject: Scanner
Message-ID: <s1@example.org>

Who pays for the scanner?
"""
