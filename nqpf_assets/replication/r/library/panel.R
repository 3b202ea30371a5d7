# Rows of a panel: reading, samples, clipping, and taking effects out. Base R only.

read_panel <- function(path) {
  read.csv(path, encoding = "UTF-8", check.names = FALSE, na.strings = "",
           colClasses = c(unit = "character"), stringsAsFactors = FALSE)
}

# Rows that a column uses, by unit and period: inside its sample, complete, nobody alone. `taken` says which of
# them an estimator takes that drops others for what stands in them.
sample_rows <- function(panel, needed, first, last, only = NULL, exclude = NULL, within = list(),
                        where = NULL, filled = character(0), alone = character(0), clip = NULL,
                        weights = NULL, taken = NULL) {
  keep <- panel$period >= first & panel$period <= last
  if (!is.null(only)) keep <- keep & panel$unit %in% only
  if (!is.null(exclude)) keep <- keep & !(panel$unit %in% exclude)
  for (grouping in names(within)) {
    keep <- keep & !is.na(panel[[grouping]]) & panel[[grouping]] == within[[grouping]]
  }
  if (!is.null(where)) keep <- keep & !is.na(panel[[where]]) & panel[[where]] == 1
  for (flag in filled) keep <- keep & !is.na(panel[[flag]]) & panel[[flag]] == 0
  if (!is.null(weights)) keep <- keep & !is.na(panel[[weights]]) & panel[[weights]] != 0
  rows <- panel[keep, , drop = FALSE]
  rows <- rows[complete.cases(rows[, needed, drop = FALSE]), , drop = FALSE]
  rows <- rows[order(rows$unit, rows$period, method = "radix"), , drop = FALSE]
  rows <- without_single(rows, alone)
  if (is.null(clip)) rows else clipped_as_taken(rows, clip, taken)
}

# Quantiles are those of the rows that are estimated: they are taken again until the same rows stay.
clipped_as_taken <- function(rows, clip, taken) {
  made <- clipped(rows, clip)
  used <- rep(TRUE, nrow(rows))
  while (!is.null(taken) && !identical(now <- taken(made), used)) {
    used <- now
    made <- rows
    made[used, ] <- clipped(rows[used, , drop = FALSE], clip)
  }
  made
}

# Rows that are alone in their unit or period leave, until none is.
without_single <- function(rows, keys) {
  repeat {
    alone <- rep(FALSE, nrow(rows))
    for (key in keys) alone <- alone | table(rows[[key]])[as.character(rows[[key]])] == 1
    if (!any(alone)) return(rows)
    rows <- rows[!alone, , drop = FALSE]
  }
}

# Values beyond the quantiles at a share are set to them; a variable of two values has no tails.
clipped <- function(rows, clip) {
  pool <- if (clip$by == "period") rows$period else rep(0, nrow(rows))
  type <- if (clip$quantile == "stata") 2 else 7
  for (name in clip$variables) {
    values <- rows[[name]]
    if (all(values %in% range(values))) next
    for (one in unique(pool)) {
      inside <- pool == one
      bounds <- quantile(values[inside], c(clip$share, 1 - clip$share), type = type, names = FALSE)
      values[inside] <- pmin(pmax(values[inside], bounds[1]), bounds[2])
    }
    rows[[name]] <- values
  }
  rows
}

matrix_of <- function(rows, names) {
  made <- as.matrix(rows[, names, drop = FALSE])
  storage.mode(made) <- "double"
  made
}

minus_means <- function(m, key) {
  group <- match(key, unique(key))
  m - (rowsum(m, group, reorder = TRUE) / as.vector(table(group)))[group, , drop = FALSE]
}

dummies <- function(key) {
  levels <- unique(key)
  1 * outer(key, levels, "==")
}

# What least squares on dummies of the effects leaves of the columns of m: units first, as their
# means, then periods on what is left of their dummies.
without_effects <- function(m, rows, effects) {
  m <- as.matrix(m)
  if (!length(effects)) return(m - rep(colMeans(m), each = nrow(m)))
  if (identical(effects, "period")) return(minus_means(m, rows$period))
  once <- minus_means(m, rows$unit)
  if (!("period" %in% effects)) return(once)
  qr.resid(qr(minus_means(dummies(rows$period), rows$unit), tol = 1e-9), once)
}

# The same of rows that weigh differently, on dummies of all effects.
without_weighted_effects <- function(m, rows, effects, w) {
  d <- cbind(rep(1, nrow(rows)), do.call(cbind, lapply(effects, function(one) dummies(rows[[one]]))))
  qr.resid(qr(d * sqrt(w), tol = 1e-11), as.matrix(m) * sqrt(w)) / sqrt(w)
}

# How many parameters the effects are, the constant among them.
rank_of_effects <- function(rows, effects) {
  n_units <- length(unique(rows$unit))
  if (!length(effects)) return(1)
  if (identical(effects, "period")) return(length(unique(rows$period)))
  if (!("period" %in% effects)) return(n_units)
  n_units + qr(minus_means(dummies(rows$period), rows$unit), tol = 1e-9)$rank
}

# Columns that neither effects nor earlier columns make up, by their position.
independent <- function(x, within) {
  size <- sqrt(colSums(within^2))
  whole <- sqrt(colSums(x^2))
  alive <- which(size > 1e-9 * pmax(whole, .Machine$double.xmin))
  if (!length(alive)) return(alive)
  scaled <- within[, alive, drop = FALSE] %*% diag(1 / size[alive], length(alive))
  found <- qr(scaled, tol = 1e-9)
  sort(alive[found$pivot[seq_len(found$rank)]])
}
