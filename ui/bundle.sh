#!/bin/sh
# bundle.sh UNPACKED OUT — bundles the web application with esbuild, and puts the page beside it. Called by Maven.
set -eu
unpacked=$1
out=$2
here=$(cd "$(dirname "$0")" && pwd)

# The archives hold each package under its version; esbuild looks for it by its name.
modules="$unpacked/node_modules"
rm -rf "$modules"
mkdir -p "$modules/@lit"
for package in "$unpacked"/META-INF/resources/webjars/*/*; do
    name=$(basename "$(dirname "$package")" | sed 's|__|/|')
    case $name in */*) name="@$name" ;; esac
    ln -s "$package" "$modules/$name"
done
esbuild=$(echo "$unpacked"/META-INF/resources/_static/*/*/bin/esbuild)
chmod +x "$esbuild"

mkdir -p "$out"
rm -f "$out"/*
NODE_PATH="$modules" "$esbuild" "$here/src/main/ts/app.ts" --bundle --minify --sourcemap \
    --target=es2022 --format=esm --legal-comments=linked --log-level=warning \
    --loader:.css=text --entry-names='[name]-[hash]' --outdir="$out"
script=$(basename "$(ls "$out"/app-*.js)")
sed "s|@script@|/$script|" "$here/src/main/ts/index.html" >"$out/index.html"
cp "$here/src/main/ts/favicon.svg" "$out/favicon.svg"
