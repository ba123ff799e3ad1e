#!/usr/bin/env bash
# Installs what is missing of the real parts, builds, runs every test, and ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")"

# program or file : Debian package
parts=(
  "node:nodejs" "npm:npm" "git:git" "python3:python3" "chromium:chromium"
  "/usr/lib/python3/dist-packages/aiosmtpd:python3-aiosmtpd"
  "/usr/lib/postgresql/*/bin/initdb:postgresql" "/usr/sbin/haproxy:haproxy"
  "prometheus:prometheus" "prometheus-alertmanager:prometheus-alertmanager"
)

missing=()
for part in "${parts[@]}"; do
  what=${part%%:*}
  case $what in
    /*) compgen -G "$what" >/dev/null || missing+=("${part#*:}") ;;
    *) command -v "$what" >/dev/null || missing+=("${part#*:}") ;;
  esac
done

fail() {
  echo "$*" >&2
  echo "0 passed, 1 failed"
  exit 1
}

if [ ${#missing[@]} -gt 0 ]; then
  echo "Missing for the tests: ${missing[*]}"
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
  if ! command -v apt-get >/dev/null || { [ "$(id -u)" -ne 0 ] && ! sudo -n true 2>/dev/null; }; then
    fail "Install them and run again. On Debian: sudo apt-get install ${missing[*]}"
  fi
  # A freshly installed PostgreSQL would start a server of its own; the tests bring theirs.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive bash -c \
    'mkdir -p /etc/postgresql-common && { [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf; }
     apt-get update -q && apt-get install -q -y --no-install-recommends "$@"' _ "${missing[@]}" >/tmp/athena-apt.log 2>&1 \
    || { tail -n 20 /tmp/athena-apt.log >&2; fail "Installing ${missing[*]} failed; the log is above."; }
fi
command -v dotnet >/dev/null || fail "The .NET 10 SDK is missing: https://dotnet.microsoft.com/download/dotnet/10.0"

echo "== build"
dotnet build --nologo -v quiet || fail "The build failed."
(cd wwwroot-assets && npm run --silent check) || fail "The browser side does not pass the type check."
for client in Athena.Dashboard.E2E/Clients/*/package.json; do
  [ -e "$client" ] || continue
  (cd "$(dirname "$client")" && npm ci --no-audit --no-fund --loglevel=error) || fail "npm ci failed in $(dirname "$client")."
done

passed=0 failed=0
run() {
  echo "== $1"
  local log status
  log=$(mktemp)
  dotnet run --no-build --project "$1" -- -failSkips "${@:2}" | tee "$log"
  status=${PIPESTATUS[0]}
  # "Total: 7, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.6s"
  local line total errors failures
  line=$(grep -a "Total: " "$log" | tail -n 1)
  total=$(sed -nE 's/.*Total: ([0-9]+).*/\1/p' <<<"$line")
  errors=$(sed -nE 's/.*Errors: ([0-9]+).*/\1/p' <<<"$line")
  failures=$(sed -nE 's/.*Failed: ([0-9]+).*/\1/p' <<<"$line")
  rm -f "$log"
  if [ -z "$total" ] || [ "$total" -eq 0 ]; then
    echo "$1 ran no test (exit code $status)."
    failed=$((failed + 1))
    return
  fi
  local bad=$((${errors:-0} + ${failures:-0}))
  # A crash after the last test still is a failure.
  [ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
  failed=$((failed + bad))
  passed=$((passed + total - bad))
}

run Athena.Dashboard.Tests
run Athena.Dashboard.E2E

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
