/* Keyboard controller: flushed and enabled, no reset and no self-test, as Linux 2.4 on a PC (pc_keyb.c, kbd_startup_reset = 0).
 * Document: IBM PC/AT Technical Reference, keyboard controller. Keys are thrown away. */
#include "drivers.h"
#include "io.h"
#include "irq.h"
#include "marks.h"
#include "printk.h"

#define KBD_DATA 0x60
#define KBD_STATUS 0x64
#define KBD_COMMAND 0x64
#define STATUS_OUTPUT_FULL 0x01
#define STATUS_INPUT_FULL 0x02
#define READ_COMMAND_BYTE 0x20
#define WRITE_COMMAND_BYTE 0x60
#define COMMAND_BYTE_IRQ1 0x01
#define COMMAND_BYTE_DISABLE 0x10
#define COMMAND_BYTE_TRANSLATE 0x40
#define TIMEOUT (HZ / 2) /* SeaBIOS waits as long (docs/facts.md B2) */
#define NO_CONTROLLER 0xff

static u8 found_command_byte;
static bool is_present;

static bool key(void)
{
        in8(KBD_DATA);
        return true;
}

static bool wait_status(u8 bit, u8 level)
{
        u32 deadline = jiffies + TIMEOUT;

        while ((in8(KBD_STATUS) & bit) != level)
                if (jiffies_reached(deadline))
                        return false;
        return true;
}

static bool command(u8 value)
{
        if (!wait_status(STATUS_INPUT_FULL, 0))
                return false;
        out8(KBD_COMMAND, value);
        return true;
}

static bool write_command_byte(u8 value)
{
        if (!command(WRITE_COMMAND_BYTE) || !wait_status(STATUS_INPUT_FULL, 0))
                return false;
        out8(KBD_DATA, value);
        return true;
}

static void flush(void)
{
        while (in8(KBD_STATUS) & STATUS_OUTPUT_FULL)
                in8(KBD_DATA);
}

static void probe(void)
{
        if (in8(KBD_STATUS) == NO_CONTROLLER) {
                printk("keyboard: no controller\n");
                return;
        }
        flush();
        if (!command(READ_COMMAND_BYTE) || !wait_status(STATUS_OUTPUT_FULL, STATUS_OUTPUT_FULL)) {
                printk("keyboard: controller does not answer\n");
                return;
        }
        found_command_byte = in8(KBD_DATA);
        is_present = write_command_byte((found_command_byte | COMMAND_BYTE_IRQ1 | COMMAND_BYTE_TRANSLATE) &
                                        ~COMMAND_BYTE_DISABLE);
        irq_install(IRQ_KEYBOARD, key);
        printk("keyboard: 8042 at 0x60,0x64 irq 1, command byte %02x\n", found_command_byte);
}

/* Leaves the controller as it was found (Linux 2.5 i8042_controller_cleanup). */
static void shutdown(void)
{
        if (!is_present)
                return;
        irq_remove(IRQ_KEYBOARD, key);
        flush();
        write_command_byte(found_command_byte);
        wait_status(STATUS_INPUT_FULL, 0);
}

const struct driver keyboard_driver = {"kbd", probe_kbd, probe, shutdown, NULL};
