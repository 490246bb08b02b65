/* VGA text console, colour mode 3: it goes on where the CRTC's cursor stands, so that the screen survives a kexec.
 * Scrolling copies video memory upwards. Graphics modes and the monochrome address are left out. */
#include "boot-params.h"
#include "drivers.h"
#include "io.h"
#include "memory.h"
#include "string.h"

#define TEXT_MEMORY 0xb8000
#define DEFAULT_COLUMNS 80
#define DEFAULT_ROWS 25
#define BLANK 0x0720
#define ATTRIBUTE 0x0700
#define CRTC_INDEX 0x3d4
#define CRTC_DATA 0x3d5
#define CURSOR_HIGH 0x0e
#define CURSOR_LOW 0x0f

static u16 *text_memory;
static u32 columns, rows, cell;

static u8 crtc_read(u8 index)
{
        out8(CRTC_INDEX, index);
        return in8(CRTC_DATA);
}

static void crtc_write(u8 index, u8 value)
{
        out8(CRTC_INDEX, index);
        out8(CRTC_DATA, value);
}

void vga_init(void)
{
        text_memory = phys_to_virt(TEXT_MEMORY);
        columns = boot_params.orig_video_cols ? boot_params.orig_video_cols : DEFAULT_COLUMNS;
        rows = boot_params.orig_video_lines > 1 ? boot_params.orig_video_lines : DEFAULT_ROWS;
        cell = crtc_read(CURSOR_HIGH) << 8 | crtc_read(CURSOR_LOW);
        if (cell >= columns * rows)
                cell = 0;
}

static void scroll(void)
{
        u32 i;

        memcpy(text_memory, text_memory + columns, columns * (rows - 1) * sizeof(u16));
        for (i = columns * (rows - 1); i < columns * rows; i++)
                text_memory[i] = BLANK;
        cell -= columns;
}

void vga_write(const char *text, u32 length)
{
        for (; length; text++, length--) {
                if (*text == '\n')
                        cell += columns - cell % columns;
                else if (*text == '\r')
                        cell -= cell % columns;
                else
                        text_memory[cell++] = ATTRIBUTE | (u8)*text;
                if (cell >= columns * rows)
                        scroll();
        }
        crtc_write(CURSOR_HIGH, cell >> 8);
        crtc_write(CURSOR_LOW, cell);
}
