"""Downloads the publishers' files that passports name. `fetch_sources` is the one entry point."""

from cyp_analysis.fetch.limits import Limits
from cyp_analysis.fetch.plan import Plan, plans
from cyp_analysis.fetch.problems import FetchError
from cyp_analysis.fetch.run import Job, Outcome, fetch_sources, planned, summary
from cyp_analysis.fetch.transport import Transport

__all__ = [
    "FetchError",
    "Job",
    "Limits",
    "Outcome",
    "Plan",
    "Transport",
    "fetch_sources",
    "planned",
    "plans",
    "summary",
]
