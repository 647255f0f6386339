set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
arch="$(dpkg --print-architecture)"
case "$arch" in
    amd64|x86_64) suffix=linux-x64; checksum=3b6e0c7c2f1b ;;
    arm64|aarch64) suffix=linux-arm64; checksum=9f17d2a04c55 ;;
    *) echo >&2 "no build for $arch"; exit 1 ;;
esac
apt-get update && apt-get install -y --no-install-recommends ca-certificates curl=7.88.* xz-utils
for attempt in 1 2 3; do
    if curl -fsSL --retry 3 -o /tmp/tool.tar.xz "https://downloads.example.org/tool/v${TOOL_VERSION:-4.2.0}/tool-${suffix}.tar.xz"; then
        break
    fi
    echo "attempt $attempt failed" | tee -a /tmp/install.log
    sleep $((attempt * 2))
done
echo "${checksum}  /tmp/tool.tar.xz" | sha256sum -c - || { rm -f /tmp/tool.tar.xz; exit 1; }
mkdir -p /opt/tool && tar -xJf /tmp/tool.tar.xz -C /opt/tool --strip-components=1
ln -sf /opt/tool/bin/tool /usr/local/bin/tool
while read -r plugin version; do
    [ -z "$plugin" ] && continue
    sudo -u nobody tool plugin install "$plugin@${version#v}" >/dev/null 2>&1 || echo "skipped $plugin"
done <<PLUGINS
metrics v1.9.2
tracing v0.7.0
PLUGINS
cat > /etc/tool.conf <<'CONF'
[server]
listen = "0.0.0.0:9000"
token = "${TOKEN}"
CONF
find /opt/tool -type f -name '*.a' -print0 | xargs -0 rm -f
env -i PATH="$PATH" sh -c 'cd /opt/tool && ./bin/tool --version' && apt-get purge -y --auto-remove xz-utils; rm -rf /var/lib/apt/lists/*
