#!/usr/bin/env bash
# Packs Baton, installs it as a user would into an empty folder (this asks the package registry), and runs from there.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

npm pack --silent --pack-destination "$folder"
npm install -g --prefix "$folder/prefix" --ignore-scripts "$folder"/baton-*.tgz
export PATH="$folder/prefix/bin:$PATH" XDG_STATE_HOME="$folder/state" XDG_CACHE_HOME="$folder/cache"
mkdir "$folder/empty" && cd "$folder/empty"
baton --version
baton doctor --offline --station simulated
baton run electrical-qc --station simulated --yes
baton report
baton runs list
du -sh "$folder/prefix"
