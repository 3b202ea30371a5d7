"""What the papers print, and which of it the sample carries."""

from __future__ import annotations

TABLE_3_1: dict[str, tuple[float, float, float]] = {
    "county_digital_agriculture_level": (42.5, 48.3, 55.1),
    "agricultural_science_contribution": (61.0, 62.5, 64.2),
    "rural_internet_penetration": (59.8, 64.3, 68.5),
    "digital_governance_coverage": (75.2, 86.4, 95.8),
    "new_professional_farmers": (12.5, 15.3, 18.6),
    "rural_income_estimate": (18100, 19313, 20820),
}
