# Covariances of least squares from influences: row i is what row i adds to each coefficient's error.

outer_of_sums <- function(influences, key) {
  crossprod(rowsum(influences, match(key, unique(key))))
}

is_nested <- function(effect, cluster) {
  all(tapply(cluster, effect, function(one) length(unique(one))) == 1)
}

# k of the clustered factor: effects that are nested in a cluster are not counted (xtreg, reghdfe).
counted_parameters <- function(k, rows, effects, clusters) {
  rank <- rank_of_effects(rows, effects)
  free <- Filter(function(one) !any(vapply(clusters, function(c) is_nested(rows[[one]], c), TRUE)),
                 effects)
  if (length(free) == length(effects)) return(k + rank)
  if (!length(free)) return(k + 1)
  components <- length(unique(rows$unit)) + length(unique(rows$period)) - rank
  k + length(unique(rows[[free]])) - components + 1
}

# Clusters of one to three keys (Cameron, Gelbach and Miller 2011).
# Repairs are of the slopes, the first terms: all but the last, which is the constant, where none are said.
clustered <- function(influences, clusters, k, correct = TRUE, slopes = seq_len(ncol(influences) - 1)) {
  v <- clustered_as_it_is(influences, clusters, k, correct)
  if (length(clusters) > 1) {
    impossible <- diag(v) <= 0 # a variance that was negative has no error, whatever is repaired
    v[slopes, slopes] <- without_negative(v[slopes, slopes, drop = FALSE])
    v[impossible, ] <- v[, impossible] <- NA
  }
  v
}

clustered_as_it_is <- function(influences, clusters, k, correct = TRUE) {
  n <- nrow(influences)
  sizes <- vapply(clusters, function(one) length(unique(one)), 1)
  v <- 0
  for (size in seq_along(clusters)) {
    for (keys in combn(clusters, size, simplify = FALSE)) {
      v <- v - (-1)^size * outer_of_sums(influences, do.call(paste, c(keys, sep = "\r")))
    }
  }
  g <- min(sizes)
  if (correct) v <- v * g / (g - 1) * (n - 1) / (n - k)
  v
}

# Negative eigenvalues of a two-way covariance are set to zero.
without_negative <- function(v) {
  scale <- sqrt(abs(diag(v)))
  parts <- eigen(v / outer(scale, scale), symmetric = TRUE)
  if (min(parts$values) >= -1e-12) return(v)
  made <- parts$vectors %*% (pmax(parts$values, 0) * t(parts$vectors))
  made * outer(scale, scale)
}

# Bartlett's kernel over the sums of each period (Driscoll and Kraay 1998).
driscoll_kraay <- function(influences, periods, lags, k, correct) {
  n <- nrow(influences)
  h <- rowsum(influences, periods)
  t <- nrow(h)
  if (is.null(lags)) lags <- floor(t^0.25 + 1e-12)
  v <- crossprod(h)
  for (lag in seq_len(lags)) {
    cross <- crossprod(h[(lag + 1):t, , drop = FALSE], h[1:(t - lag), , drop = FALSE])
    v <- v + (1 - lag / (lags + 1)) * (cross + t(cross))
  }
  if (correct) v <- v * t / (t - 1) * (n - 1) / (n - k)
  v
}

# Bartlett's kernel over the rows of each unit (Newey and West 1987); a gap in its periods is not bridged.
newey_west <- function(influences, rows, lags, k, correct) {
  n <- nrow(influences)
  years <- sort(unique(rows$period))
  if (is.null(lags)) lags <- floor(length(years)^0.25 + 1e-12)
  year <- match(rows$period, years)
  v <- crossprod(influences)
  for (lag in seq_len(lags)) {
    later <- match(paste(rows$unit, year + lag, sep = "\r"), paste(rows$unit, year, sep = "\r"))
    has <- !is.na(later)
    cross <- crossprod(influences[has, , drop = FALSE], influences[later[has], , drop = FALSE])
    v <- v + (1 - lag / (lags + 1)) * (cross + t(cross))
  }
  if (correct) v <- v * n / (n - k)
  v
}

cluster_keys <- function(rows, by) lapply(by, function(one) as.character(rows[[one]]))
