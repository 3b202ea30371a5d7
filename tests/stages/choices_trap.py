"""A study over the files of `trap_project` whose formulas compare, choose, and look at rows of others."""

from __future__ import annotations

from tests.stages.trap_project import HEAD

STUDY = f"study: trap\ntitle: What others decide\ninfluence: none\n{HEAD}"
STUDY += """\
variables:
  output: {expression: "log(gdp / population)"}
  roads_each: {expression: "lag(roads, 1) / population", winsorize: {share: 0.08}}
  trade_share: {expression: goods_trade / gdp, winsorize: {share: 0.1, by: period, quantile: stata}}
  power_each: {expression: log(energy_consumption / population)}
  tfp: {series: agricultural_tfp, winsorize: {share: 0.05, quantile: stata}}
  people: {expression: log(population)}
  is_rich: {expression: "lag(output, 1) > 2 * power_each and not roads_each < 20"}
  chosen: {expression: "if(lag(trade_share, 1) > 0.3, log(lag(roads, 2)), power_each * 2)"}
  patched: {expression: "coalesce(log(tfp - 1.1), lag(log(goods_trade), 1), people)"}
  partly: {expression: "log(roads_each) * (lag(output) > power_each) + people * (trade_share > 0.25)"}
  above: {expression: "power_each - mean(lag(power_each), by=period) + (trade_share > median(trade_share))"}
  from_own: {expression: "log(tfp) - quantile(log(tfp), 0.4, by=unit) + 0.01 * rank(lag(people), by=period)"}
  of_all: {expression: "log(roads) / quantile(log(lag(roads, 1)), 0.35) * mean(power_each)"}
  of_year: {expression: "lag(log(goods_trade) - quantile(log(goods_trade), 0.6, by=period), 1)"}
  of_unit: {expression: "output - log(mean(lag(roads_each), by=unit)) + cut(energy_consumption, 3)"}
tables:
  t:
    title: Choices
    model: {outcome: output}
    columns:
      - {label: chosen, regressors: [chosen], controls: [patched], sample: {first: 2015}}
      - {label: partly, regressors: [partly], effects: [unit], sample: {first: 2015, last: 2020}}
      - {label: dummy, outcome: is_rich, regressors: [people], effects: [period], sample: {first: 2014}}
      - label: above
        regressors: [above]
        controls: [from_own]
        effects: []
        sample: {first: 2016, last: 2020}
      - label: all
        regressors: [of_all]
        controls: [of_year]
        effects: []
        sample: {first: 2015, last: 2017}
      - {label: unit, regressors: [of_unit], effects: [], sample: {within: {coast: sea}, first: 2018}}
"""
