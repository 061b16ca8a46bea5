# SPDX-License-Identifier: MIT
# Debian packages. Sourced.

# packages_for GROUP...: the names in tools/packages.txt.
packages_for() {
  awk -v groups=" $* " '!/^#/ && NF && index(groups, " " $1 " ") { print $2 }' "$packages"
}

# Those of the names on standard input that are not installed.
not_installed() {
  local names
  mapfile -t names
  # "ii ": wanted and completely installed; names that dpkg has never seen are in no line.
  dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "${names[@]}" 2>/dev/null |
    sed -n 's/^.i //p' | grep -vxFf - <(printf '%s\n' "${names[@]}") || true
}

as_root() {
  if [[ $(id -u) == 0 ]]; then "$@"; else sudo "$@"; fi
}
may_be_root() {
  [[ $(id -u) == 0 ]] || sudo -n true 2>/dev/null || { [[ -t 0 ]] && sudo -v 2>/dev/null; }
}

install_packages() {
  local missing updated output
  [[ ${ASSAY_PACKAGES:-} == installed ]] && return
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    die "this system has no apt: install what these Debian packages hold, then run this again with ASSAY_PACKAGES=installed: $(packages_for "$@" | paste -sd' ')"
  fi
  missing=$(packages_for "$@" | not_installed | paste -sd' ')
  [[ -z $missing ]] && return
  may_be_root || die "packages are missing and this is neither root nor may it use sudo: have an administrator run 'apt-get install $missing', then run this again"
  begin_work
  say "installing packages (this takes minutes): $missing"
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)
  # An index that is not reached matters only if a package is then not found.
  updated=$(as_root "${apt[@]}" update 2>&1) || true
  # shellcheck disable=SC2086  # one word per package
  output=$(as_root "${apt[@]}" install --no-install-recommends $missing 2>&1) ||
    explain "installing packages" "$output"$'\n'"$(grep -E '^(E|W|Err)' <<<"$updated")"
}
