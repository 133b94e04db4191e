"""Asking again for a job that failed, and cancelling one."""

from __future__ import annotations

from django.db import transaction

from kernklant.engine.errors import Text, UserError
from kernklant.web.base import jobs
from kernklant.web.base.log import record
from kernklant.web.base.models import Job, Member

NOT_FAILED = Text("Deze taak is niet mislukt.", "This job did not fail.")
LOOK_AGAIN = Text("Laad de pagina opnieuw; er is niets veranderd.", "Reload; nothing was changed.")


@transaction.atomic
def retry_job(*, by: Member, job: Job) -> None:
    """Let a failed job wait anew, as it was asked."""
    if not jobs.ask_again(job):
        raise UserError(NOT_FAILED, LOOK_AGAIN)
    record("job.retried", by=by, about=_about(job))


@transaction.atomic
def cancel_job(*, by: Member, job: Job) -> None:
    """Stop a job: at once when nobody works on it, else within two seconds."""
    jobs.ask_to_cancel(job)
    record("job.cancelled", by=by, about=_about(job))


def _about(job: Job) -> str:
    return f"{job._meta.model_name}:{job.pk}"
