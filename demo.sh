#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs what is missing, builds, measures real networks, and writes report.html.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tools/setup/say.sh
source tools/setup/say.sh

usage() {
  cat <<'END'
Usage: ./demo.sh [--engines LIST|all] [--setup-only] [--full]
  --engines LIST   which engines to install and measure (default: onnxruntime,openvino)
  --setup-only     install what is missing and build, and stop
  --full           also batch 8 and one thread
END
}

setup=() job=() setup_only=
while [[ $# -gt 0 ]]; do
  case $1 in
    --engines)
      [[ $# -gt 1 ]] || die "--engines needs a value"
      setup+=("$1" "$2") job+=("$1" "$2")
      shift
      ;;
    --engines=*) setup+=(--engines "${1#*=}") job+=(--engines "${1#*=}") ;;
    --setup-only) setup_only=yes ;;
    --full) job+=("$1") ;;
    --help) usage && exit ;;
    *) unknown "option" "$1" --engines --setup-only --full --help ;;
  esac
  shift
done

tools/setup.sh "${setup[@]}"
tools/build.sh release programs
[[ -z $setup_only ]] || exit 0
exec tools/demo_job.sh "${job[@]}"
