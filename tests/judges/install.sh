#!/usr/bin/env bash
# Installs the judges (package.json, requirements.txt, and from apt a browser and a Java) into one folder outside the sources.
#
#   tests/judges/install.sh            into target/judges, or into $KMSITE_JUDGES
#
# What is there already is left alone: a second run takes no time and needs no network. Everything that is asked for must end up
# there, else this fails; a judge that cannot run is never taken for one that is content.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
judges=${KMSITE_JUDGES:-$here/../../target/judges}
mkdir -p "$judges"
judges=$(cd "$judges" && pwd)

apt_packages=()
command -v java > /dev/null || apt_packages+=(default-jre-headless)
command -v chromium > /dev/null || apt_packages+=(chromium)
command -v node > /dev/null || apt_packages+=(nodejs)
command -v npm > /dev/null || apt_packages+=(npm)
if ((${#apt_packages[@]})); then
    sudo=()
    if ((EUID != 0)); then sudo=(sudo --non-interactive); fi
    "${sudo[@]}" apt-get update --quiet --quiet
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends "${apt_packages[@]}"
fi

# Installs anew only if the wish list has changed since the last complete installation.
wanted=$(cat "$here/package.json" "$here/requirements.txt" | sha256sum)
if [[ ! -f $judges/installed || $(< "$judges/installed") != "$wanted" ]]; then
    rm -f "$judges/installed"
    cp "$here/package.json" "$judges/package.json"
    npm install --prefix "$judges" --no-audit --no-fund --ignore-scripts --loglevel=error
    if [[ ! -x $judges/venv/bin/python ]]; then python3 -m venv "$judges/venv"; fi
    "$judges/venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    echo "$wanted" > "$judges/installed"
fi
echo "judges are in $judges"
