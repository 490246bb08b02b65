#!/bin/sh
# Makes a bootable 1.44 MB floppy image with GRUB 2 and a menu of two entries that never starts by itself.
# usage: make-grub-floppy.sh FILE. Needs the Debian packages grub-common, grub-pc-bin and mtools; works offline.
set -eu
image=${1:?usage: make-grub-floppy.sh FILE}
grub=/usr/lib/grub/i386-pc
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/grub.cfg" <<'CFG'
set timeout=-1
set default=0
menuentry "First entry of the floppy" {
  echo "GRUB-FLOPPY: first entry"
  sleep 60
}
menuentry "Second entry of the floppy" {
  echo "GRUB-FLOPPY: second entry"
  sleep 60
}
CFG

# The core image lies behind the boot sector, ahead of the file system: reserved sectors of the FAT make room for it.
grub-mkimage -O i386-pc -p '(fd0)/grub' -c /dev/null -o "$work/core.img" biosdisk fat normal echo sleep
cores=$((($(stat -c %s "$work/core.img") + 511) / 512))
truncate -s 0 "$image"
truncate -s 1440K "$image"
mformat -i "$image" -f 1440 -R $((cores + 1)) -v GRUB ::
mmd -i "$image" ::/grub
mcopy -i "$image" "$work/grub.cfg" ::/grub/grub.cfg

# boot.img around the BIOS parameter block; the core's first sector is 1 and GRUB is to take the drive the BIOS names.
dd if="$grub/boot.img" of="$image" bs=1 count=3 conv=notrunc status=none
dd if="$grub/boot.img" of="$image" bs=1 skip=90 seek=90 count=356 conv=notrunc status=none
printf '\125\252' | dd of="$image" bs=1 seek=510 conv=notrunc status=none
dd if="$work/core.img" of="$image" bs=512 seek=1 conv=notrunc status=none
