# First differences of Grunfeld (1958) by plm 2.6: numbers of tests/estimation/test_first_difference.py.
# Rscript tests/reference/make_first_difference.R
suppressMessages(library(plm))
data("Grunfeld", package = "plm")
fit <- plm(inv ~ value + capital, Grunfeld, index = c("firm", "year"), model = "fd")
print(coef(summary(fit)), digits = 15)
# Of firms 1 to 10, clustered by firm, without a correction.
print(sqrt(diag(vcovHC(fit, method = "arellano", type = "HC0"))), digits = 15)
cat(nobs(fit), "\n")
