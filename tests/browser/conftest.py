"""A service with answers of every kind, and a browser for its pages."""

from __future__ import annotations

import pytest
from tests.fakes_answers import RichService
from tests.serving import serving

from coi_qa.server import create_app
from coi_qa.web.pages import Operator


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """Where the service answers; it is fast, having no model."""
    service = RichService(tmp_path_factory.mktemp("rich"))
    operator = Operator("Urząd Próbny", "dostepnosc@example.org")
    app = create_app(service, operator=operator)
    with serving(app) as at:
        yield at


@pytest.fixture
def opened(chromium, address):
    """Open a page of the service; what it asks for and complains of is kept."""
    contexts = []

    def run(path="/", **settings):
        context = chromium.new_context(
            base_url=address, **({"locale": "pl-PL"} | settings)
        )
        context.set_default_timeout(60_000)
        contexts.append(context)
        tab = context.new_page()
        tab.requested, tab.complaints = [], []
        tab.on("request", lambda request: tab.requested.append(request.url))
        tab.on("console", lambda message: tab.complaints.append(message.text))
        tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.goto(path)
        return tab

    yield run
    for context in contexts:
        context.close()
