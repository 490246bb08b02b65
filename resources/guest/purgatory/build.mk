# purgatory.bin: what runs between two kernels; init and the agent carry it. It is linked twice, to prove that it runs anywhere.

PURGATORY_OBJ := $(OUT)/obj/purgatory
PURGATORY_CFLAGS := -m32 -march=i386 -O2 -std=gnu11 -ffreestanding -fpie -mno-80387 -mno-mmx -mno-sse \
	-mpreferred-stack-boundary=2 -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident \
	-fcf-protection=none -fno-strict-aliasing -fno-tree-loop-distribute-patterns -Wall -Wextra -Wdate-time -nostdlib
PURGATORY_HEADERS := $(wildcard purgatory/*.h) purgatory/entry-16.S
PURGATORY_OBJECTS := $(patsubst purgatory/%,$(PURGATORY_OBJ)/%.o,\
	purgatory/entry.S purgatory/verify.c purgatory/sha256.c purgatory/print.c)

IMAGES += $(OUT)/purgatory.bin
SYMBOL_PARTS += $(OUT)/purgatory-symbols.json

$(PURGATORY_OBJ)/%.o: purgatory/% $(PURGATORY_HEADERS) purgatory/build.mk
	@mkdir -p $(@D)
	$(CC) $(PURGATORY_CFLAGS) -c -o $@ $<

$(PURGATORY_OBJ)/purgatory.elf: $(PURGATORY_OBJECTS) purgatory/purgatory.ld
	ld -m elf_i386 --build-id=none -z noexecstack --no-warn-rwx-segments -nostdlib -T purgatory/purgatory.ld \
		-o $@ $(PURGATORY_OBJECTS)

$(PURGATORY_OBJ)/elsewhere.elf: $(PURGATORY_OBJECTS) purgatory/purgatory.ld
	ld -m elf_i386 --build-id=none -z noexecstack --no-warn-rwx-segments -nostdlib --defsym=LINKED_AT=0x1234000 \
		-T purgatory/purgatory.ld -o $@ $(PURGATORY_OBJECTS)

$(OUT)/purgatory.bin: $(PURGATORY_OBJ)/purgatory.elf $(PURGATORY_OBJ)/elsewhere.elf
	objcopy -O binary $(PURGATORY_OBJ)/elsewhere.elf $(PURGATORY_OBJ)/elsewhere.bin
	objcopy -O binary $< $@
	cmp $@ $(PURGATORY_OBJ)/elsewhere.bin
	chmod 644 $@

$(OUT)/purgatory-symbols.json: $(PURGATORY_OBJ)/purgatory.elf pack/symbols.py
	$(PYTHON) pack/symbols.py purgatory $< purgatory_start purgatory_hash_begin purgatory_hash_end \
		purgatory_move_begin purgatory_end purgatory_mismatch purgatory_real_mode purgatory_setup > $@
