/* Assembles a bzImage: set-up code, unpacking code, gzip member with the kernel; fills in the header fields.
 * Documents: Linux boot.rst (protocol 2.08), RFC 1952. The deflate data ends with an empty final stored block. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deflate.h"

#define SECTOR_BYTES 512
#define HDR_SETUP_SECTS 0x1f1
#define HDR_SYSSIZE 0x1f4
#define HDR_MAGIC 0x202
#define HDR_PAYLOAD_OFFSET 0x248
#define HDR_PAYLOAD_LENGTH 0x24c
#define PARAGRAPH_BYTES 16
#define PAYLOAD_ALIGN 16

struct file {
        uint8_t *bytes;
        size_t length;
};

static void die(const char *what, const char *which)
{
        fprintf(stderr, "pack: %s: %s\n", which, what);
        exit(1);
}

static struct file read_file(const char *path)
{
        struct file file = {NULL, 0};
        FILE *stream = fopen(path, "rb");
        long length;

        if (!stream || fseek(stream, 0, SEEK_END) || (length = ftell(stream)) < 0)
                die("cannot be read", path);
        rewind(stream);
        file.length = length;
        file.bytes = malloc(file.length + 1);
        if (!file.bytes || fread(file.bytes, 1, file.length, stream) != file.length)
                die("cannot be read", path);
        fclose(stream);
        return file;
}

static void put_file(struct byte_buffer *out, struct file file)
{
        for (size_t i = 0; i < file.length; i++)
                put_byte(out, file.bytes[i]);
}

static void put_u32(struct byte_buffer *out, uint32_t value)
{
        for (int shift = 0; shift < 32; shift += 8)
                put_byte(out, value >> shift & 0xff);
}

static void patch_u32(struct byte_buffer *out, size_t at, uint32_t value)
{
        for (int i = 0; i < 4; i++)
                out->bytes[at + i] = value >> (8 * i) & 0xff;
}

static void pad_to(struct byte_buffer *out, size_t start, size_t alignment)
{
        while ((out->length - start) % alignment)
                put_byte(out, 0);
}

static uint32_t crc32_of(struct file file)
{
        uint32_t crc = 0xffffffff;

        for (size_t i = 0; i < file.length; i++) {
                crc ^= file.bytes[i];
                for (int bit = 0; bit < 8; bit++)
                        crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
        }
        return ~crc;
}

static void put_gzip_member(struct byte_buffer *out, struct file kernel)
{
        static const uint8_t header[10] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255};
        static const uint8_t empty_final_stored_block[5] = {0x01, 0x00, 0x00, 0xff, 0xff};

        for (size_t i = 0; i < sizeof header; i++)
                put_byte(out, header[i]);
        deflate_open(out, kernel.bytes, kernel.length);
        for (size_t i = 0; i < sizeof empty_final_stored_block; i++)
                put_byte(out, empty_final_stored_block[i]);
        put_u32(out, crc32_of(kernel));
        put_u32(out, kernel.length);
}

int main(int argc, char **argv)
{
        struct byte_buffer out = {0};
        struct file setup, unpacker, kernel;
        size_t start, payload;
        FILE *stream;

        if (argc != 5)
                die("setup.bin decompress.bin vmlinux.bin bzImage", "usage");
        setup = read_file(argv[1]);
        unpacker = read_file(argv[2]);
        kernel = read_file(argv[3]);
        if (setup.length < SECTOR_BYTES * 2 || memcmp(setup.bytes + HDR_MAGIC, "HdrS", 4) ||
            setup.length != (setup.bytes[HDR_SETUP_SECTS] + 1u) * SECTOR_BYTES)
                die("is no set-up code", argv[1]);

        put_file(&out, setup);
        start = out.length;
        put_file(&out, unpacker);
        pad_to(&out, start, PAYLOAD_ALIGN);
        payload = out.length;
        put_gzip_member(&out, kernel);
        patch_u32(&out, HDR_PAYLOAD_OFFSET, payload - start);
        patch_u32(&out, HDR_PAYLOAD_LENGTH, out.length - payload);
        pad_to(&out, start, PARAGRAPH_BYTES);
        patch_u32(&out, HDR_SYSSIZE, (out.length - start) / PARAGRAPH_BYTES);

        stream = fopen(argv[4], "wb");
        if (!stream || fwrite(out.bytes, 1, out.length, stream) != out.length || fclose(stream))
                die("cannot be written", argv[4]);
        return 0;
}
