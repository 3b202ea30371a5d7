"""Make tests/estimators/linear/reference/wild_bootstrap.json: p-values of wildboottest, all changes tried.

The panel is that of make_two_way_fe.py, with a dummy for every unit and period; clusters are its six sectors.
The package counts statistics larger than the sample's; the sample and its mirror image are as large, so that
two of 64 changes are not counted, and are told apart here by rounding alone.

    python tests/reference/make_wild_bootstrap.py

needs numpy, pandas and wildboottest; made with numpy 2.4.6, wildboottest 0.3.2.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
from wildboottest.wildboottest import WildboottestCL

FOLDER = Path(__file__).parents[1] / "estimators" / "linear" / "reference"
NAMES = ["x1", "x2", "x3"]


def main() -> None:
    frame = pd.read_csv(FOLDER / "two_way_fe.csv")
    frame = frame[frame.groupby("unit")["unit"].transform("size") > 1]
    unit = pd.get_dummies(frame["unit"], dtype=float).to_numpy()
    year = pd.get_dummies(frame["year"], dtype=float).to_numpy()[:, 1:]
    x = np.column_stack([frame[NAMES].to_numpy(), unit, year])
    sector = frame["sector"].astype("category").cat.codes.to_numpy()
    found = {}
    for j, name in enumerate(NAMES):
        test = WildboottestCL(
            X=x,
            Y=frame["y"].to_numpy(),
            cluster=sector,
            R=np.eye(x.shape[1])[j],
            B=99999,
            parallel=False,
        )
        test.get_scores(bootstrap_type="11", impose_null=True)
        test.get_weights(weights_type="rademacher")
        test.get_numer()
        test.get_denom()
        test.get_tboot()
        test.get_vcov()
        test.get_tstat()
        drawn, own = np.abs(np.ravel(test.t_boot)), abs(float(np.ravel(test.t_stat)[0]))
        found[name] = {
            "draws": len(drawn),
            "larger": int((drawn > own * (1 + 1e-9)).sum()),
            "as_large": int((np.abs(drawn / own - 1) <= 1e-9).sum()),
        }
    text = json.dumps(found, indent=2) + "\n"
    (FOLDER / "wild_bootstrap.json").write_text(text, encoding="utf-8")


main()
