#!/usr/bin/env bash
# Builds kmsite as it is released, then measures whole builds; arguments go to whole.py. See README.md.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

cargo build --release --locked --quiet --manifest-path "$here/../Cargo.toml"
exec python3 "$here/whole.py" "$@"
