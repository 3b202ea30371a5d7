# Make tests/estimators/linear/reference/cr3.json: CR3 with Satterthwaite degrees of freedom of clubSandwich.
#
#     Rscript tests/reference/make_cr3.R
#
# needs clubSandwich and jsonlite; made with R 4.2.2, clubSandwich 0.5.8. All rows, no effects, six sectors.
suppressMessages({library(clubSandwich); library(jsonlite)})
folder <- "tests/estimators/linear/reference"
rows <- read.csv(file.path(folder, "two_way_fe.csv"))
fit <- lm(y ~ x1 + x2 + x3, rows)
found <- coef_test(fit, vcov = vcovCR(fit, cluster = rows$sector, type = "CR3"), test = "Satterthwaite")[-1, ]
writeLines(toJSON(list(std_errors = found$SE, df = found$df, p_values = found$p_Satt), digits = NA, pretty = TRUE),
           file.path(folder, "cr3.json"))
