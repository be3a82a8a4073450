#!/bin/sh
# What the images docker/whalesay and cowsay are used for: a text in a bubble.
set -eu
if [ $# -gt 0 ]; then text=$*; else text=$(cat); fi
width=$(printf '%s\n' "$text" | awk '{ if (length($0) > w) w = length($0) } END { print w + 2 }')
line() { awk -v n="$width" -v c="$1" 'BEGIN { for (i = 0; i < n; i++) printf "%s", c; print "" }'; }
printf ' '; line _
printf '%s\n' "$text" | awk -v w="$((width - 2))" '{ printf "< %-" w "s >\n", $0 }'
printf ' '; line -
printf '    \\\n     \\\n      \\     .\n        ## ## ##       ==\n     ## ## ## ##      ===\n'
