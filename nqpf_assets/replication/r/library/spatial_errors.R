# Errors of spatial models that are related within clusters. The score of rho is a form e'Ae + b'e, which is no sum
# over units: a cluster adds what its own rows make of it, and each two clusters that A connects the square of
# what their errors make of it (Kelejian and Prucha 2001); of several keys as Cameron, Gelbach and Miller (2011).

# Scores of rows, and what the form has of each year: a_ij e_i e_j, the diagonal less its mean.
sandwich_of_rows <- function(s, v, z, e, rho, variance, lag_mean, pattern = function(w) rep(1, s$n)) {
  if (s$vcov == "unadjusted") return(v)
  spread <- e^2 - mean(e^2)
  scores <- cbind(z * e, if (!is.null(rho)) lag_mean * e, spread / (2 * variance)) / variance
  forms <- if (!is.null(rho)) lapply(seq_len(s$t), function(year) {
    at <- (year - 1) * s$n + seq_len(s$n)
    a <- symmetric_form(s, of_year(s$w, year), rho, pattern)
    m <- a * tcrossprod(e[at])
    diag(m) <- diag(a) * spread[at]
    m / variance
  })
  sandwich_of(s, v, scores, forms, ncol(z) + 1, n_variances = 1)
}

# The symmetric part of W(I - rho W)^-1, what a year's effect makes taken out on both sides.
symmetric_form <- function(s, w, rho, pattern) {
  g <- w %*% solve(diag(s$n) - rho * w)
  if ("period" %in% s$effects) {
    out <- diag(s$n) - tcrossprod(pattern(w)) / sum(pattern(w)^2)
    g <- out %*% g %*% out
  }
  (g + t(g)) / 2
}

# v times the covariance of the scores times v; rows of scores are those of the panel, or its units'.
sandwich_of <- function(s, v, scores, forms, place, n_variances) {
  n <- nrow(s$rows)
  slopes <- seq_len(ncol(scores) - n_variances)
  if (s$vcov == "robust") {
    factor <- n / (n - length(slopes) - rank_of_effects(s$rows, s$effects))
    return(factor * v %*% score_covariance(scores, forms, place, list(seq_len(n))) %*% v)
  }
  keys <- cluster_keys(s$rows, s$by)
  g <- min(vapply(keys, function(one) length(unique(one)), 1))
  factor <- g / (g - 1) * (n - 1) / (n - counted_parameters(length(slopes), s$rows, s$effects, keys))
  own <- lapply(keys, function(one) one[seq_len(nrow(scores))])
  made <- factor * v %*% score_covariance(scores, forms, place, own) %*% v
  if (length(keys) > 1) {
    impossible <- diag(made) <= 0
    made[slopes, slopes] <- without_negative(made[slopes, slopes, drop = FALSE])
    made[impossible, ] <- made[, impossible] <- NA
  }
  made
}

score_covariance <- function(scores, forms, place, keys) {
  sets <- do.call(c, lapply(seq_along(keys), function(size) {
    combn(keys, size, simplify = FALSE, FUN = function(some) {
      joint <- do.call(paste, c(some, sep = "\r"))
      list(sign = -(-1)^size, code = match(joint, unique(joint)))
    })
  }))
  total <- matrix(0, ncol(scores), ncol(scores))
  for (one in sets) {
    sums <- rowsum(scores, one$code)
    if (!is.null(forms)) {
      own <- form_within(forms, one$code)
      sums[, place] <- sums[, place] + own
      total[place, place] <- total[place, place] - 2 * one$sign * sum(own^2)
    }
    total <- total + one$sign * crossprod(sums)
  }
  if (is.null(forms)) return(total)
  for (one in sets) {
    for (other in sets) {
      squares <- 2 * one$sign * other$sign * squares_of_pairs(forms, one$code, other$code)
      total[place, place] <- total[place, place] + squares
    }
  }
  total
}

codes_of_year <- function(forms, code, year) code[(year - 1) * nrow(forms[[1]]) + seq_len(nrow(forms[[1]]))]

# What the form has of pairs within each cluster.
form_within <- function(forms, code) {
  of_rows <- unlist(lapply(seq_along(forms), function(year) {
    own <- codes_of_year(forms, code, year)
    rowSums(forms[[year]] * outer(own, own, `==`))
  }))
  drop(rowsum(of_rows, code))
}

# Squares of what the form has of each pair of a cluster of one and a cluster of another.
squares_of_pairs <- function(forms, one, other) {
  blocks <- lapply(seq_along(forms), function(year) {
    sums <- rowsum(forms[[year]], codes_of_year(forms, one, year))
    t(rowsum(t(sums), codes_of_year(forms, other, year)))
  })
  lies_in_one_year <- function(code) {
    years <- rep(seq_along(forms), each = nrow(forms[[1]]))
    all(tapply(years, code, function(at) length(unique(at))) == 1)
  }
  if (lies_in_one_year(one) || lies_in_one_year(other)) return(sum(unlist(lapply(blocks, `^`, 2))))
  whole <- matrix(0, max(one), max(other))
  for (block in blocks) {
    at <- list(as.integer(rownames(block)), as.integer(colnames(block)))
    whole[at[[1]], at[[2]]] <- whole[at[[1]], at[[2]]] + block
  }
  sum(whole^2)
}
