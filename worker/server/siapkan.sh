#!/bin/sh
# Menyiapkan satu folder untuk memasang KSDD di server tanpa internet:  make folder FOLDER=/media/usb/ksdd
#
# Dijalankan di mesin yang punya internet dan Python sejenis dengan servernya. Isinya diuji: dipasang
# sekali ke tempat sementara, dengan jaringan dimatikan bila mesin ini mengizinkannya.
set -eu

folder=${1:?sebutkan folder tujuan}
root=$(cd "$(dirname "$0")/../.." && pwd)
python="$root/.venv/bin/python"
[ ! -e "$folder" ] || { echo "$folder sudah ada. Sebutlah folder yang belum ada." >&2; exit 1; }
mkdir -p "$folder/program" "$folder/roda"
folder=$(cd "$folder" && pwd)
# yang gagal di tengah jalan tidak ditinggalkan setengah jadi
half=$folder wanted='' trial=''
trap 'rm -rf "$half" "$wanted" "$trial"' EXIT
cd "$root"

git log -1 --date=format:%Y%m%d --format=%cd-%h >"$folder/VERSI"
"$python" -c 'import platform, sys; print("%d.%d" % sys.version_info[:2], platform.system(), platform.machine())' \
	>"$folder/PYTHON"
git archive HEAD processes worker webhooks pyproject.toml requirements.txt README.md LICENSE NOTICE \
	| tar -x -C "$folder/program"
# servernya mungkin 3.11.2 (Debian 12) dan mesin ini 3.11.9: yang hanya diperlukan di sana dibawa juga
wanted=$(mktemp)
sed "s/ ; python_full_version[^\\\\]*/ /" requirements.txt >"$wanted"
"$python" -m pip --quiet --disable-pip-version-check download --require-hashes --only-binary :all: \
	-r "$wanted" -d "$folder/roda"
if [ "${BUNDLE:-1}" = 1 ]; then
	KSDD_ENV=development .venv/bin/ksdd bundle
	KSDD_ENV=development .venv/bin/ksdd bundle --to "$folder/penyunting"
fi
cp worker/server/* "$folder/"
rm "$folder/siapkan.sh"

trial=$(mktemp -d)
offline=
if unshare --net true 2>/dev/null; then offline="unshare --net"
elif unshare --map-root-user --net true 2>/dev/null; then offline="unshare --map-root-user --net"
else echo "Mesin ini tidak mengizinkan jaringan dimatikan; pemasangan diuji dengan jaringan menyala." >&2
fi
PYTHON="$python" $offline sh "$folder/pasang.sh" "$trial/ksdd"
$offline "$trial/ksdd/.venv/bin/ksdd" check "$trial/ksdd/processes/ksdd"
half=''
echo "$folder siap dibawa: $(du -sh "$folder" | cut -f1)."
