"""People of the company that uses Kernklant, and what they did."""

from kernklant.web.base.models.jobs import Job
from kernklant.web.base.models.log import LogEntry
from kernklant.web.base.models.people import Deputy, Member, Role, Team
from kernklant.web.base.models.replies import Reply
from kernklant.web.base.models.settings import Beat, Setting
from kernklant.web.base.models.tokens import Token
from kernklant.web.base.models.webhooks import Delivery, Webhook

__all__ = [
    "Beat",
    "Delivery",
    "Deputy",
    "Job",
    "LogEntry",
    "Member",
    "Reply",
    "Role",
    "Setting",
    "Team",
    "Token",
    "Webhook",
]
