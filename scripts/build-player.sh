#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the web application into player/dist, only when its sources or its dependencies changed. Needs Node 18 or later and npm.
set -euo pipefail
cd "$(dirname "$0")/../player"
command -v node >/dev/null && command -v npm >/dev/null || { echo "build-player: node and npm are not installed; run scripts/setup.sh" >&2; exit 1; }

stamp() { find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-32; }

dependencies=$(stamp package.json package-lock.json)
if [ "$(cat node_modules/.stamp 2>/dev/null)" != "$dependencies" ]; then
  echo "build-player: installing the players and the build tools"
  npm ci --loglevel error
  echo "$dependencies" >node_modules/.stamp
fi

sources=$(stamp package-lock.json package.json index.html operator.html vite.config.ts tsconfig.json public src)
if [ "$(cat dist/.stamp 2>/dev/null)" != "$sources" ]; then
  npm run --silent build -- --logLevel warn
  echo "$sources" >dist/.stamp
fi
