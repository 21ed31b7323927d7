#!/usr/bin/env bash
# C as .clang-format would write it. `clang-format -i FILES` mends what this finds.
set -euo pipefail
cd "$(dirname "$0")/../.."
format=$(command -v clang-format-14 || command -v clang-format)
mapfile -t sources < <(git ls-files '*.[ch]')
"$format" --dry-run -Werror "${sources[@]}"
echo "format: ${#sources[@]} files"
