# code-symbols.json: what the places in the code of all images are called. Assembles what nasm makes a second time, for
# its map; the sizes are what the image may take at its place.

IMAGES += $(OUT)/code-symbols.json

CODE_MAPS := $(OUT)/obj/code-map

$(CODE_MAPS)/bios.map: CODE_SOURCE := -I bios/ bios/bios.asm
$(CODE_MAPS)/bios.map: $(wildcard bios/*.asm bios/*.inc)
$(CODE_MAPS)/video.map: CODE_SOURCE := -I video/ -D 'FONT_FILE="$(OUT)/obj/font.bin"' video/video.asm
$(CODE_MAPS)/video.map: $(wildcard video/*.asm video/*.inc) $(OUT)/obj/font.bin
$(CODE_MAPS)/scsi-rom.map: CODE_SOURCE := -I scsi-rom/ scsi-rom/scsi-rom.asm
$(CODE_MAPS)/scsi-rom.map: $(wildcard scsi-rom/*.asm scsi-rom/*.inc option-rom/*)
$(CODE_MAPS)/net-rom.map: CODE_SOURCE := -I net-rom/ net-rom/net-rom.asm
$(CODE_MAPS)/net-rom.map: $(wildcard net-rom/*.asm net-rom/*.inc option-rom/*)
$(CODE_MAPS)/stage1.map: CODE_SOURCE := -I loader/ loader/stage1.asm
$(CODE_MAPS)/stage1.map: $(wildcard loader/*.asm loader/*.inc)
$(CODE_MAPS)/stage2.map: CODE_SOURCE := -I loader/ loader/stage2.asm
$(CODE_MAPS)/stage2.map: $(wildcard loader/*.asm loader/*.inc)
$(CODE_MAPS)/setup.map: CODE_SOURCE := -I kernel/setup/ kernel/setup/setup.asm
$(CODE_MAPS)/setup.map: $(wildcard kernel/setup/*.asm kernel/setup/*.inc)

$(CODE_MAPS)/%.map:
	@mkdir -p $(@D)
	$(NASM) -f bin --before '[map symbols $@]' -o $(@:.map=.bin) $(CODE_SOURCE)

CODE_FILES := $(patsubst %,$(CODE_MAPS)/%.map,bios video scsi-rom net-rom stage1 stage2 setup) \
	$(OUT)/obj/kernel/decompress.elf $(OUT)/obj/kernel/vmlinux $(OUT)/obj/purgatory/purgatory.elf $(OUT)/obj/init/init.elf \
	$(OUT)/obj/agent/agent.elf

$(OUT)/code-symbols.json: $(CODE_FILES) code-map/code-symbols.py
	$(PYTHON) code-map/code-symbols.py bios=$(CODE_MAPS)/bios.map@0xf0000+0x10000 \
		video-rom=$(CODE_MAPS)/video.map@0xc0000+0x8000 scsi-rom=$(CODE_MAPS)/scsi-rom.map@0+0x8000 \
		net-rom=$(CODE_MAPS)/net-rom.map@0+0x8000 boot-sector=$(CODE_MAPS)/stage1.map@0+0x200 \
		loader=$(CODE_MAPS)/stage2.map@0+0x1e00 setup=$(CODE_MAPS)/setup.map@0x90000+0x2000 \
		decompress=$(OUT)/obj/kernel/decompress.elf@0+0x10000 purgatory=$(OUT)/obj/purgatory/purgatory.elf@0+0x2000 \
		kernel=$(OUT)/obj/kernel/vmlinux@0+0x100000 init=$(OUT)/obj/init/init.elf@0+0x20000 \
		agent=$(OUT)/obj/agent/agent.elf@0+0x20000 > $@
