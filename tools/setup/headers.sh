# SPDX-License-Identifier: MIT
# Headers out of a package of another Debian suite, of which nothing is installed: apt fetches it
# with lists and caches of its own, from the mirror that this machine uses. Sourced.

# The address of the Debian archive in apt's own words, whichever format its sources are in.
debian_mirror() {
  local format='$(REPO_URI) $(COMPONENT) $(ORIGIN)/$(LABEL)' mirror
  mirror=${ASSAY_DEBIAN_MIRROR:-}
  [[ -n $mirror ]] || mirror=$(apt-get indextargets --format "$format" 'Created-By: Packages' |
    awk '$2 == "main" && $3 == "Debian/Debian" { print $1; exit }')
  # Where no list was ever fetched apt knows no origin: then it is what is called debian.
  [[ -n $mirror ]] || mirror=$(apt-get indextargets --no-release-info --format "$format" \
    'Created-By: Packages' | awk '$2 == "main" && $1 ~ /\/debian\/?$/ { print $1; exit }')
  echo "$mirror"
}

# private_apt COMMAND...: apt-get that sees $work/apt only.
private_apt() {
  local root=$work/apt
  apt-get -q -o Dir::Etc::SourceList="$root/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State::Lists="$root/lists" -o Dir::Cache="$root/cache" -o Acquire::Languages=none \
    -o APT::Sandbox::User="$(id -un)" -o APT::Update::Error-Mode=any -o Acquire::Retries=2 "$@"
}

# download_package PACKAGE=VERSION SHA256: leaves the file in $work/apt/. If the suite has moved on,
# what it has now, with a warning.
download_package() {
  local output
  cd "$work/apt" || exit
  if output=$(private_apt download "$1" 2>&1); then
    echo "$2  $(echo ./*.deb)" | sha256sum --check --status ||
      die "the package that the mirror gave for $1 is not the one pinned in $lock: check the mirror, and do not use that file"
  elif [[ $output == *'was not found'* ]] && output=$(private_apt download "${1%%=*}" 2>&1); then
    warn "the mirror no longer has $1; using the headers of $(echo ./*.deb | sed 's/^\.\///')"
  else
    explain "downloading $1" "$output"
  fi
}

headers_compile() {
  local header
  for header in "$1"/*_c_api.h; do
    echo "#include \"$header\""
  done | g++ -std=c++20 -fsyntax-only -I "$1" -x c++ - 2>/dev/null
}

install_headers() {
  local name=$3 version=$4 suite package folder arch=$6 sha=$8
  IFS=: read -r suite package folder <<<"$5"
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg root=$work/apt mirror output
  mirror=$(debian_mirror)
  [[ -n $mirror ]] ||
    die "the headers of $name come from Debian's package $package and apt here uses no Debian mirror: set ASSAY_DEBIAN_MIRROR to the address of one, or choose other engines with --engines"
  mkdir -p "$root/lists/partial" "$root/cache/archives/partial"
  [[ -f $keyring ]] || keyring=
  echo "deb [arch=$arch${keyring:+ signed-by=$keyring}] $mirror $suite main" >"$root/sources.list"
  output=$(private_apt update 2>&1) || explain "reading the package list of Debian $suite" "$output"
  (download_package "$package" "$sha")
  output=$(dpkg -x "$root"/*.deb "$root/files" 2>&1) || explain "unpacking $package" "$output"
  headers_compile "$root/files/usr/include/$folder" ||
    die "the headers of $package do not compile with $(g++ --version | head -1): choose other engines with --engines, and report this"
  publish "$name" "$version" "$root/files/usr/include/$folder" "$sha $(basename "$root"/*.deb)"
  rm -rf "$root"
}
