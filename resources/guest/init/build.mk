# init.bin: process 1, a static ELF executable; goes to /sbin/init on the disk, and into the kernel image as a fallback.

INIT_OBJ := $(OUT)/obj/init
INIT_CFLAGS := -m32 -march=i386 -O2 -std=gnu11 -ffreestanding -fno-pic -fno-pie -mno-80387 -mno-mmx -mno-sse \
	-mpreferred-stack-boundary=2 -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident \
	-fcf-protection=none -fno-strict-aliasing -fno-tree-loop-distribute-patterns -Wall -Wextra -Wdate-time -nostdlib
INIT_SOURCES := init/start.S init/purgatory.S init/calls.c init/text.c init/services.c init/workload.c init/boot-params.c init/kexec.c \
	init/errno-tests.c init/main.c
INIT_OBJECTS := $(patsubst init/%,$(INIT_OBJ)/%.o,$(INIT_SOURCES)) $(INIT_OBJ)/sha256.c.o

IMAGES += $(OUT)/init.bin
SYMBOL_PARTS += $(OUT)/init-symbols.json

$(INIT_OBJ)/%.o: init/% init/init.h init/kexec.h purgatory/purgatory.h purgatory/sha256.h init/build.mk
	@mkdir -p $(@D)
	$(CC) $(INIT_CFLAGS) -DPURGATORY_IMAGE='"$(OUT)/purgatory.bin"' -c -o $@ $<

$(INIT_OBJ)/purgatory.S.o: $(OUT)/purgatory.bin

$(INIT_OBJ)/sha256.c.o: purgatory/sha256.c purgatory/sha256.h init/build.mk
	@mkdir -p $(@D)
	$(CC) $(INIT_CFLAGS) -c -o $@ $<

$(INIT_OBJ)/init.elf: $(INIT_OBJECTS) init/init.ld
	ld -m elf_i386 --build-id=none -z noexecstack -nostdlib -T init/init.ld -o $@ $(INIT_OBJECTS)

$(OUT)/init.bin: $(INIT_OBJ)/init.elf
	objcopy --strip-all $< $@
	chmod 644 $@

$(OUT)/init-symbols.json: $(INIT_OBJ)/init.elf pack/symbols.py
	$(PYTHON) pack/symbols.py init $< services_up services_stop > $@
