# The host tool that compresses the kernel and assembles the bzImage.

PACK := $(OUT)/obj/pack/pack
PACK_SOURCES := pack/pack.c pack/deflate.c pack/huffman.c

$(PACK): $(PACK_SOURCES) pack/deflate.h
	@mkdir -p $(@D)
	$(HOSTCC) -O2 -std=c11 -Wall -Wextra -o $@ $(PACK_SOURCES)
