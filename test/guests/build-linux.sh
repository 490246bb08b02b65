#!/usr/bin/env bash
# A Debian Linux for the guest tests: kernel, initramfs with busybox and the real kexec, bootable ISOs. From Debian's i386 packages.
# usage: build-linux.sh OUTDIR      needs: apt, cpio, gzip, isolinux, syslinux-common, genisoimage
# The word labmode= of the kernel's command line tells /init what to do once it is up: off, reboot, kexec (three generations), idle.
set -euo pipefail
out=$(realpath -m "$1")
work=$out/work
mkdir -p "$work/debs" "$out"
cd "$work/debs"

# An apt of its own for i386: the computer's own list of architectures and packages stays as it is, and nobody need be root.
apt_state=$work/apt
mkdir -p "$apt_state"/state/lists/partial "$apt_state"/cache/archives/partial
touch "$apt_state/status"
i386=(-o APT::Architecture=i386 -o APT::Architectures=i386 -o Dir::State="$apt_state/state" -o Dir::State::status="$apt_state/status"
  -o Dir::Cache="$apt_state/cache" -o APT::Sandbox::User="$(id -un)")
# A mirror may lack one list for a while; whether the packages can be had shows below.
apt-get "${i386[@]}" update -qq || echo "Some lists of i386 packages cannot be fetched." >&2

kernel_package=$(apt-cache "${i386[@]}" depends linux-image-686 | awk '/Depends:/ { print $2; exit }')
for package in "${kernel_package:?no package list has linux-image-686}" busybox-static kexec-tools libc6 zlib1g liblzma5; do
  ls "${package}"_*_i386.deb >/dev/null 2>&1 || apt-get "${i386[@]}" download -qq "$package"
done
for deb in *_i386.deb; do
  tree=$work/tree/${deb%%_*}
  [ -d "$tree" ] || { mkdir -p "$tree" && dpkg -x "$deb" "$tree"; }
done
cp "$work"/tree/linux-image-*/boot/vmlinuz-* "$out/vmlinuz"

root=$work/root
rm -rf "$root"
mkdir -p "$root"/{bin,sbin,lib,proc,sys,dev,tmp,boot}
cp "$work/tree/busybox-static/bin/busybox" "$root/bin/"
for applet in sh mount cat echo reboot poweroff sleep sed find cpio uname; do ln -s busybox "$root/bin/$applet"; done
cp "$work/tree/kexec-tools/sbin/kexec" "$root/sbin/"
for library in libc.so.6 ld-linux.so.2 libz.so.1 liblzma.so.5; do
  cp -L "$(find "$work/tree" -name "$library" | head -1)" "$root/lib/$library"
done
cat > "$root/init" <<'INIT'
#!/bin/sh
export PATH=/bin:/sbin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mode=idle generation=0 options=
for word in $(cat /proc/cmdline); do
  case $word in
    labmode=*) mode=${word#labmode=} ;;
    labgen=*) generation=${word#labgen=} ;;
    labkx=*) options=${word#labkx=} ;;
  esac
done
echo "LAB-MARKER gen=$generation mode=$mode kver=$(uname -r)"
case $mode in
  off) poweroff -f ;;
  reboot) reboot -f ;;
  kexec)
    # The next generation needs /boot again: the packed part, and an unpacked archive of /boot behind it.
    cat /boot/inner.img > /next
    (cd / && find boot | cpio -o -H newc >> /next 2>/dev/null)
    next=$((generation + 1))
    mode=kexec
    [ $next -ge 3 ] && mode=off
    line=$(sed -e "s/labmode=[a-z]*/labmode=$mode/;s/labgen=[0-9]*/labgen=$next/;s/BOOT_IMAGE=[^ ]*//;s/initrd=[^ ]*//" /proc/cmdline)
    kexec $options -c -l /boot/vmlinuz --initrd=/next --command-line="$line"
    echo "LAB-KEXEC-EXEC gen=$generation loaded=$(cat /sys/kernel/kexec_loaded)"
    kexec -e
    echo LAB-KEXEC-FAILED
    ;;
esac
echo LAB-IDLE
while :; do sleep 1000; done
INIT
chmod 755 "$root/init"
(cd "$root" && find . | LC_ALL=C sort | cpio -o -H newc --reproducible 2>/dev/null | gzip -9n) > "$out/inner.img"
# The archive behind it must begin on a multiple of four.
truncate -s %4 "$out/inner.img"
boot=$work/bootpart
rm -rf "$boot"
mkdir -p "$boot/boot"
cp "$out/vmlinuz" "$out/inner.img" "$boot/boot/"
{
  cat "$out/inner.img"
  (cd "$boot" && find . | LC_ALL=C sort | cpio -o -H newc --reproducible 2>/dev/null)
} > "$out/initrd.img"

# A CD that any BIOS boots: isolinux, kernel, initramfs. Cryptographic self-tests are half of this kernel's start: left out.
for mode in off reboot kexec; do
  disc=$work/disc
  rm -rf "$disc"
  mkdir -p "$disc"
  cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 "$out/vmlinuz" "$disc/"
  initrd=initrd.img
  [ $mode = kexec ] || initrd=inner.img
  cp "$out/$initrd" "$disc/initrd.img"
  printf 'SERIAL 0 115200\nDEFAULT lab\nPROMPT 0\nTIMEOUT 1\nLABEL lab\n KERNEL /vmlinuz\n APPEND initrd=/initrd.img console=ttyS0,115200 mitigations=off nokaslr cryptomgr.notests labmode=%s labgen=0\n' \
    "$mode" > "$disc/isolinux.cfg"
  genisoimage -quiet -R -J -b isolinux.bin -c boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table -o "$out/lab-$mode.iso" "$disc"
done
rm -rf "$work/root" "$work/bootpart" "$work/disc"
