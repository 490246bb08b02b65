# Video option ROM; its last byte makes the sum of all bytes 0.
IMAGES += $(OUT)/video.bin

VIDEO_FONT := $(OUT)/obj/font.bin

$(VIDEO_FONT): video/font.txt video/make-font.py | $(OUT)
	mkdir -p $(@D)
	$(PYTHON) video/make-font.py video/font.txt $@

$(OUT)/video.bin: $(wildcard video/*.asm video/*.inc) video/append-checksum.py $(VIDEO_FONT) | $(OUT)
	$(NASM) -f bin -I video/ -D 'FONT_FILE="$(VIDEO_FONT)"' -o $@.raw video/video.asm
	$(PYTHON) video/append-checksum.py $@.raw $@
	rm $@.raw
