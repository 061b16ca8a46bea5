#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tools/setup.sh where it fails and where it does not, without a network: setup_test.sh [NAME...]
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
python=$(command -v /usr/bin/python3 || command -v python3)  # not a slow wrapper of it
# shellcheck source=tests/setup/bench.sh
source "$root/tests/setup/bench.sh"

test_an_unknown_engine_is_named_with_the_nearest() {
  wheel_row openvino wheel 1.0
  engines=opnvino expect_sentence "there is no engine 'opnvino' (did you mean 'openvino'?)"
}

test_an_unknown_option_is_named_with_the_nearest() {
  expect_sentence "did you mean '--engines'?" --engine
}

test_the_scripts_refuse_an_unknown_option_and_explain_themselves() {
  local script
  for script in demo.sh test.sh; do
    "$root/$script" --help | grep -q -- "--engines LIST" || fail "$script --help" || return
    "$root/$script" --engins x >/dev/null 2>"$bench/err"
    [[ $? == 2 ]] && grep -q "did you mean '--engines'" "$bench/err" || fail "$script" || return
  done
}

test_no_network_is_one_sentence() {
  wheel_row core wheel 1.0
  rm "$wheels"/*
  no_index='' expect_sentence "the network does not reach what demo-wheel 1.0 needs"
}

test_an_index_without_the_wheel_is_one_sentence() {
  wheel_row core wheel 1.0
  rm "$wheels"/*
  expect_sentence "does not have demo-wheel 1.0"
}

test_a_wheel_with_another_hash_is_refused() {
  wheel_row core wheel 1.0
  make_wheel 1.0 101
  expect_sentence "is not the one pinned" || return
  [[ ! -e $sdk/demo-wheel/1.0 ]] || fail "it was installed"
}

test_too_little_room_is_said_before_anything_is_fetched() {
  wheel_row core wheel 1.0
  fake df <<<'printf "head\n- - - 1 - /\n"'
  expect_sentence "has 1 MiB free and 2 MiB are needed" || return
  ! grep -q fetching "$bench/out" || fail "it fetched"
}

test_a_disk_that_becomes_full_is_one_sentence_and_installs_nothing() {
  unshare -rm true 2>/dev/null || { skip "this machine forbids user namespaces"; return; }
  make_wheel 1.0 3000000
  wheel_row core wheel 1.0
  fake df <<<'printf "head\n- - - 1000 - /\n"'
  mkdir "$sdk"
  export -f setup expect_sentence fail
  export bench sdk wheels fakes lock packages root python
  unshare -rm bash -c 'mount -t tmpfs -o size=4m none "$sdk" &&
    expect_sentence "the disk became full during" && [[ ! -e $sdk/demo-wheel/1.0 ]]'
}

test_an_sdk_folder_that_cannot_be_written_is_one_sentence() {
  wheel_row core wheel 1.0
  sdk=/proc/sdk expect_sentence "the SDK folder /proc/sdk cannot be written: set ASSAY_SDK"
}

test_a_python_that_does_not_run_is_one_sentence() {
  wheel_row core wheel 1.0
  with_python=/no/python expect_sentence "'/no/python' does not run"
}

test_too_old_a_python_is_one_sentence() {
  wheel_row core wheel 1.0
  fake old <<<'echo 3.7'
  with_python=$fakes/old expect_sentence "is Python 3.7 and setup needs 3.9 or later"
}

test_a_python_without_pip_is_one_sentence() {
  wheel_row core wheel 1.0
  fake bare <<<'[[ $1 == -c ]] && echo 3.12'
  with_python=$fakes/bare expect_sentence "has no pip: set ASSAY_PYTHON"
}

test_another_processor_is_one_sentence() {
  wheel_row core wheel 1.0
  fake uname <<<'echo aarch64'
  expect_sentence "for x86_64 and this machine is aarch64"
}

test_neither_root_nor_sudo_is_one_sentence_with_the_command() {
  echo "build assay-no-such-package" >"$packages"
  fake id <<<'echo 1000'
  fake sudo <<<'exit 1'
  expect_sentence "have an administrator run 'apt-get install assay-no-such-package'"
}

test_a_system_without_apt_is_told_what_is_needed() {
  echo "build libmarvel-dev" >"$packages"
  mkdir "$bench/path" && ln -s /usr/bin/* "$bench/path"
  rm -f "$bench/path/apt-get"
  PATH=$bench/path expect_sentence "with ASSAY_PACKAGES=installed: libmarvel-dev"
}

apt_that_fails() {
  echo "build assay-no-such-package" >"$packages"
  fake id <<<'echo 0'
  fake apt-get <<<"[[ \$* == *update* ]] || { echo \"$1\"; exit 100; }"
}
test_a_package_that_apt_does_not_know_is_named() {
  apt_that_fails "E: Unable to locate package assay-no-such-package"
  expect_sentence "apt on this system does not know assay-no-such-package"
}
test_apt_without_a_network_is_one_sentence() {
  apt_that_fails "E: Failed to fetch http://x/y  Could not connect to x:80"
  expect_sentence "the network does not reach what installing packages needs"
}
test_apt_on_a_full_disk_is_one_sentence() {
  apt_that_fails "E: You don't have enough free space in /var/cache/apt/archives/."
  expect_sentence "the disk became full during installing packages"
}

test_a_package_of_a_group_that_is_not_asked_for_is_not_installed() {
  echo "test assay-no-such-package" >"$packages"
  fake apt-get <<<'exit 1'
  expect_success --for build
}

test_a_second_run_calls_neither_apt_nor_pip_and_is_quick() {
  wheel_row core wheel 1.0
  echo "build bash" >"$packages"
  expect_success || return
  [[ -f $sdk/demo-wheel/1.0/demo_wheel/data.bin ]] || fail "the wheel is not there" || return
  fake apt-get <<<'exit 1'
  local start=$EPOCHREALTIME
  with_python=false expect_success || return
  (((${EPOCHREALTIME/./} - ${start/./}) < 2000000)) || fail "it took 2 s or more" || return
  [[ ! -s $bench/out ]] || fail "it said something"
}

test_a_row_may_name_the_parts_of_the_wheel() {
  row core wheel demo-wheel 1.0 demo-wheel:demo_wheel/data,demo_wheel-1.0.dist-info/ \
    3.11/manylinux_2_28_x86_64 2 "$(sha_of "$wheels/demo_wheel-1.0-py3-none-any.whl")"
  expect_success || return
  [[ -f $sdk/demo-wheel/1.0/demo_wheel/data.bin ]] || fail "a part is missing" || return
  [[ ! -e $sdk/demo-wheel/1.0/demo_wheel/__init__.py ]] || fail "it unpacked the rest too"
}

test_a_part_that_the_wheel_lacks_is_one_sentence() {
  row core wheel demo-wheel 1.0 demo-wheel:demo_wheel/data,lib/ 3.11/manylinux_2_28_x86_64 2 \
    "$(sha_of "$wheels/demo_wheel-1.0-py3-none-any.whl")"
  expect_sentence "unpacking demo-wheel 1.0 failed: the wheel has no lib/"
}

test_a_new_hash_of_the_same_version_replaces_the_folder() {
  wheel_row core wheel 1.0
  expect_success || return
  make_wheel 1.0 7
  : >"$lock" && wheel_row core wheel 1.0
  expect_success || return
  [[ $(wc -c <"$sdk/demo-wheel/1.0/demo_wheel/data.bin") == 7 ]] || fail "the old one is still there"
}

test_only_the_engines_asked_for_are_fetched() {
  make_wheel 2.0 1
  wheel_row one wheel 1.0
  wheel_row two wheel 2.0
  engines=two expect_success || return
  [[ -d $sdk/demo-wheel/2.0 && ! -e $sdk/demo-wheel/1.0 ]] || fail "not exactly engine two"
}

test_two_setups_at_once_fetch_once_and_both_succeed() {
  wheel_row core wheel 1.0
  fake slow <<END
[[ "\$*" != *download* ]] || { echo x >>$bench/fetched; sleep 1; }
exec $python "\$@"
END
  local first second
  with_python=$fakes/slow setup & first=$!
  with_python=$fakes/slow setup & second=$!
  wait "$first" && wait "$second" || fail "one of them failed" || return
  [[ -f $sdk/demo-wheel/1.0/demo_wheel/data.bin ]] || fail "the wheel is not there" || return
  [[ $(wc -l <"$bench/fetched") == 1 ]] || fail "it was not fetched once"
}

test_an_engine_with_python_packages_gets_one_environment() {
  wheel_row snake python 1.0
  sed -i "s|3.11/|any/|" "$lock"
  expect_success || return
  [[ $("$sdk/snake-python/1.0/bin/python" -c 'import demo_wheel; print(demo_wheel.version)') == 1.0 ]] ||
    fail "the environment does not import its package" || return
  expect_success && [[ ! -s $bench/out ]] || fail "a second run did something"
}

test_python_packages_that_are_not_pinned_for_this_python_are_one_sentence() {
  wheel_row snake python 1.0
  sed -i "s|3.11/|2.7/|" "$lock"
  expect_sentence "engine 'snake' are not pinned for Python"
}

# A Debian package with headers, and an apt that has it as the version given.
headers_from_apt_with_version() {
  local tree=$bench/tree
  mkdir -p "$tree/DEBIAN" "$tree/usr/include/marvel"
  printf 'Package: libmarvel-dev\nVersion: 2.0\nArchitecture: all\nMaintainer: x\nDescription: x\n' >"$tree/DEBIAN/control"
  echo "int marvel();" >"$tree/usr/include/marvel/marvel_c_api.h"
  dpkg-deb --root-owner-group --build "$tree" "$bench/marvel.deb" >/dev/null
  row core deb marvel-headers 2.0 "trixie:libmarvel-dev=2.0:marvel" amd64 2 "$(sha_of "$bench/marvel.deb")"
  fake apt-get <<END
case "\$*" in
  *indextargets*) echo "http://debian.invalid/debian/ main Debian/Debian" ;;
  *"download libmarvel-dev=$1" | *"download libmarvel-dev") cp $bench/marvel.deb ./libmarvel-dev_$1_all.deb ;;
  *download*) echo "E: Version '2.0' for 'libmarvel-dev' was not found"; exit 100 ;;
esac
END
}
test_headers_come_out_of_a_package_that_is_not_installed() {
  headers_from_apt_with_version 2.0
  expect_success || return
  [[ -f $sdk/marvel-headers/2.0/marvel_c_api.h && ! -s $bench/err ]] || fail "no headers, or a warning"
}
test_a_suite_that_moved_on_is_a_warning() {
  headers_from_apt_with_version 2.1
  expect_success || return
  grep -q "no longer has libmarvel-dev=2.0; using the headers of libmarvel-dev_2.1" "$bench/err" ||
    fail "no warning" || return
  [[ -f $sdk/marvel-headers/2.0/marvel_c_api.h ]] || fail "no headers"
}
test_a_package_with_another_hash_is_refused() {
  headers_from_apt_with_version 2.0
  echo x >>"$bench/marvel.deb"
  expect_sentence "is not the one pinned"
}
test_no_debian_mirror_is_one_sentence() {
  headers_from_apt_with_version 2.0
  fake apt-get <<<'exit 0'
  expect_sentence "set ASSAY_DEBIAN_MIRROR"
}

# apt's own reading of sources in a folder of this test's, with no lists fetched.
mirror_of_sources() {  # FILE, its content on standard input
  mkdir -p "$bench/etc/parts" "$bench/lists" && cat >"$bench/etc/parts/$1"
  printf 'Dir::Etc::SourceList "/dev/null";\nDir::Etc::SourceParts "%s";\nDir::State::Lists "%s";\n' \
    "$bench/etc/parts" "$bench/lists" >"$bench/apt.conf"
  APT_CONFIG=$bench/apt.conf bash -c "source $root/tools/setup/headers.sh; debian_mirror"
}
test_the_mirror_is_read_from_both_formats_of_sources() {
  command -v apt-get >/dev/null || { skip "no apt here"; return; }
  local old new
  old=$(printf 'deb http://other.invalid/repo bookworm main\ndeb http://one.invalid/debian bookworm main\n' |
    mirror_of_sources one.list)
  rm "$bench/etc/parts/one.list"
  new=$(printf 'Types: deb\nURIs: http://two.invalid/debian\nSuites: bookworm\nComponents: main\n' |
    mirror_of_sources two.sources)
  [[ $old == http://one.invalid/debian/ && $new == http://two.invalid/debian/ ]] || fail "'$old' '$new'"
}

test_every_dependency_is_explained_in_the_documentation() {
  local name
  for name in $(awk '!/^#/ && NF { print $2 }' "$root/tools/packages.txt") \
    $(awk '!/^#/ && NF { print $3 "`.*" $4 }' "$root/tools/wheels.lock"); do
    grep -q "\`$name" "$root/docs/dependencies.md" || fail "docs/dependencies.md lacks $name" || return
  done
}

failed=0
for name in ${*:-$(declare -F | awk '{ print $3 }' | grep '^test_')}; do
  prepare
  if ! "$name"; then
    failed=1 && echo "FAIL ${name#test_}"
  elif [[ -f $bench/skipped ]]; then
    echo "skip ${name#test_}: $(<"$bench/skipped")"
  else
    echo "ok   ${name#test_}"
  fi
  rm -rf "$bench"
done
exit "$failed"
