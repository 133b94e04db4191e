"""What the company sets."""

from __future__ import annotations

from django.db import transaction

from kernklant.web.base.log import record
from kernklant.web.base.models import Member, Setting
from kernklant.web.base.settings_of import Company, company


@transaction.atomic
def change_settings(*, by: Member, wanted: Company) -> list[str]:
    """Keep what differs from what was set; the keys that changed."""
    before, after = company().as_rows(), wanted.as_rows()
    changed = [key for key, value in after.items() if before[key] != value]
    for key in changed:
        Setting.objects.update_or_create(key=key, defaults={"value": after[key]})
        record("setting.changed", by=by, about=f"setting:{key}", before=before[key], now=after[key])
    return changed
