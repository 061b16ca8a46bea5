#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Configures and builds a preset; quiet when nothing is to be done.
#   tools/build.sh PRESET [TARGET...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/setup/sdk.sh
source tools/setup/sdk.sh
preset=$1
shift
mkdir -p "build/$preset"
log=build/$preset/configure.log
if ! cmake --preset "$preset" -D ASSAY_SDK="$sdk" >"$log" 2>&1; then
  cat "$log" >&2
  exit 2
fi
echo "build: preset $preset in build/$preset"
NINJA_STATUS='[%f/%t] ' cmake --build "build/$preset" --parallel "$(tools/jobs.sh)" ${1:+--target "$@"}
