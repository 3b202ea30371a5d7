"""Where the sample's districts and counties start, and how their indicators are printed.

Sizes are round numbers of the right magnitude for 2021; they are nobody's statistics.
"""

from __future__ import annotations

from typing import NamedTuple

from sample.shapes import Shape

FIRST, LAST = 2021, 2023


class Start(NamedTuple):
    """One unit in 2021: GDP 亿元, population 万人, urban share, in the metropolitan area."""

    gdp: float
    population: float
    urban: float
    metropolitan: bool


STARTS: dict[str, Start] = {
    "500101": Start(1090, 156.5, 0.70, False),
    "500102": Start(1400, 111.6, 0.73, True),
    "500103": Start(1520, 58.9, 0.96, True),
    "500104": Start(290, 42.4, 0.95, True),
    "500105": Start(1510, 92.9, 0.96, True),
    "500106": Start(1060, 147.9, 0.95, True),
    "500107": Start(1740, 153.0, 0.93, True),
    "500108": Start(880, 120.0, 0.95, True),
    "500109": Start(690, 83.7, 0.88, True),
    "500110": Start(750, 101.1, 0.66, True),
    "500111": Start(800, 83.5, 0.62, True),
    "500112": Start(2240, 220.0, 0.88, True),
    "500113": Start(960, 118.3, 0.83, True),
    "500114": Start(270, 48.9, 0.60, False),
    "500115": Start(870, 69.2, 0.71, True),
    "500116": Start(1260, 136.0, 0.61, True),
    "500117": Start(970, 124.5, 0.62, True),
    "500118": Start(1140, 114.9, 0.71, True),
    "500119": Start(410, 57.3, 0.62, True),
    "500120": Start(860, 75.8, 0.68, True),
    "500151": Start(700, 68.6, 0.62, True),
    "500152": Start(530, 68.8, 0.55, True),
    "500153": Start(810, 66.9, 0.62, True),
    "500154": Start(600, 120.3, 0.51, False),
    "500155": Start(550, 64.5, 0.49, False),
    "500156": Start(260, 35.7, 0.47, False),
    "500229": Start(60, 19.8, 0.40, False),
    "500230": Start(370, 55.7, 0.50, False),
    "500231": Start(500, 65.1, 0.51, False),
    "500233": Start(490, 72.1, 0.48, False),
    "500235": Start(530, 92.9, 0.48, False),
    "500236": Start(370, 74.5, 0.47, False),
    "500237": Start(210, 46.3, 0.43, False),
    "500238": Start(120, 38.9, 0.40, False),
    "500240": Start(190, 38.9, 0.57, False),
    "500241": Start(340, 49.6, 0.47, False),
    "500242": Start(230, 60.7, 0.42, False),
    "500243": Start(270, 53.1, 0.42, False),
}
# Two units that no page of 1984 lists: the instrument leaves 36 × 3 = 108 observations.
WITHOUT_TELEPHONES = ("500114", "500156")

GOVERNANCE = (
    Shape("education_spending", "rural_education_expenditure", 1250, 4680, 0),
    Shape("health_spending", "rural_health_expenditure", 420, 1960, 0),
    Shape("social_security_spending", "rural_social_security_expenditure", 610, 2870, 0),
    Shape("satisfaction", "villager_satisfaction", 58, 97, 2),
    Shape("online_services", "online_service_items", 52, 99.6, 0),
    Shape("handling_time", "average_handling_time", 0.8, 14.5, 3),
    Shape("petitions", "petition_cases", 3, 58, 0),
    Shape("mediation_success", "disputes_settled", 71, 99.4, 0),
    Shape("turnout", "voters_voting", 63, 97.5, 0),
    Shape("council_meetings_per_village", "council_meetings", 2, 19, 0),
)
INFO = (
    Shape("update_frequency", "disclosure_updates", 310, 9400, 0),
    Shape("clicks", "disclosure_clicks", 4, 296, 3),
)
SYNERGY = (
    Shape("social_organization_projects", "social_organization_projects", 20, 2650, 0),
    Shape("enterprise_investment", "enterprise_governance_investment", 140, 38600, 1),
)
