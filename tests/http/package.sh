#!/usr/bin/env bash
# Installs, starts, upgrades, removes and purges the Debian package on a copy of this machine that is thrown away: an
# overlay over /, in a mount namespace of its own. Nothing of the machine itself is changed. Prints a line a check.
# Usage (root): tests/http/package.sh OLD.deb NEW.deb PORT
set -euo pipefail
if [ -z "${BONGSU_PACKAGE_INSIDE:-}" ]; then
  export BONGSU_PACKAGE_INSIDE=yes
  exec unshare --mount --propagation private -- "$0" "$@"
fi
if [ "$BONGSU_PACKAGE_INSIDE" = yes ]; then
  packages="$(mktemp -d)"
  cp "$1" "$packages/old.deb"
  cp "$2" "$packages/new.deb"
  cp "$0" "$packages/package.sh"
  layer="$(mktemp -d)"
  mount -t tmpfs tmpfs "$layer"
  mkdir "$layer/upper" "$layer/work" "$layer/root"
  mount -t overlay overlay -o "lowerdir=/,upperdir=$layer/upper,workdir=$layer/work" "$layer/root"
  mount -t proc proc "$layer/root/proc"
  mount -t tmpfs tmpfs "$layer/root/run"
  mkdir -p "$layer/root/mnt/packages"
  cp "$packages"/* "$layer/root/mnt/packages/"
  rm -r "$packages"
  # `yes` only names this stage; the next one runs inside the copy
  BONGSU_PACKAGE_INSIDE=copy exec chroot "$layer/root" /bin/bash /mnt/packages/package.sh old new "$3"
fi

cd /
port="$3"
export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive
unset BONGSU_DATA BONGSU_DATABASE BONGSU_CONFIG
fail() { echo "FAIL $*"; exit 1; }
ok() { echo "ok $*"; }

serve() { # starts the installed program as the unit does; waits for its answer
  runuser -u bongsu -- env BONGSU_CONFIG=/etc/bongsu/config.ini BONGSU_LISTEN="127.0.0.1:$port" BONGSU_LIVE_LISTEN=off \
    /usr/bin/bongsu serve >/tmp/serve.log 2>&1 &
  server=$!
  for _ in $(seq 200); do
    if grep -q ' on http' /tmp/serve.log; then
      exec 3<>"/dev/tcp/127.0.0.1/$port"
      printf 'GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$port" >&3
      read -r answer <&3
      exec 3>&-
      case $answer in *" 200 "*) return ;; esac
      fail "readyz: $answer"
    fi
    sleep 0.05
  done
  fail "does not start: $(cat /tmp/serve.log)"
}
stop() {
  kill -TERM "$(pgrep -P "$server" -x bongsu || echo "$server")"
  wait "$server" || fail "stop: $?"
}

dpkg -i /mnt/packages/old.deb >/tmp/dpkg.log 2>&1 || fail "install: $(cat /tmp/dpkg.log)"
[ "$(stat -c '%U %a' /var/lib/bongsu)" = 'bongsu 700' ] || fail "data folder"
[ "$(stat -c '%U:%G %a' /etc/bongsu/config.ini)" = 'root:bongsu 640' ] || fail "settings"
ok installed
systemd-analyze verify /usr/lib/systemd/system/bongsu.service /usr/lib/systemd/system/bongsu-*.timer >/tmp/verify.log 2>&1 ||
  fail "units: $(cat /tmp/verify.log)"
ok "units verified"
serve
ok started
echo 'correct horse battery' | bongsuctl user add moon --name 문예진 --role lead --password-stdin >/dev/null
stop
ok stopped
runuser -u bongsu -- env BONGSU_CONFIG=/etc/bongsu/config.ini bongsu-daily >/dev/null || fail "daily backup"
ls /var/lib/bongsu/backups/*.backup >/dev/null
ok "daily backup made and verified"
echo 'log-level = warn' >>/etc/bongsu/config.ini
dpkg --force-confold -i /mnt/packages/new.deb >/tmp/dpkg.log 2>&1 || fail "upgrade: $(cat /tmp/dpkg.log)"
grep -q '^log-level = warn' /etc/bongsu/config.ini || fail "settings were overwritten"
serve
stop
bongsuctl user list | grep -q '^moon' || fail "data was lost"
bongsuctl doctor >/tmp/doctor.log || fail "doctor: $(cat /tmp/doctor.log)"
ok "upgraded with data and settings"
dpkg -r bongsu >/tmp/dpkg.log 2>&1 || fail "remove: $(cat /tmp/dpkg.log)"
[ ! -e /usr/bin/bongsu ] && [ -e /var/lib/bongsu/bongsu.db ] && [ -e /etc/bongsu/config.ini ] || fail "remove"
ok "removed, data kept"
dpkg -P bongsu >/tmp/dpkg.log 2>&1 || fail "purge: $(cat /tmp/dpkg.log)"
[ ! -e /var/lib/bongsu ] && [ ! -e /etc/bongsu ] && ! getent passwd bongsu >/dev/null || fail "purge left something"
[ -z "$(find /usr /etc -newer /mnt/packages/package.sh -name '*bongsu*' -not -path '/usr/share/doc/*' 2>/dev/null)" ] || fail "files left"
ok purged
