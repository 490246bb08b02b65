# Video option ROM; its last byte makes the sum of all bytes 0.
IMAGES += $(OUT)/video.bin

$(OUT)/video.bin: $(wildcard video/*.asm video/*.inc) video/append-checksum.py | $(OUT)
	$(NASM) -f bin -I video/ -o $@.raw video/video.asm
	$(PYTHON) video/append-checksum.py $@.raw $@
	rm $@.raw
