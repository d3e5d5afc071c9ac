"""The door for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from finance_platform.foundation import lifeline

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finance_platform.settings")
# Each worker loads this module; `manage.py serve` asks it not to outlive the server that started it.
lifeline.end_with_parent_if_told()
application = get_wsgi_application()
