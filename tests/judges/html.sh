#!/usr/bin/env bash
# Has every page of a built site judged by the W3C's checker (vnu) and by html-validate.
#
#   tests/judges/html.sh DIST
#
# Prints whatever they find, and fails on the first judge's errors only after the second has spoken too. Warnings of vnu are shown and
# do not fail. Fails as well if there is no page to judge. Needs tests/judges/install.sh to have run.
set -uo pipefail

here=$(cd "$(dirname "$0")" && pwd)
judges=${KMSITE_JUDGES:-$here/../../target/judges}
dist=${1:?usage: html.sh DIST}

mapfile -d '' -t pages < <(find "$dist" -type f -name '*.html' -print0 | sort -z)
if ((${#pages[@]} == 0)); then
    echo "html.sh: no page in \`$dist\`" >&2
    exit 2
fi

failed=0

echo "-- vnu: ${#pages[@]} pages"
vnu=$judges/node_modules/vnu-jar/build/dist/vnu.jar
if [[ ! -f $vnu ]]; then
    echo "html.sh: vnu is not installed; run tests/judges/install.sh" >&2
    exit 2
fi
# The folder is given, not the list: a command line holds only so many names.
java -jar "$vnu" --skip-non-html "$dist" || failed=1

echo "-- html-validate: ${#pages[@]} pages"
validate=$judges/node_modules/.bin/html-validate
if [[ ! -x $validate ]]; then
    echo "html.sh: html-validate is not installed; run tests/judges/install.sh" >&2
    exit 2
fi
printf '%s\0' "${pages[@]}" \
    | xargs --null --max-args=500 "$validate" --config "$here/htmlvalidate.json" --formatter text || failed=1

exit "$failed"
