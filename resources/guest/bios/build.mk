# System BIOS: one flat image.
IMAGES += $(OUT)/bios.bin

$(OUT)/bios.bin: $(wildcard bios/*.asm bios/*.inc) | $(OUT)
	$(NASM) -f bin -I bios/ -o $@ bios/bios.asm
