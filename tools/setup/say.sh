# SPDX-License-Identifier: MIT
# How setup speaks: progress on standard output, one sentence and exit 2 for what is not its fault.
# Sourced.
say() { printf '%s: %s\n' "${0##*/}" "$*"; }
warn() { printf '%s: warning: %s\n' "${0##*/}" "$*" >&2; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 2
}

# nearest WORD CANDIDATE...: the candidate with the smallest edit distance, if it is near.
nearest() {
  local word=$1
  shift
  printf '%s\n' "$@" | awk -v a="$word" '
    function min(x, y) { return x < y ? x : y }
    { n = length(a); m = length($0)
      for (j = 0; j <= m; j++) d[0, j] = j
      for (i = 1; i <= n; i++) {
        d[i, 0] = i
        for (j = 1; j <= m; j++) {
          same = substr(a, i, 1) == substr($0, j, 1) ? 0 : 1
          d[i, j] = min(d[i-1, j-1] + same, min(d[i-1, j], d[i, j-1]) + 1)
        } }
      if (best == "" || d[n, m] < least) { best = $0; least = d[n, m] } }
    END { if (least <= 1 + length(a) / 3) print best }'
}

# unknown WHAT WORD CANDIDATE...: the end for a word that is none of the candidates.
unknown() {
  local what=$1 word=$2 guess
  shift 2
  guess=$(nearest "$word" "$@")
  die "there is no $what '$word'${guess:+ (did you mean '$guess'?)}; there are: $*"
}

# explain WHAT OUTPUT: ends with the sentence that a failed download or installation deserves. (What
# it printed is a string: a file could not be written when the disk is full.)
explain() {
  local what=$1 output=$2
  says() { grep -qE${2:-} "$1" <<<"$output"; }
  if says 'no space left|enough free space' i; then
    die "the disk became full during $what: free some space ($sdk and / are written to), then run this again"
  elif says 'DO NOT MATCH THE HASHES'; then
    die "the file that the package index gave for $what is not the one pinned in $lock: check which index pip uses, and do not use that file"
  elif says 'temporary failure|name or service|could not resolve|failed to establish|connection (refused|reset|timed)|could not connect|unreachable|timed out|timeout|proxyerror|sslerror|failed to fetch' i; then
    die "the network does not reach what $what needs: check the connection and the proxy settings of apt and pip, then run this again"
  elif says 'No matching distribution|Could not find a version'; then
    die "the package index that pip uses does not have $what: add an index that has it (pip config set global.index-url ...)"
  elif says 'Unable to locate package|has no installation candidate'; then
    die "apt on this system does not know $(sed -nE "s/.*(locate package|Package) '?([^ ']+)'?.*/\2/p" <<<"$output" | sort -u | paste -sd' '): install them in another way and set ASSAY_PACKAGES=installed, or use Debian 12"
  fi
  die "$what failed: $(grep -v '^[[:space:]]*$' <<<"$output" | tail -1)"
}
