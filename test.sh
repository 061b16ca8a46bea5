#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs what is missing, builds, and runs every test: all of them on the build that users get,
# then those of our own code, and the fuzz targets, under the sanitizers. Stops at the first failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tools/setup/say.sh
source tools/setup/say.sh

usage() {
  cat <<'END'
Usage: ./test.sh [--engines LIST|all] [--slow]
  --engines LIST   which engines to install and test (default: onnxruntime,openvino)
  --slow           also the tests that take minutes each
END
}

setup=(--for build --for test) without='slow|fuzz'
while [[ $# -gt 0 ]]; do
  case $1 in
    --engines)
      [[ $# -gt 1 ]] || die "--engines needs a value"
      setup+=("$1" "$2")
      shift
      ;;
    --engines=*) setup+=(--engines "${1#*=}") ;;
    --slow) without=fuzz ;;
    --help) usage && exit ;;
    *) unknown "option" "$1" --engines --slow --help ;;
  esac
  shift
done

tools/setup.sh "${setup[@]}"
run() { ctest --test-dir "build/$1" --output-on-failure --no-tests=error --parallel 2 "${@:2}"; }
tools/build.sh ci
run ci --label-exclude "$without"
tools/build.sh asan-ubsan
run asan-ubsan --label-exclude 'slow|fuzz'
run asan-ubsan --label-regex fuzz
