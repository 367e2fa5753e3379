#!/bin/sh
# Memasang KSDD dari folder ini tanpa internet:  sudo sh pasang.sh [/opt/ksdd]
#
# Program dipasang di samping yang lama (/opt/ksdd-VERSI), lalu /opt/ksdd menunjuk ke yang baru. Data
# tidak disentuh. Jalan kembali: ln -sfn /opt/ksdd-VERSI_LAMA /opt/ksdd
set -eu
# program dibaca oleh pengguna ksdd, apa pun mask dari root
umask 022

here=$(cd "$(dirname "$0")" && pwd)
link=${1:-/opt/ksdd}
version=$(cat "$here/VERSI")
place="$link-$version"
python=${PYTHON:-python3}

say() { echo "$@" >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	|| say "KSDD memerlukan Python 3.11 atau lebih baru. Tunjuk yang lain dengan: PYTHON=python3.12 sh pasang.sh"
"$python" -c 'import ensurepip' 2>/dev/null \
	|| say "Modul venv belum terpasang. Jalankan: sudo apt-get install python3-venv"
made=$(cat "$here/PYTHON")
found=$("$python" -c 'import platform, sys; print("%d.%d" % sys.version_info[:2], platform.system(), platform.machine())')
[ "$made" = "$found" ] \
	|| say "Folder ini disiapkan untuk Python $made, sedangkan mesin ini: $found. Siapkan folder di mesin yang sama jenisnya."
[ ! -e "$place" ] || say "$place sudah ada. Versi ini sudah terpasang; hapus folder itu bila ingin memasangnya lagi."
[ ! -e "$link" ] || [ -L "$link" ] || say "$link bukan tautan simbolik. Sebutlah tempat lain: sh pasang.sh /opt/tempat"

draft="$place.draft"
rm -rf "$draft"
mkdir -p "$draft"
trap 'rm -rf "$draft"' EXIT
cp -R "$here/program/." "$draft/"
chmod -R a+rX,go-w "$draft"
mv "$draft" "$place"
trap 'rm -rf "$place"' EXIT
"$python" -m venv "$place/.venv"
pip() { "$place/.venv/bin/python" -m pip --quiet --disable-pip-version-check "$@"; }
pip install --no-index --find-links "$here/roda" --require-hashes -r "$place/requirements.txt"
pip install --no-index --no-deps --no-build-isolation -e "$place"
# layanannya tidak boleh menulis di sini: yang tidak dikompilasi sekarang, dikompilasi tiap kali ia dimulai
"$place/.venv/bin/python" -m compileall -q "$place/processes" "$place/worker" "$place/webhooks"
"$place/.venv/bin/ksdd" --help >/dev/null
trap - EXIT
next=''
[ ! -L "$link" ] || next=' Sebelum layanannya dimulai lagi: ksdd upgrade --backup-to /var/backups/ksdd'
ln -sfn "$place" "$link"
echo "KSDD $version terpasang di $place; $link menunjuk ke sana.$next"
