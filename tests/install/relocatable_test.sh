#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs, moves the installation, and expects the program to find everything from there:
# relocatable_test.sh BUILD_FOLDER
set -euo pipefail
build=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cmake --install "$build" --prefix "$folder/first" >/dev/null
mv "$folder/first" "$folder/second"
cd "$folder/second"

fail() {
  echo "$*" >&2
  exit 1
}

for file in bin/assay libexec/assay/null share/assay/plotly.min.js; do
  [[ -s $file ]] || fail "$file is not installed"
done
others=$(find . -type f ! -path './bin/*' ! -path './libexec/assay/*' ! -path './share/assay/*')
[[ -z $others ]] || fail "installed where nothing belongs: $others"
! ldd libexec/assay/* | grep 'not found' || fail "a worker lacks a library"

# Away from the build folder, of which nothing may be needed: each worker that is installed is found.
env -i HOME="$folder" PATH="$PATH" bin/assay list engines --format json >engines.json
for worker in libexec/assay/*; do
  [[ -f $worker ]] || continue  # the modules of the Python host
  python3 - "${worker##*/}" engines.json <<'END' || fail "${worker##*/} is not listed as available"
import json, sys
name, file = sys.argv[1:]
sys.exit(not any(e["name"] == name and e["available"] for e in json.load(open(file))))
END
done
