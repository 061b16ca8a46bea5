#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs what building and testing assay needs and is missing: Debian packages
# (tools/packages.txt) and the SDK folder (tools/wheels.lock). Used by demo.sh and test.sh. Calls
# neither apt-get nor pip when nothing is missing, and two may run at once.
set -euo pipefail
shopt -s inherit_errexit

# shellcheck disable=SC2034  # the parts use these
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lock=$here/wheels.lock
packages=$here/packages.txt
for part in say sdk packages fetch headers; do
  # shellcheck source=/dev/null
  source "$here/setup/$part.sh"
done

usage() {
  cat <<END
Usage: tools/setup.sh [--for build|test|lint]... [--engines LIST|all] [--where NAME]
  --for WHAT       which packages are needed (default: build)
  --engines LIST   which engines' SDKs: $(engine_groups | paste -sd, ), or all
                   (default: onnxruntime,openvino)
  --where NAME     print the folder of a row of tools/wheels.lock, and do nothing else
The SDK folder is \$ASSAY_SDK, here $sdk.
END
}

# where NAME: its folder, installed or not.
where() {
  awk -v name="$1" -v sdk="$sdk" \
    '!/^#/ && $3 == name { print sdk "/" $3 "/" $4; found = 1; exit } END { exit !found }' "$lock" ||
    {
      mapfile -t names < <(awk '!/^#/ && NF { print $3 }' "$lock")
      unknown "row" "$1" "${names[@]}"
    }
}

# shellcheck disable=SC2034
parse() {
  needs=() engines=onnxruntime,openvino
  while [[ $# -gt 0 ]]; do
    case $1 in
      --help) usage && exit ;;
      --for | --engines | --where | --lock | --packages)
        [[ $# -gt 1 ]] || die "$1 needs a value"
        ;;&
      --for) needs+=("$2") ;;
      --engines) engines=$2 ;;
      --where) where "$2" && exit ;;
      --lock) lock=$2 ;;          # the tests' own
      --packages) packages=$2 ;;  # the tests' own
      *) unknown "option" "$1" --for --engines --where --help ;;
    esac
    shift 2
  done
  [[ ${#needs[@]} -gt 0 ]] || needs=(build)
}

# The words of $engines, each of them known; another version of an engine stands beside its own.
engine_list() {
  local known engine
  mapfile -t known < <(engine_groups)
  for engine in ${engines//,/ }; do
    [[ " ${known[*]} all " == *" $engine "* ]] || unknown "engine" "$engine" "${known[@]}" all
    if [[ $engine == all ]]; then
      printf '%s\n' "${known[@]}" | grep -v @
    else
      printf '%s\n' "${engine%@*}" "$engine"
    fi
  done | awk '!seen[$0]++' | paste -sd' ' 
}

# A folder of this setup's own, and the right to change the SDK folder. Two clones share that: the
# second waits, and then finds everything there. Called by what finds something missing.
begin_work() {
  [[ -n $work ]] && return
  mkdir -p "$sdk" 2>/dev/null || true
  [[ -w $sdk ]] || die "the SDK folder $sdk cannot be written: set ASSAY_SDK to a folder that can"
  exec 9>"$sdk/.lock"
  flock -n 9 || { say "waiting for another setup to finish" && flock 9; }
  work=$(mktemp -d "$sdk/.setup-XXXXXX") ||
    die "the disk of $sdk is full: free some space, then run this again"
  trap 'rm -rf "$work"' EXIT
}

main() {
  parse "$@"
  local groups
  groups=$(engine_list)
  work=
  # shellcheck disable=SC2086  # one word per group
  install_packages "${needs[@]}" $groups
  # shellcheck disable=SC2086
  fill_sdk core $groups
}

main "$@"
