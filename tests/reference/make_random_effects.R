# Makes tests/estimators/linear/reference/random_effects.json: random effects of ten firms of Grunfeld (1958),
# whole and with 18 rows left out, by plm; Rscript tests/reference/make_random_effects.R (plm 2.6, jsonlite).
suppressMessages({library(plm); library(jsonlite)})
data("Grunfeld", package = "plm")
left_out <- c(1, 2, 3, 25, 26, 41, 60, 61, 62, 63, 64, 65, 90, 111, 112, 130, 199, 200)
said <- function(rows, periods) {
  frame <- pdata.frame(rows, c("firm", "year"))
  formula <- if (periods) inv ~ value + capital + factor(year) else inv ~ value + capital
  m <- plm(formula, frame, model = "random")
  keep <- c("value", "capital", "(Intercept)")
  parts <- ercomp(m)
  list(estimate = coef(m)[keep], std_error = sqrt(diag(vcov(m)))[keep],
       clustered = sqrt(diag(vcovHC(m, method = "arellano", type = "HC0")))[keep],
       sigma2_e = parts$sigma2[["idios"]], sigma2_u = parts$sigma2[["id"]],
       theta = unname(sort(unique(round(unlist(parts$theta), 12)))))
}
made <- list(plm = as.character(packageVersion("plm")), rows = Grunfeld, left_out = left_out - 1,
             whole = said(Grunfeld, FALSE), periods = said(Grunfeld, TRUE),
             unbalanced = said(Grunfeld[-left_out, ], FALSE))
write(toJSON(made, digits = 15, auto_unbox = TRUE, dataframe = "columns"),
      "tests/estimators/linear/reference/random_effects.json")
