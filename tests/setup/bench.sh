# SPDX-License-Identifier: MIT
# The workbench of setup_test.sh: a folder with an SDK, a lock file and package list of its own, a
# wheel made here, and fake commands that come first in PATH. Needs no network. Sourced.

make_wheel() {  # VERSION BYTES: $wheels/demo_wheel-VERSION-py3-none-any.whl
  "$python" - "$wheels" "$1" "$2" <<'END'
import sys, zipfile
folder, version, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
info = f"demo_wheel-{version}.dist-info"
with zipfile.ZipFile(f"{folder}/demo_wheel-{version}-py3-none-any.whl", "w") as wheel:
    wheel.writestr("demo_wheel/__init__.py", f"version = '{version}'\n")
    wheel.writestr("demo_wheel/data.bin", b"x" * size)
    wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: demo-wheel\nVersion: {version}\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(f"{info}/RECORD", "")
END
}

sha_of() { sha256sum <"$1" | cut -d' ' -f1; }

# row GROUP KIND NAME VERSION ORIGIN TAGS MIB SHA: one more row of the lock file.
row() { echo "$*" >>"$lock"; }
wheel_row() {  # GROUP KIND VERSION
  row "$1" "$2" demo-wheel "$3" demo-wheel 3.11/manylinux_2_28_x86_64 2 \
    "$(sha_of "$wheels/demo_wheel-$3-py3-none-any.whl")"
}

# fake COMMAND: its body on standard input.
fake() {
  { echo '#!/bin/bash' && cat; } >"$fakes/$1"
  chmod +x "$fakes/$1"
}

# A clean bench for each test.
prepare() {
  bench=$(mktemp -d)
  sdk=$bench/sdk wheels=$bench/wheels fakes=$bench/fakes lock=$bench/wheels.lock
  packages=$bench/packages.txt
  mkdir "$wheels" "$fakes" "$bench/home"
  : >"$lock" && : >"$packages"
  make_wheel 1.0 100
}

setup() {
  env -u ASSAY_PACKAGES -u ASSAY_DEBIAN_MIRROR PATH="$fakes:$PATH" HOME="$bench/home" \
    ASSAY_SDK="$sdk" ASSAY_PYTHON="${with_python:-$python}" PIP_CONFIG_FILE=/dev/null \
    PIP_NO_INDEX="${no_index-1}" PIP_INDEX_URL=http://127.0.0.1:9/ PIP_FIND_LINKS="$wheels" \
    "$root/tools/setup.sh" --lock "$lock" --packages "$packages" --engines "${engines:-all}" "$@" \
    >"$bench/out" 2>"$bench/err" </dev/null
}

fail() {
  echo "    $*"
  sed 's/^/    | /' "$bench/err" 2>/dev/null
  return 1
}

# skip REASON: the test says why it cannot be made here; it returns after this.
skip() { echo "$*" >"$bench/skipped"; }

# expect_sentence WORDS [ARGUMENT...]: setup ends with 2 and with one line that has these words.
expect_sentence() {
  local words=$1 status=0
  shift
  setup "$@" || status=$?
  [[ $status == 2 ]] || fail "exit $status and not 2" || return
  [[ $(wc -l <"$bench/err") == 1 ]] || fail "not one line on standard error" || return
  grep -qF -- "$words" "$bench/err" || fail "no '$words' in the sentence" || return
  [[ -z $(find "$sdk" -mindepth 1 -name '.setup-*' 2>/dev/null) ]] || fail "left its folder behind"
}

expect_success() {
  setup "$@" || fail "exit $?"
}
