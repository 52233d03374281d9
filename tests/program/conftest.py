"""Every backend, as a parameter of the tests that ask for `backend`."""

from __future__ import annotations

import pytest

from autograd.program.backends import BACKENDS, is_installed


@pytest.fixture(params=sorted(BACKENDS))
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if not is_installed(name):
        pytest.skip(f"{name} is not installed")
    return name
