# linux-agent.bin: first process of any Linux, a static ELF executable with the purgatory inside; goes to /lab-init.

AGENT_OBJ := $(OUT)/obj/agent
AGENT_CFLAGS := -m32 -march=i386 -O2 -std=gnu11 -ffreestanding -fno-pic -fno-pie -mno-80387 -mno-mmx -mno-sse \
	-mpreferred-stack-boundary=2 -fno-stack-protector -fno-asynchronous-unwind-tables -fno-ident \
	-fcf-protection=none -fno-strict-aliasing -fno-tree-loop-distribute-patterns -Wall -Wextra -Wdate-time -nostdlib
AGENT_SOURCES := agent/start.S agent/system-calls.c agent/text.c agent/command-line.c agent/generation.c \
	agent/boot-params.c agent/kexec.c agent/main.c
AGENT_OBJECTS := $(patsubst agent/%,$(AGENT_OBJ)/%.o,$(AGENT_SOURCES)) $(AGENT_OBJ)/sha256.c.o

IMAGES += $(OUT)/linux-agent.bin

$(AGENT_OBJ)/%.o: agent/% agent/agent.h purgatory/purgatory.h purgatory/sha256.h agent/build.mk
	@mkdir -p $(@D)
	$(CC) $(AGENT_CFLAGS) -DPURGATORY_IMAGE='"$(OUT)/purgatory.bin"' -c -o $@ $<

$(AGENT_OBJ)/start.S.o: $(OUT)/purgatory.bin

$(AGENT_OBJ)/sha256.c.o: purgatory/sha256.c purgatory/sha256.h agent/build.mk
	@mkdir -p $(@D)
	$(CC) $(AGENT_CFLAGS) -c -o $@ $<

$(AGENT_OBJ)/agent.elf: $(AGENT_OBJECTS) agent/agent.ld
	ld -m elf_i386 --build-id=none -z noexecstack -nostdlib -T agent/agent.ld -o $@ $(AGENT_OBJECTS)

$(OUT)/linux-agent.bin: $(AGENT_OBJ)/agent.elf
	objcopy --strip-all $< $@
	chmod 644 $@
