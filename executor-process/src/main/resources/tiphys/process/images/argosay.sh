#!/bin/sh
# What Argo's examples do with the image argoproj/argosay: echo TEXT [FILE], cat FILE..., sleep DURATION, exit CODE,
# assert_contains FILE TEXT, sh FILE.
set -eu
say() { printf '%s\n' "$1"; }
case "${1-}" in
'') say 'hello argo' ;;
echo)
    case $# in
    1) say 'hello argo' ;;
    2) say "$2" ;;
    3)
        case "$3" in */*) mkdir -p "${3%/*}" ;; esac
        say "$2" >"$3"
        ;;
    *) echo 'usage: argosay echo [TEXT [FILE]]' >&2; exit 1 ;;
    esac
    ;;
cat) shift; exec cat "$@" ;;
assert_contains) exec grep -F -- "${3:?}" "${2:?}" ;;
sh) exec sh "${2:?}" ;;
sleep) exec sleep "${2:?}" ;;
exit) exit "${2:-0}" ;;
*) echo "argosay: unknown command \"$1\"" >&2; exit 1 ;;
esac
