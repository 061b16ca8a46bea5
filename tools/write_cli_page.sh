#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Writes docs/cli.md again from the program's own declarations. Usage: tools/write_cli_page.sh [BUILD]
set -euo pipefail
cd "$(dirname "$0")/.."
page=$("${1:-build/release}"/bin/assay --reference-page)
printf '%s\n' "$page" >docs/cli.md
