# Sourced by ./start and ./test, which stand in the repository's folder: what the machine must have before Node 24 can take
# over. Each step looks first, does nothing if all is there, and says what it does.

umask 022

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

# Package on Debian, and how to see that it is there: a command, a library, or (-) only dpkg knows. A name that newer
# Debians have changed stands behind a bar.
app_packages='
libgtk-3-0t64|libgtk-3-0 libgtk-3.so.0
libnss3 libnss3.so
libasound2t64|libasound2 libasound.so.2
libgbm1 libgbm.so.1
libsecret-1-0 libsecret-1.so.0
libnotify4 libnotify.so.4
'
keyring_packages='
dbus dbus-daemon
gnome-keyring gnome-keyring-daemon
'
headless_packages="$app_packages$keyring_packages
xvfb Xvfb
openbox openbox
dbus-x11 dbus-launch
fonts-noto-core -
fonts-noto-color-emoji -
"
test_packages="$headless_packages
xauth xauth
libsecret-tools secret-tool
chromium chromium
strace strace
xfsprogs -
faketime -
nftables -
postgresql -
python3-dbusmock -
"

has_display() { [ "$(uname -s)" != Linux ] || [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; }

need_node() {
  command -v node >/dev/null && command -v npm >/dev/null ||
    stop 'Onethread needs Node 20.19 or newer, with npm, to begin. Please install it and try again.'
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    stop "Onethread needs Node 20.19 or newer to begin; this is $(node --version)."
}

# need_packages LIST: installs what is missing of one of the lists above when we may, else says what to install.
need_packages() {
  [ "$(uname -s)" = Linux ] || return 0
  local missing
  missing=$(missing_packages "$1")
  [ -n "$missing" ] || return 0
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
    stop "Please install first: sudo apt-get install $(echo "$missing" | sed 's/[^ ]*|//g' | tr '\n' ' ')"
  say "Installing Debian packages: $(echo "$missing" | sed 's/[^ ]*|//g' | tr '\n' ' ')"
  apt_get update
  # Names are settled after the update: before it a new machine knows no package at all.
  apt_get install --no-install-recommends $(echo "$missing" | while read -r names; do known_name "$names"; done)
}

missing_packages() {
  local libraries names seen
  libraries=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p)
  echo "$1" | while read -r names seen; do
    case $seen in
      '') continue ;;
      -) dpkg-query -W -f '${Status}\n' "$names" 2>/dev/null | grep -q '^install ok installed' || echo "$names" ;;
      *.so*) case $libraries in *"$seen"*) ;; *) echo "$names" ;; esac ;;
      *) command -v "$seen" >/dev/null || echo "$names" ;;
    esac
  done
}

known_name() {
  local name
  for name in ${1//|/ }; do
    if apt-cache show "$name" >/dev/null 2>&1; then echo "$name"; return; fi
  done
  echo "${1##*|}"
}

# Quiet when all goes well, everything when it does not. Waits for another apt-get instead of failing.
apt_get() {
  local log
  log=$(mktemp)
  if ! DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 "$@" >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    rm -f "$log"
    stop "apt-get $1 failed."
  fi
  rm -f "$log"
}

# The modules of the lockfile. Install scripts stay off but for that of `node`, which brings Node 24: npm 10 knows no
# allowScripts, and no other package needs one.
need_modules() {
  local wanted stamp=node_modules/.onethread-installed
  wanted=$(sha256sum <package-lock.json | cut -d' ' -f1)
  [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || return 0
  say 'Installing the npm packages of package-lock.json.'
  export npm_config_update_notifier=false npm_config_audit=false npm_config_fund=false npm_config_progress=false
  npm ci --ignore-scripts --loglevel=error >/dev/null </dev/null
  npm rebuild node --loglevel=error >/dev/null </dev/null
  echo "$wanted" >"$stamp"
}

# Two runs in one folder take turns in what follows, until `release`.
take_turns() {
  mkdir -p .runtime 2>/dev/null && [ -w .runtime ] && command -v flock >/dev/null || return 0
  exec 9>.runtime/install.lock
  flock --nonblock 9 || { say 'Waiting for another ./start or ./test that is installing.'; flock 9; }
}
release() { exec 9>&-; }
