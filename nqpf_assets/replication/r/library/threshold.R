# Panel thresholds (Hansen 1999): every candidate is tried, one threshold after the other, and each is sought
# anew given the others until none moves (Bai 1997).

threshold <- function(rows, outcome, steady, regime, variable, count, trim, grid, grid_of, effects, ...) {
  q <- rows[[variable]]
  n <- nrow(rows)
  least <- max(1, ceiling(trim * n - 1e-9))
  candidates <- candidates_of(q, trim, grid, grid_of, least)
  y <- without_effects(matrix_of(rows, outcome), rows, effects)
  rss_of <- function(cuts) {
    x <- cbind(matrix_of(rows, steady), regimes(rows, regime, q, cuts))
    sum(qr.resid(qr(without_effects(x, rows, effects), tol = 1e-10), y)^2)
  }
  best <- function(others) {
    room <- candidates
    ends <- c(0, n, vapply(others, function(one) sum(q <= one), 1))
    below <- vapply(room, function(one) sum(q <= one), 1)
    for (end in ends) {
      keep <- abs(below - end) >= least
      room <- room[keep]
      below <- below[keep]
    }
    values <- vapply(room, function(one) rss_of(sort(c(others, one))), 1)
    c(room[which.min(values)], min(values))
  }
  cuts <- numeric(0)
  rss <- Inf
  for (stage in seq_len(count)) {
    found <- best(cuts)
    cuts <- c(cuts, found[1])
    rss <- found[2]
    last <- stage
    moved <- stage > 1
    while (moved) {
      moved <- FALSE
      for (j in seq_len(stage)) {
        if (j == last) next
        found <- best(cuts[-j])
        if (found[2] < rss * (1 - 1e-12) && found[1] != cuts[j]) {
          cuts[j] <- found[1]
          rss <- found[2]
          last <- j
          moved <- TRUE
        }
      }
    }
  }
  cuts <- sort(cuts)
  parts <- regimes(rows, regime, q, cuts)
  for (name in colnames(parts)) rows[[name]] <- parts[, name]
  fit <- two_way_fe(rows, outcome, c(steady, colnames(parts)), effects, ...)
  fit$effects <- data.frame(effect = paste0("threshold_", seq_along(cuts)), term = variable,
                            estimate = cuts, std_error = NA_real_)
  fit
}

candidates_of <- function(q, trim, grid, grid_of, least) {
  values <- sort(unique(q))
  below <- cumsum(table(factor(q, levels = values)))
  chosen <- seq_along(values)
  if (!is.null(grid)) {
    place <- if (grid_of == "rows") below else chosen
    steps <- trim + seq(0, floor((1 - 2 * trim) * grid + 1e-9)) / grid
    wanted <- floor(steps * place[length(place)] + 1e-9)
    chosen <- unique(findInterval(wanted, place, left.open = TRUE) + 1)
  }
  chosen <- chosen[below[chosen] >= least & below[chosen] <= length(q) - least]
  values[chosen]
}

regimes <- function(rows, names, q, cuts) {
  side <- 1 + rowSums(outer(q, cuts, ">"))
  parts <- lapply(names, function(name) {
    made <- vapply(seq_len(length(cuts) + 1), function(r) ifelse(side == r, rows[[name]], 0),
                   numeric(nrow(rows)))
    colnames(made) <- paste0(name, ":regime_", seq_len(length(cuts) + 1))
    made
  })
  do.call(cbind, parts)
}
