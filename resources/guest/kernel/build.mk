# lab-kernel.bin: set-up code, unpacking code and the packed kernel, as a bzImage.

KERNEL_OBJ := $(OUT)/obj/kernel
KERNEL_CFLAGS := -m32 -march=i386 -O2 -std=gnu11 -ffreestanding -fno-pic -fno-pie -mno-80387 -mno-mmx -mno-sse \
	-mpreferred-stack-boundary=2 -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident \
	-fcf-protection=none -fno-strict-aliasing -fno-ipa-icf -fno-tree-loop-distribute-patterns \
	-Wall -Wextra -Wno-unused-parameter -Wdate-time -nostdlib
KERNEL_LD := ld -m elf_i386 --build-id=none -z noexecstack --no-warn-rwx-segments -nostdlib
KERNEL_INCLUDES := -Ikernel/include

KERNEL_HEADERS := $(wildcard kernel/include/*.h)
KERNEL_SOURCES := $(sort $(wildcard kernel/arch/*.c kernel/core/*.c kernel/drivers/*.c kernel/fs/*.c \
	kernel/kexec/*.c kernel/mm/*.c))
# The entry must come first; relocate-kernel.S and entry.S go where the linker likes.
KERNEL_ASSEMBLY := kernel/arch/head.S kernel/arch/entry.S kernel/arch/marks.S kernel/core/init-image.S \
	kernel/kexec/relocate-kernel.S
KERNEL_OBJECTS := $(patsubst kernel/%,$(KERNEL_OBJ)/%.o,$(KERNEL_ASSEMBLY) $(KERNEL_SOURCES))

DECOMPRESS_SOURCES := kernel/decompress/head.S kernel/decompress/decompress.c kernel/decompress/inflate.c \
	kernel/decompress/relocations.S
DECOMPRESS_OBJECTS := $(patsubst kernel/%,$(KERNEL_OBJ)/%.o,$(DECOMPRESS_SOURCES))

KERNEL_SYMBOLS := start_kernel drivers_probe_begin drivers_probe_end device_shutdown_begin device_shutdown_end \
	machine_shutdown machine_restart machine_kexec sys_kexec sys_kexec_load sys_kexec_load_end panic crash_kexec irq_nobody_cared \
	probe_pci probe_rtc probe_serial probe_kbd probe_net probe_ata probe_scsi

IMAGES += $(OUT)/lab-kernel.bin
SYMBOL_PARTS += $(OUT)/kernel-symbols.json

$(KERNEL_OBJ)/%.c.o: kernel/%.c $(KERNEL_HEADERS) kernel/build.mk
	@mkdir -p $(@D)
	$(CC) $(KERNEL_CFLAGS) $(KERNEL_INCLUDES) -c -o $@ $<

$(KERNEL_OBJ)/%.S.o: kernel/%.S $(KERNEL_HEADERS) kernel/build.mk
	@mkdir -p $(@D)
	$(CC) $(KERNEL_CFLAGS) $(KERNEL_INCLUDES) -DINIT_IMAGE='"$(OUT)/init.bin"' \
		-DRELOCATIONS='"$(KERNEL_OBJ)/relocations.bin"' -c -o $@ $<

$(KERNEL_OBJ)/core/init-image.S.o: $(OUT)/init.bin
$(KERNEL_OBJ)/decompress/%.o: kernel/decompress/inflate.h
$(KERNEL_OBJ)/decompress/relocations.S.o: $(KERNEL_OBJ)/relocations.bin

$(KERNEL_OBJ)/setup.bin: $(wildcard kernel/setup/*.asm kernel/setup/*.inc)
	@mkdir -p $(@D)
	$(NASM) -f bin -Ikernel/setup/ -o $@ kernel/setup/setup.asm

$(KERNEL_OBJ)/decompress.elf: $(DECOMPRESS_OBJECTS) kernel/decompress/decompress.ld
	$(KERNEL_LD) -T kernel/decompress/decompress.ld -o $@ $(DECOMPRESS_OBJECTS)

$(KERNEL_OBJ)/vmlinux: $(KERNEL_OBJECTS) kernel/kernel.ld
	$(KERNEL_LD) --emit-relocs -T kernel/kernel.ld -o $@ $(KERNEL_OBJECTS)

$(KERNEL_OBJ)/relocations.bin: $(KERNEL_OBJ)/vmlinux kernel/decompress/relocations.py
	$(PYTHON) kernel/decompress/relocations.py $< $@

$(KERNEL_OBJ)/decompress.bin: $(KERNEL_OBJ)/decompress.elf
	objcopy -O binary $< $@

$(KERNEL_OBJ)/vmlinux.bin: $(KERNEL_OBJ)/vmlinux
	objcopy -O binary --set-section-flags .bss=alloc,load,contents $< $@

$(OUT)/lab-kernel.bin: $(KERNEL_OBJ)/setup.bin $(KERNEL_OBJ)/decompress.bin $(KERNEL_OBJ)/vmlinux.bin \
		$(OUT)/obj/pack/pack
	$(OUT)/obj/pack/pack $(KERNEL_OBJ)/setup.bin $(KERNEL_OBJ)/decompress.bin $(KERNEL_OBJ)/vmlinux.bin $@

$(OUT)/kernel-symbols.json: $(KERNEL_OBJ)/vmlinux $(KERNEL_OBJ)/decompress.elf pack/symbols.py
	$(PYTHON) pack/symbols.py kernel $(KERNEL_OBJ)/vmlinux $(KERNEL_SYMBOLS) \
		-- $(KERNEL_OBJ)/decompress.elf decompress_error > $@
