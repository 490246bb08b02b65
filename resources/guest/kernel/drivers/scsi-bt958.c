/* BusLogic BT-958: reset, mailboxes, command control blocks; one command in the foreground, one in the background.
 * Document: docs/devices/bt-958.md; order of the start as Linux 2.4, drivers/scsi/BusLogic.c. 32-bit mailboxes, LUN 0 only. */
#include "boot-params.h"
#include "io.h"
#include "irq.h"
#include "memory.h"
#include "pci.h"
#include "printk.h"
#include "scsi.h"
#include "string.h"

#define VENDOR_BUSLOGIC 0x104b
#define DEVICE_MULTIMASTER 0x1040

#define CONTROL 0
#define STATUS 0
#define COMMAND 1
#define DATA_IN 1
#define INTERRUPT 2
#define CONTROL_HARD_RESET 0x80
#define CONTROL_SOFT_RESET 0x40
#define CONTROL_INTERRUPT_RESET 0x20
#define STATUS_DIAGNOSTIC 0x80
#define STATUS_READY 0x10
#define STATUS_PARAMETER_BUSY 0x08
#define STATUS_REPLY 0x04
#define STATUS_INVALID 0x01
#define INTERRUPT_VALID 0x80
#define INTERRUPT_COMMAND_DONE 0x04
#define INTERRUPT_MAIL 0x01

#define CMD_EXECUTE_MAILBOX 0x02
#define CMD_CONFIGURATION 0x0b
#define CMD_INITIALIZE_MAILBOXES 0x81
#define CMD_MODEL 0x8b
#define CMD_STRICT_ROUND_ROBIN 0x8f

#define MAILBOXES 4
#define OUTBOX_START 1
#define INBOX_FREE 0
#define CCB_SCATTER_GATHER 2
#define CCB_PLAIN 0
#define CCB_NO_DATA 0x18
#define ADAPTER_SELECTION_TIMEOUT 0x11

#define RESET_TIMEOUT (10 * HZ)
#define COMMAND_TIMEOUT HZ
#define DEFAULT_SETTLE_MS 2000 /* Linux, drivers/scsi/BusLogic.h, BusLogic_DefaultBusSettleTime */

struct mailbox {
        u32 ccb;
        u8 adapter_status;
        u8 device_status;
        u8 reserved;
        u8 code; /* outgoing: action; incoming: completion */
} PACKED;

struct ccb {
        u8 operation;
        u8 direction;
        u8 cdb_bytes;
        u8 sense_bytes;
        u32 data_bytes;
        u32 data;
        u8 reserved_12[2];
        u8 adapter_status;
        u8 device_status;
        u8 id;
        u8 lun;
        u8 cdb[SCSI_CDB_BYTES];
        u8 reserved_30[6];
        u32 sense;
} PACKED;

struct gather_entry {
        u32 bytes;
        u32 address;
} PACKED;

enum { FOREGROUND, BACKGROUND, SLOTS };

/* All that the adapter reads and writes besides data: one page. */
struct shared {
        struct mailbox out[MAILBOXES];
        struct mailbox in[MAILBOXES];
        struct ccb ccbs[SLOTS];
        struct gather_entry gather[SLOTS][SCSI_MAX_PAGES];
        u8 sense[SLOTS][SCSI_SENSE_BYTES];
};

static struct shared *shared;
static u32 next_out, next_in;
static volatile bool command_done, foreground_done;
static volatile u8 command_status;
static void (*background_next)(void);
static pci_function card;
static u16 port;
static u8 irq, adapter_id;

static void take_mail(void)
{
        for (; shared->in[next_in].code != INBOX_FREE; next_in = (next_in + 1) % MAILBOXES) {
                u32 ccb = shared->in[next_in].ccb;

                shared->in[next_in].code = INBOX_FREE;
                if (ccb == virt_to_phys(&shared->ccbs[FOREGROUND]))
                        foreground_done = true;
                else if (ccb == virt_to_phys(&shared->ccbs[BACKGROUND]) && background_next)
                        background_next();
        }
}

static bool interrupt(void)
{
        u8 cause = in8(port + INTERRUPT);

        if (!(cause & INTERRUPT_VALID))
                return false;
        command_status = in8(port + STATUS); /* the reset below clears the invalid bit */
        out8(port + CONTROL, CONTROL_INTERRUPT_RESET);
        if (cause & INTERRUPT_COMMAND_DONE)
                command_done = true;
        if (cause & INTERRUPT_MAIL && shared)
                take_mail();
        return true;
}

static bool wait_status(u8 bits, u8 level, u32 ticks)
{
        u32 deadline = jiffies + ticks;

        while ((in8(port + STATUS) & bits) != level)
                if (jiffies_reached(deadline))
                        return false;
        return true;
}

/* One of the adapter's own commands; false when it refuses or does not answer. */
static bool command(u8 code, const void *parameters, u32 parameter_bytes, u8 *reply, u32 reply_bytes)
{
        u32 i;

        if (!wait_status(STATUS_READY | STATUS_PARAMETER_BUSY, STATUS_READY, COMMAND_TIMEOUT))
                return false;
        command_done = false;
        out8(port + COMMAND, code);
        for (i = 0; i < parameter_bytes; i++) {
                if (!wait_status(STATUS_PARAMETER_BUSY, 0, COMMAND_TIMEOUT))
                        return false;
                out8(port + COMMAND, ((const u8 *)parameters)[i]);
        }
        for (i = 0; i < reply_bytes; i++) {
                if (!wait_status(STATUS_REPLY, STATUS_REPLY, COMMAND_TIMEOUT))
                        return false;
                reply[i] = in8(port + DATA_IN);
        }
        return wait_for_flag(&command_done, COMMAND_TIMEOUT) && !(command_status & STATUS_INVALID);
}

static bool reset(u8 kind)
{
        out8(port + CONTROL, kind);
        return wait_status(STATUS_DIAGNOSTIC, 0, RESET_TIMEOUT) && wait_status(STATUS_READY, STATUS_READY, RESET_TIMEOUT);
}

static u32 settle_ms(void)
{
        char value[16];

        return command_line_value("lab.scsisettle", value, sizeof value, false) ? parse_number(value)
                                                                               : DEFAULT_SETTLE_MS;
}

static bool set_up_mailboxes(void)
{
        struct {
                u8 count;
                u32 address;
        } PACKED place = {MAILBOXES, 0};
        u8 on = 1;
        u32 page = page_alloc_zeroed();

        if (!page)
                return false;
        shared = phys_to_virt(page);
        place.address = page;
        next_out = next_in = 0;
        return command(CMD_INITIALIZE_MAILBOXES, &place, sizeof place, NULL, 0) &&
               command(CMD_STRICT_ROUND_ROBIN, &on, sizeof on, NULL, 0);
}

static bool identify(void)
{
        u8 model[6] = {0}, bytes = 5, configuration[3];

        if (!command(CMD_MODEL, &bytes, 1, model, bytes) ||
            !command(CMD_CONFIGURATION, NULL, 0, configuration, sizeof configuration))
                return false;
        adapter_id = configuration[2] & 15;
        printk("scsi0 : BusLogic BT-%s at 0x%04x, irq %u, id %u\n", (const char *)model, port, irq, adapter_id);
        return true;
}

bool scsi_adapter_start(void)
{
        u32 settle;

        card = pci_find(VENDOR_BUSLOGIC, DEVICE_MULTIMASTER);
        if (!card)
                return false;
        pci_write_low(card, PCI_COMMAND, pci_read(card, PCI_COMMAND) | PCI_COMMAND_IO | PCI_COMMAND_MASTER);
        port = pci_read(card, PCI_BAR0) & PCI_BAR_IO_MASK;
        irq = pci_read(card, PCI_INTERRUPT_LINE) & 15;
        if (!(in8(port + STATUS) & STATUS_READY))
                printk("scsi0 : adapter found busy (status %02x)\n", in8(port + STATUS));
        irq_install(irq, interrupt);
        if (!reset(CONTROL_HARD_RESET) || !identify() || !set_up_mailboxes()) {
                printk("scsi0 : adapter does not start\n");
                scsi_adapter_stop();
                return false;
        }
        settle = settle_ms();
        printk("scsi0 : bus settles for %u ms\n", settle);
        sleep_ms(settle);
        return true;
}

/* The adapter stops at once; devices finish what they do, for nobody. */
void scsi_adapter_stop(void)
{
        background_next = NULL;
        reset(CONTROL_SOFT_RESET);
        irq_remove(irq, interrupt);
}

u32 scsi_adapter_id(void)
{
        return adapter_id;
}

static u8 cdb_bytes(u8 operation)
{
        return operation < 0x20 ? 6 : 10; /* groups 0, and 1 and 2 (SCSI-2, 7.2.1) */
}

static void fill_block(u32 slot, const struct scsi_command *command)
{
        struct ccb *ccb = &shared->ccbs[slot];
        u32 entries = 0, left;

        memset(ccb, 0, sizeof *ccb);
        for (left = command->bytes; left; entries++) {
                u32 part = left < PAGE_SIZE ? left : PAGE_SIZE;

                shared->gather[slot][entries].bytes = part;
                shared->gather[slot][entries].address = virt_to_phys(command->pages[entries]);
                left -= part;
        }
        ccb->operation = entries ? CCB_SCATTER_GATHER : CCB_PLAIN;
        ccb->direction = entries ? 0 : CCB_NO_DATA;
        ccb->data_bytes = entries * sizeof(struct gather_entry);
        ccb->data = virt_to_phys(shared->gather[slot]);
        ccb->cdb_bytes = cdb_bytes(command->cdb[0]);
        ccb->sense_bytes = SCSI_SENSE_BYTES;
        ccb->sense = virt_to_phys(shared->sense[slot]);
        ccb->id = command->id;
        memcpy(ccb->cdb, command->cdb, SCSI_CDB_BYTES);
}

static void post(u32 slot)
{
        u32 flags = irq_save();
        struct mailbox *box = &shared->out[next_out];

        next_out = (next_out + 1) % MAILBOXES;
        box->ccb = virt_to_phys(&shared->ccbs[slot]);
        box->code = OUTBOX_START;
        out8(port + COMMAND, CMD_EXECUTE_MAILBOX);
        irq_restore(flags);
}

u32 scsi_run(const struct scsi_command *command, u32 ticks)
{
        const struct ccb *ccb = &shared->ccbs[FOREGROUND];

        foreground_done = false;
        fill_block(FOREGROUND, command);
        post(FOREGROUND);
        if (!wait_for_flag(&foreground_done, ticks)) {
                printk("scsi0 : command %02x to id %u timed out\n", command->cdb[0], command->id);
                return SCSI_FAILED;
        }
        if (ccb->adapter_status)
                return ccb->adapter_status == ADAPTER_SELECTION_TIMEOUT ? SCSI_NOBODY : SCSI_FAILED;
        return ccb->device_status;
}

u8 scsi_sense_key(void)
{
        return shared->sense[FOREGROUND][2] & 15;
}

u16 scsi_sense_code(void)
{
        const u8 *sense = shared->sense[FOREGROUND];

        return sense[12] << 8 | sense[13];
}

void scsi_run_behind(const struct scsi_command *command, void (*next)(void))
{
        background_next = next;
        fill_block(BACKGROUND, command);
        post(BACKGROUND);
}
