"""Imported first by every process that is no web server: makes the settings and models ready."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kernklant.web.project.settings")
django.setup()
