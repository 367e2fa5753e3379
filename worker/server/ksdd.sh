#!/bin/sh
# Perintah ksdd sebagai pengguna ksdd, dengan pengaturan layanannya. Simpan sebagai /usr/local/bin/ksdd,
# mode 755. Folder data lain: KSDD_DATA=/tmp/uji ksdd …
exec systemd-run --quiet --wait --pipe --collect --uid=ksdd --gid=ksdd --property=UMask=0077 \
	--property=EnvironmentFile=/etc/ksdd/ksdd.env --setenv=KSDD_DATA="${KSDD_DATA:-/var/lib/ksdd}" \
	/opt/ksdd/.venv/bin/ksdd "$@"
