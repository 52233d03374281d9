"""How hypothesis runs here: no deadlines, since machines differ; the same examples every time where CI is set."""

import os

from hypothesis import settings

settings.register_profile("gatewise", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("gatewise")
