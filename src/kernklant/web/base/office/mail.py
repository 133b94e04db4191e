"""The mail that invites somebody."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation

from kernklant.engine.errors import Text
from kernklant.web.base.models import Member
from kernklant.web.base.settings_of import company
from kernklant.web.base.words import said

log = logging.getLogger("kernklant.mail")
SUBJECT = Text("U bent uitgenodigd voor Kernklant", "You are invited to Kernklant")
BODY = Text(
    "{by} nodigt u uit voor Kernklant{company}.\n\n"
    "Kies met deze link een wachtwoord. Hij werkt één keer, en zeven dagen lang:\n{link}\n\n"
    "Verwachtte u dit niet? Dan hoeft u niets te doen.\n",
    "{by} invites you to Kernklant{company}.\n\n"
    "Choose a password with this link. It works once, for seven days:\n{link}\n\n"
    "Did you not expect this? Then you need not do anything.\n",
)


def mails() -> bool:
    """Whether mail leaves this machine; without a server it becomes files in the home."""
    return not str(settings.EMAIL_BACKEND).endswith("filebased.EmailBackend")


def address_of_invitation(secret: str) -> str:
    """The link, at the address of the settings whatever the Host header said."""
    return f"{settings.ORIGIN.geturl()}{reverse('join', kwargs={'secret': secret})}"


def send_invitation(*, by: Member, member: Member, link: str) -> bool:
    """Mail it, in the language of who is invited; False when the mail server refused."""
    with translation.override(member.language):
        name = company().name
        of = said(Text(" bij {name}", " at {name}"), name=name) if name else ""
        body = said(BODY, by=by.name, company=of, link=link)
        mail = EmailMessage(said(SUBJECT), body, to=[member.email])
    try:
        return bool(mail.send())
    except OSError as error:  # what smtplib raises, and what the network does
        log.warning("an invitation was not sent: %s", type(error).__name__)
        return False
