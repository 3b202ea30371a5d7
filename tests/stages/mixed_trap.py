"""A study over the same files as `trap_project`, in which features of provenance meet each other.

Lags of what was filled under indices that are clipped, deflated stocks by head in economic distances,
instruments that are clipped year by year, standard scores of what reads clipped values, thresholds on them.
"""

from __future__ import annotations

from tests.stages.trap_project import HEAD

STUDY = f"study: trap\ntitle: Where features meet\n{HEAD}"
STUDY += """\
variables:
  output: {expression: "log(deflate(gdp, agriculture_output_index, base=2014) / population)"}
  roads_each: {expression: "lag(roads, 1) / population", winsorize: {share: 0.08}}
  trade_share: {expression: goods_trade / gdp, winsorize: {share: 0.1, by: period, quantile: stata}}
  scored: {expression: "standardize(log(lag(roads_each, 1)) + trade_share)"}
  real_spend: {expression: "deflate(fiscal_expenditure, agriculture_output_index, base=2013)"}
  capital: {expression: "accumulate(real_spend, depreciation=0.1, growth=0.05)"}
  capital_each: {expression: "log(capital / lag(population, 1))"}
  power_each: {expression: log(energy_consumption / population)}
  gap_to: {expression: "power_each - of_region(power_each, 310000)"}
  sea_roads: {expression: "log(roads_each) * is_group(coast, sea) + max(trade_share, lag(trade_share, 1))"}
  grown: {expression: "growth(energy_consumption) * is_period(2014, 2016, 2019, 2020, 2021)"}
  rich: {expression: "lag(capital_each, 2) - at(capital_each, 2012)"}
  people: {expression: "log(population)"}
  tfp: {series: agricultural_tfp, winsorize: {share: 0.05, quantile: stata}}
  money:
    expression: "rural_disposable_income / (deflate(rural_consumption, agriculture_output_index, base=2018))"
indices:
  living:
    title: Living
    method: entropy
    winsorize: {share: 0.06}
    dimensions:
      home:
        - {indicator: roads_lag, expression: "lag(roads, 2) / population"}
        - {indicator: power, expression: "energy_consumption / lag(population, 1)", direction: negative}
      money:
        - {indicator: spent, expression: "capital_each + 0 * people"}
        - {indicator: traded, expression: "lag(trade_share, 1)", winsorize: {share: 0.1}}
  yearly:
    title: Weighed anew every year
    method: entropy
    weights: by_period
    dimensions:
      all:
        - {indicator: y_trade, expression: "trade_share + 1"}
        - {indicator: y_roads, expression: "lag(roads_each, 1)", direction: negative}
        - {indicator: y_energy, expression: "exp(gap_to)"}
  parts:
    title: Parts
    method: principal_components
    dimensions:
      all:
        - {indicator: p_scored, expression: "scored + lag(people, 1)"}
        - {indicator: p_trade, expression: "diff(log(goods_trade))"}
        - {indicator: p_capital, expression: "capital_each - lag(capital_each, 1)"}
tables:
  t:
    title: Traps
    model: {outcome: output}
    columns:
      - label: lag fill winsor
        regressors: [roads_each]
        controls: [trade_share]
        sample: {first: 2014, last: 2019}
        winsorize: {share: 0.05}
      - {label: scored, regressors: [scored], sample: {within: {coast: sea}, first: 2015}}
      - label: capital
        regressors: [capital_each]
        controls: [people]
        sample: {first: 2018}
      - {label: gap, regressors: [gap_to], controls: [sea_roads], effects: [unit], sample: {last: 2018}}
      - {label: grown, regressors: [grown], controls: [rich], sample: {first: 2014}}
      - label: living
        regressors: [living]
        controls: [money]
        winsorize: {share: 0.1, by: period}
        sample: {first: 2019}
      - {label: yearly, regressors: [yearly], controls: [tfp], sample: {within: {coast: land}, first: 2020}}
      - label: parts
        outcome: parts
        regressors: [yearly]
        effects: [period]
        sample: {exclude: [上海], last: 2017}
      - label: iv
        estimator: fe_2sls
        regressors: [living]
        controls: [people]
        iv: {endogenous: [living], instruments: [rich, trade_share]}
        winsorize: {share: 0.05}
        sample: {first: 2015}
      - label: threshold
        estimator: threshold
        regressors: [money, tfp]
        threshold: {variable: scored, regime: [money], draws: 0, grid: 10}
        sample: {last: 2020}
      - label: durbin
        estimator: spatial_durbin
        regressors: [living]
        space: {weights: economic, economic_variable: capital_each}
        sample: {first: 2017}
      - label: error
        estimator: spatial_error
        regressors: [gap_to]
        controls: [scored]
        space: {weights: nested, economic_variable: roads_each, lee_yu: bias_correction}
        sample: {first: 2014, last: 2018}
      - label: lag of itself
        estimator: spatial_lag
        regressors: [trade_share]
        effects: [unit]
        space: {weights: economic, economic_variable: output}
        sample: {first: 2016}
      - label: groups
        estimator: group_difference
        regressors: [living, tfp]
        difference: {grouping: coast, groups: [sea, land], draws: 0}
        sample: {first: 2014, last: 2017}
      - label: mediated
        estimator: mediation
        regressors: [trade_share]
        mediation: {mediator: parts, draws: 0}
        sample: {last: 2016}
      - label: limited
        estimator: tobit
        tobit: {lower: 0.3}
        outcome: living
        regressors: [scored]
        effects: []
        sample: {first: 2018}
      - label: random
        estimator: re_tobit
        tobit: {lower: 0.2}
        outcome: yearly
        regressors: [money]
        controls: [grown]
        effects: [period]
        sample: {first: 2013, last: 2016}
"""
