# Boot loader: boot sector code, second stage, and the addresses of its prompt.
IMAGES += $(OUT)/loader-stage1.bin $(OUT)/loader-stage2.bin
SYMBOL_PARTS += $(OUT)/loader-symbols.json

LOADER_SOURCES := $(wildcard loader/*.asm loader/*.inc)

$(OUT)/loader-stage1.bin: $(LOADER_SOURCES) | $(OUT)
	$(NASM) -f bin -I loader/ -o $@ loader/stage1.asm

$(OUT)/loader-stage2.bin $(OUT)/obj/loader-stage2.lst &: $(LOADER_SOURCES) | $(OUT)
	mkdir -p $(OUT)/obj
	$(NASM) -f bin -I loader/ -l $(OUT)/obj/loader-stage2.lst -o $(OUT)/loader-stage2.bin loader/stage2.asm

$(OUT)/loader-symbols.json: $(OUT)/obj/loader-stage2.lst loader/listing-symbols.py
	$(PYTHON) loader/listing-symbols.py $< 0x8000 loader prompt_begin prompt_end > $@
