# Boot agent of the network card.
IMAGES += $(OUT)/net-rom.bin

$(OUT)/net-rom.bin: $(wildcard net-rom/*.asm net-rom/*.inc option-rom/*) | $(OUT)
	$(NASM) -f bin -I net-rom/ -o $@.raw net-rom/net-rom.asm
	$(PYTHON) option-rom/finish-rom.py $@.raw $@
	rm $@.raw
