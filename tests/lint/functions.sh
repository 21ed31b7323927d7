#!/usr/bin/env bash
# Function length and complexity by pmccabe: at most 80 lines and 15 branches (architecture: numbers that fail CI).
set -euo pipefail
cd "$(dirname "$0")/../.."
mapfile -t sources < <(git ls-files 'server/*.c' 'web/*.c')
pmccabe "${sources[@]}" | awk '
  { count++ }
  $1 > 15 { print $0 ": complexity " $1; faults++ }
  $5 > 80 { print $0 ": " $5 " lines"; faults++ }
  END { print "functions: " count " read, " faults + 0 " fault(s)"; exit faults > 0 }'
