# What was found, column by column, written where `nqpf crosscheck` and people read it.

found <- list()

report <- function(table, column, fit) {
  add <- function(part, effect) {
    if (is.null(part) || !nrow(part)) return(NULL)
    found[[length(found) + 1]] <<- data.frame(
      table_name = table, column_label = column, effect = effect, term = part$term,
      estimate = sprintf("%.17g", part$estimate), std_error = sprintf("%.17g", part$std_error),
      n_obs = fit$n)
  }
  add(fit$terms, "")
  if (!is.null(fit$effects)) add(fit$effects, fit$effects$effect)
  shown <- fit$terms
  cat("\n", table, " ", column, ": ", fit$n, " observations\n", sep = "")
  print(shown, digits = 4, row.names = FALSE)
  if (!is.null(fit$tests)) print(fit$tests, digits = 6, row.names = FALSE)
}

# A column that stops does not stop the others: what it said stands in place of its numbers.
attempt <- function(table, column, estimate) {
  fit <- tryCatch(estimate(), error = function(e) {
    cat("\n", table, " ", column, ": FAILED: ", conditionMessage(e), "\n", sep = "")
    NULL
  })
  if (!is.null(fit)) report(table, column, fit)
}

# The same of a table that describes the panel, whose numbers have no standard errors.
attempt_table <- function(table, describe) {
  made <- tryCatch(describe(), error = function(e) {
    cat("\n", table, ": FAILED: ", conditionMessage(e), "\n", sep = "")
    NULL
  })
  if (is.null(made)) return(invisible())
  found[[length(found) + 1]] <<- data.frame(
    table_name = table, column_label = made$column, effect = "", term = made$term,
    estimate = sprintf("%.17g", made$estimate), std_error = "NA", n_obs = NA)
  cat("\n", table, ":\n", sep = "")
  shown <- made[!made$is_point, c("term", "column", "estimate")]
  print(shown, digits = 6, row.names = FALSE)
}

left_out <- function(table, column, reason) {
  cat("\n", table, " ", column, ": not in this script: ", reason, "\n", sep = "")
}

write_results <- function(path) {
  if (length(found)) {
    write.csv(do.call(rbind, found), path, row.names = FALSE, fileEncoding = "UTF-8")
  } else {
    writeLines("table_name,column_label,effect,term,estimate,std_error,n_obs", path)
  }
}
