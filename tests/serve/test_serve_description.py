"""Every address for programs does what its own description says, whatever it is asked."""

from __future__ import annotations

import datetime as dt

import pytest

schemathesis = pytest.importorskip("schemathesis")

from hypothesis import HealthCheck, Phase, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from schemathesis import GenerationMode  # noqa: E402

import searchkit  # noqa: E402
from searchkit.serve.api.endpoints import ENDPOINTS, Endpoint  # noqa: E402
from searchkit.serve.app import create_app  # noqa: E402
from searchkit.serve.rates import RateLimit  # noqa: E402

HEADERS = {"Host": "localhost"}
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)).map(str)
PERIODS = st.one_of(DAYS, DAYS.map(lambda day: day[:7]), DAYS.map(lambda day: day[:4]), st.just("去年"), st.just("7d"))

CONFIG = schemathesis.Config.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": ["400", "404", "405", "414"]}}}
)

schemathesis.openapi.format("period", PERIODS)
schemathesis.openapi.format("age", st.sampled_from(["90d", "2w", "6m", "1y"]))


@pytest.fixture(scope="module")
def described(index: searchkit.Index) -> schemathesis.schemas.BaseSchema:
    app = create_app(index, rates=RateLimit(per_second=1e9, burst=1e9))
    return schemathesis.openapi.from_asgi("/api/openapi.json", app, config=CONFIG, headers=HEADERS)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_an_address_does_what_its_description_says(
    described: schemathesis.schemas.BaseSchema, endpoint: Endpoint, mode: GenerationMode
) -> None:
    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(described[endpoint.path]["GET"].as_strategy(generation_mode=mode))
    def asked(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=HEADERS)

    asked()
