# Option ROM of the SCSI adapter.
IMAGES += $(OUT)/scsi-rom.bin

$(OUT)/scsi-rom.bin: $(wildcard scsi-rom/*.asm scsi-rom/*.inc option-rom/*) | $(OUT)
	$(NASM) -f bin -I scsi-rom/ -o $@.raw scsi-rom/scsi-rom.asm
	$(PYTHON) option-rom/finish-rom.py $@.raw $@
	rm $@.raw
