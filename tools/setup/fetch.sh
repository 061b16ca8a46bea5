# SPDX-License-Identifier: MIT
# The SDK folder: reads the rows of tools/wheels.lock and installs those that are missing. Sourced.

# rows GROUP...: the rows of these groups, without comments.
rows() {
  awk -v groups=" $* " '!/^#/ && NF && index(groups, " " $1 " ")' "$lock"
}

engine_groups() {
  awk '!/^#/ && NF && $1 != "core" && !seen[$1]++ { print $1 }' "$lock"
}

# A folder appears under its name only when complete, and says in .from what it was made from.
is_installed() {
  local from=$sdk/$1/$2/.from
  [[ -f $from && $(<"$from") == "$3"* ]]
}

# publish NAME VERSION FOLDER FROM
publish() {
  local to=$sdk/$1/$2
  printf '%s\n' "$4" >"$3/.from"
  chmod -R a+rX "$3"
  mkdir -p "$sdk/$1"
  if [[ -e $to ]]; then mv "$to" "$work/replaced-$1-$2"; fi
  mv "$3" "$to"
}

find_python() {
  local version
  python=${ASSAY_PYTHON:-python3}
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) ||
    die "'$python' does not run: install Python 3.9 or later, or set ASSAY_PYTHON to one"
  [[ $(printf '3.9\n%s\n' "$version" | sort -V | head -1) == 3.9 ]] ||
    die "'$python' is Python $version and setup needs 3.9 or later: set ASSAY_PYTHON to a newer one"
  "$python" -m pip --version >/dev/null 2>&1 ||
    die "'$python' has no pip: set ASSAY_PYTHON to a Python that has it (Debian's is /usr/bin/python3, with the package python3-pip)"
  python_version=$version
}

# run_pip COMMAND WHAT ARGUMENTS...: pinned wheels only, from the requirements in $work/requirements.
run_pip() {
  local command=$1 what=$2 output
  shift 2
  output=$("$python" -m pip "$command" --quiet --disable-pip-version-check --retries 2 --no-deps \
    --only-binary=:all: --require-hashes -r "$work/requirements" "$@" 2>&1) || explain "$what" "$output"
}

# link_sonames FOLDER: wheels hold no links, so a library may lie there under its full version only;
# the loader looks for it by its soname.
link_sonames() {
  local library soname
  find "$1" -name 'lib*.so.*' -type f | while read -r library; do
    soname=$(readelf -d "$library" 2>/dev/null | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
    if [[ -n $soname && ! -e ${library%/*}/$soname ]]; then
      ln -s "${library##*/}" "${library%/*}/$soname"
    fi
  done
}

# unpack WHEEL FOLDER PARTS: of the wheel what lies below one of the parts, a list with commas; all
# of it without any.
unpack() {
  "$python" - "$@" <<'END'
import sys, zipfile
wheel, folder, parts = sys.argv[1:]
with zipfile.ZipFile(wheel) as file:
    names = [name for name in file.namelist() if name.startswith(tuple(parts.split(",")))]
    missing = [part for part in parts.split(",") if not any(n.startswith(part) for n in names)]
    sys.exit(f"the wheel has no {missing[0]}") if missing else file.extractall(folder, names)
END
}

install_wheel() {
  local name=$3 version=$4 origin=${5%%:*} tags=$6 sha=$8 parts=
  local into=$work/$name output
  [[ $5 != *:* ]] || parts=${5#*:}
  mkdir "$into" "$into.wheel"
  printf '%s==%s --hash=sha256:%s\n' "$origin" "$version" "$sha" >"$work/requirements"
  run_pip download "$name $version" --implementation cp --python-version "${tags%%/*}" \
    --platform "${tags#*/}" --dest "$into.wheel"
  output=$(unpack "$into.wheel"/*.whl "$into" "$parts" 2>&1) ||
    explain "unpacking $name $version" "$output"
  rm -r "$into.wheel"
  link_sonames "$into"
  publish "$name" "$version" "$into" "$sha"
}

# install_python_group GROUP: one environment from the group's rows for this machine's Python.
install_python_group() {
  local name=$1-python chosen version from into output
  chosen=$(rows "$1" | awk -v v="$python_version" '$2 == "python" && $6 ~ "^(" v "|any)/"')
  version=$(awk 'NR == 1 { print $4 }' <<<"$chosen")
  [[ -n $version ]] ||
    die "the Python packages of engine '$1' are not pinned for Python $python_version: set ASSAY_PYTHON to one of $(rows "$1" | awk '$2 == "python" { sub("/.*", "", $6); print $6 }' | sort -u | paste -sd' ')"
  from=$(awk '{ print $8 }' <<<"$chosen" | sha256sum)
  is_installed "$name" "$version" "${from%% *}" && return
  begin_work
  check_room "$chosen"
  into=$work/$name
  say "making the Python environment of $1 $version ($(mebibytes "$chosen") MiB with its downloads)"
  output=$("$python" -m venv --without-pip "$into" 2>&1) ||
    explain "making a Python environment" "$output"
  awk '{ printf "%s==%s --hash=sha256:%s\n", $5, $4, $8 }' <<<"$chosen" >"$work/requirements"
  run_pip install "the Python packages of $1" --target "$into/lib/python$python_version/site-packages"
  publish "$name" "$version" "$into" "${from%% *}"
}

# mebibytes ROWS: what they take, downloads and files together.
mebibytes() {
  awk '{ sum += $7 } END { print sum + 0 }' <<<"$1"
}

# check_room ROWS: before the first byte is fetched.
check_room() {
  local needed free
  needed=$(mebibytes "$1")
  free=$(df -Pm "$sdk" | awk 'NR == 2 { print $4 }')
  [[ $free -ge $needed ]] ||
    die "$sdk has $free MiB free and $needed MiB are needed: free some space, or set ASSAY_SDK to a folder on another disk"
}

missing_rows() {
  local group kind name version origin tags size sha
  rows "$@" | while read -r group kind name version origin tags size sha; do
    if [[ $kind == python ]] || is_installed "$name" "$version" "$sha"; then continue; fi
    echo "$group $kind $name $version $origin $tags $size $sha"
  done
}

install_rows() {
  local row
  check_room "$1"
  while read -r -a row <&3; do
    say "fetching ${row[2]} ${row[3]} (${row[6]} MiB)"
    case ${row[1]} in
      wheel) install_wheel "${row[@]}" ;;
      deb) install_headers "${row[@]}" ;;
      *) die "$lock has a row of the unknown kind '${row[1]}'" ;;
    esac
  done 3<<<"$1"
}

# fill_sdk GROUP...
fill_sdk() {
  local missing group with_python
  missing=$(missing_rows "$@")
  with_python=$(rows "$@" | awk '$2 == "python" && !seen[$1]++ { print $1 }')
  [[ -z $missing && -z $with_python ]] && return
  [[ $(uname -m) == x86_64 ]] ||
    die "the pinned packages are for x86_64 and this machine is $(uname -m)"
  find_python
  if [[ -n $missing ]]; then
    begin_work
    missing=$(missing_rows "$@")  # another setup may have brought them meanwhile
    [[ -z $missing ]] || install_rows "$missing"
  fi
  for group in $with_python; do install_python_group "$group"; done
}
