"""What gunicorn runs."""

import atexit
import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kernklant.web.project.settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - the pages are read before the first visitor comes
gc.freeze()  # what is loaded stays: the collector need not walk through it with every page
atexit.register(gc.unfreeze)  # what is left of DuckDB at the end is otherwise called a leak, aloud
