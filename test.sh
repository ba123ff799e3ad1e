#!/usr/bin/env bash
# Installs what is missing of the real parts, builds, runs every test, and ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")"

# program or file : Debian package
parts=(
  "node:nodejs" "npm:npm" "git:git" "python3:python3" "chromium:chromium"
  "/usr/lib/python3/dist-packages/aiosmtpd:python3-aiosmtpd"
  "/usr/lib/postgresql/*/bin/initdb:postgresql" "/usr/sbin/haproxy:haproxy"
  "prometheus:prometheus" "prometheus-alertmanager:prometheus-alertmanager" "faketime:faketime"
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

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

echo "== build"
dotnet build --nologo -v quiet || fail "The build failed."
(cd wwwroot-assets && npm run --silent check) || fail "The browser side does not pass the type check."
for client in Athena.Dashboard.E2E/Clients/*/package.json; do
  [ -e "$client" ] || continue
  (cd "$(dirname "$client")" && npm ci --no-audit --no-fund --loglevel=error) || fail "npm ci failed in $(dirname "$client")."
done

passed=0 failed=0
# Reads what a test project printed last: "Total: 7, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.6s"
count() {
  local line total errors failures
  line=$(grep -a "Total: " "$2" | tail -n 1)
  total=$(sed -nE 's/.*Total: ([0-9]+).*/\1/p' <<<"$line")
  errors=$(sed -nE 's/.*Errors: ([0-9]+).*/\1/p' <<<"$line")
  failures=$(sed -nE 's/.*Failed: ([0-9]+).*/\1/p' <<<"$line")
  if [ -z "$total" ] || [ "$total" -eq 0 ]; then
    echo "$1 ran no test (exit code $3)."
    failed=$((failed + 1))
    return
  fi
  local bad=$((${errors:-0} + ${failures:-0}))
  # A crash after the last test still is a failure.
  [ "$3" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
  failed=$((failed + bad))
  passed=$((passed + total - bad))
}

# Journeys spend much of their time waiting for time to pass: the other tests take what they leave, and yield to them.
nice -n 10 dotnet run --no-build --project Athena.Dashboard.Tests -- -failSkips >"$logs/tests" 2>&1 &
tests=$!
echo "== Athena.Dashboard.E2E"
dotnet run --no-build --project Athena.Dashboard.E2E -- -failSkips | tee "$logs/journeys"
count Athena.Dashboard.E2E "$logs/journeys" "${PIPESTATUS[0]}"
echo "== Athena.Dashboard.Tests"
wait "$tests"
status=$?
cat "$logs/tests"
count Athena.Dashboard.Tests "$logs/tests" "$status"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
