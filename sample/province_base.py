"""Where the sample's provinces start: rough sizes, and who leads in what.

Sizes are round numbers of the right magnitude for 2012, so that maps and shares look familiar;
they are nobody's statistics. What happens over time is made in `province`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sample.paths import Floats
from sample.shapes import Shape

FIRST, LAST = 2012, 2022


class Start(NamedTuple):
    """One province in 2012: GDP 亿元, population 万人, urban share, land 平方公里, rank in NQPF."""

    gdp: float
    population: float
    urban: float
    land: float
    rank: int


STARTS: dict[str, Start] = {
    "110000": Start(18000, 2100, 0.86, 16400, 4),
    "120000": Start(9000, 1400, 0.81, 11900, 12),
    "130000": Start(23000, 7300, 0.47, 188000, 14),
    "140000": Start(11700, 3500, 0.51, 157000, 20),
    "150000": Start(10500, 2460, 0.58, 1183000, 23),
    "210000": Start(17800, 4370, 0.66, 148000, 15),
    "220000": Start(8700, 2700, 0.54, 187000, 22),
    "230000": Start(11000, 3720, 0.57, 473000, 24),
    "310000": Start(21300, 2400, 0.89, 6300, 5),
    "320000": Start(53700, 8120, 0.63, 107000, 2),
    "330000": Start(34400, 5700, 0.63, 105000, 3),
    "340000": Start(18300, 5980, 0.46, 140000, 10),
    "350000": Start(20200, 3840, 0.60, 124000, 8),
    "360000": Start(12800, 4480, 0.47, 167000, 17),
    "370000": Start(42900, 9700, 0.52, 158000, 6),
    "410000": Start(28900, 9530, 0.42, 167000, 11),
    "420000": Start(22600, 5780, 0.54, 186000, 9),
    "430000": Start(21200, 6590, 0.46, 212000, 13),
    "440000": Start(57000, 11000, 0.67, 180000, 1),
    "450000": Start(11300, 4690, 0.43, 238000, 19),
    "460000": Start(2800, 910, 0.51, 35000, 27),
    "500000": Start(11600, 2970, 0.57, 82400, 16),
    "510000": Start(23900, 8080, 0.43, 486000, 7),
    "520000": Start(6700, 3590, 0.36, 176000, 21),
    "530000": Start(11100, 4630, 0.39, 394000, 25),
    "540000": Start(710, 310, 0.23, 1228000, 31),
    "610000": Start(14100, 3790, 0.50, 206000, 18),
    "620000": Start(5400, 2550, 0.38, 426000, 28),
    "630000": Start(1500, 570, 0.47, 722000, 30),
    "640000": Start(2100, 660, 0.51, 66400, 29),
    "650000": Start(7400, 2250, 0.44, 1665000, 26),
}
MUNICIPALITIES = ("110000", "120000", "310000", "500000")

REVITALIZATION = (
    Shape("machinery_power_per_capita", "machinery_power", 0.4, 4.6, 2),
    Shape("grain_output_per_capita", "grain_output", 60, 3900, 2),
    Shape("agricultural_labour_productivity", "agriculture_output_gross", 14000, 118000, 2),
    Shape("agro_processing", "agro_processing_revenue", 300, 26000, 2),
    Shape("fertilizer_intensity", "fertilizer_use", 120, 640, 3),
    Shape("pesticide_intensity", "pesticide_use", 0.9, 24, 5),
    Shape("sanitary_toilets", "rural_sanitary_toilet_rate", 42, 99.8, 2),
    Shape("village_greening", "village_green_coverage", 8, 36, 2),
    Shape("rural_education_spending", "rural_education_consumption", 5, 16, 1),
    Shape("teachers_with_degree", "rural_teachers_with_degree", 28, 93, 2),
    Shape("rural_broadband", "rural_broadband_users", 4, 118, 3),
    Shape("culture_stations", "township_culture_stations", 0.25, 3.4, 0),
    Shape("combined_village_heads", "combined_village_head_rate", 12, 99, 2),
    Shape("planned_villages", "planned_village_rate", 24, 97, 2),
    Shape("renovated_villages", "renovated_village_rate", 9, 92, 2),
    Shape("rural_income", "rural_disposable_income", 5200, 39800, 1),
    Shape("engel_coefficient", "rural_food_consumption", 26, 54, 1),
    Shape("family_cars", "rural_family_cars", 2, 72, 2),
    Shape("tap_water", "rural_tap_water_rate", 46, 99.6, 2),
    Shape("health_staff", "rural_health_staff", 1.8, 10.6, 2),
)

NQPF = (
    Shape("patents", "patents_granted", 120, 720000, 0),
    Shape("high_tech_revenue", "high_tech_revenue", 6, 46000, 2),
    Shape("industrial_rd_expenditure", "industrial_rd_expenditure", 2400, 29000000, 1),
    Shape("industrial_labour_productivity", "industrial_enterprise_revenue", 74, 330, 2),
    Shape("industrial_rd_personnel", "industrial_rd_personnel", 90, 690000, 0),
    Shape("robot_density", "robot_density", 0.6, 330, 2),
    Shape("energy_intensity", "energy_consumption", 0.52, 0.98, 2),
    Shape("fossil_energy_intensity", "fossil_energy_consumption", 0.06, 0.5, 2),
    Shape("water_intensity", "industrial_water_use", 4, 62, 4),
    Shape("waste_utilization", "solid_waste_utilized", 38, 98, 2),
    Shape("waste_water_intensity", "industrial_waste_water", 0.8, 6.4, 1),
    Shape("sulphur_dioxide_intensity", "industrial_sulphur_dioxide", 2, 66, 0),
    Shape("integrated_circuits", "integrated_circuit_output", 0, 980, 1),
    Shape("telecom_per_capita", "telecom_services", 640, 9800, 3),
    Shape("broadband_ports_per_head", "broadband_ports", 0.16, 1.7, 2),
    Shape("software_business", "software_revenue", 0.4, 21000, 0),
    Shape("optical_cable_density", "optical_cable_length", 0.004, 0.9, 0),
    Shape("e_commerce_sales", "e_commerce_sales", 8, 41000, 1),
)


def ranks() -> Floats:
    """(31, 1) from 0 for the last to 1 for the first."""
    return np.array([[(31 - start.rank) / 30] for start in STARTS.values()])
