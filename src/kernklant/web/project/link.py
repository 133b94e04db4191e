"""A link that signs a member in once: ``kernklant link EMAIL`` starts this."""

from __future__ import annotations

import sys


def main(email: str) -> int:
    """Print the link; 8 when there is no such member."""
    from django.conf import settings
    from django.urls import reverse

    import kernklant.web.project.ready  # noqa: F401 - models can be imported after it only
    from kernklant.web.base.actions import issue_sign_in_link
    from kernklant.web.base.models import Member

    member = Member.objects.filter(email__iexact=email, is_active=True).first()
    if member is None:
        print(f"Er is geen lid {email} / there is no member {email}.", file=sys.stderr)
        return 8
    path = reverse("sign_in_by_link", kwargs={"secret": issue_sign_in_link(member=member)})
    print(f"{settings.ORIGIN.geturl()}{path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
