/* Intel 82559: reset, EEPROM, PHY, and a receiver that runs from the probe on; what it receives is nobody's.
 * Document: docs/devices/i82559.md (Intel's OSSDM); order as Linux's e100 2.1 (probe, then open). Nothing is sent. */
#include "drivers.h"
#include "io.h"
#include "irq.h"
#include "marks.h"
#include "memory.h"
#include "pci.h"
#include "printk.h"
#include "string.h"

#define VENDOR_INTEL 0x8086
#define DEVICE_8255X 0x1229

#define SCB_STATACK 0x01
#define SCB_COMMAND 0x02
#define SCB_INTMASK 0x03
#define SCB_POINTER 0x04
#define PORT_FUNCTION 0x08
#define EEPROM_CONTROL 0x0e
#define MDI_CONTROL 0x10
#define GENERAL_STATUS 0x1d
#define STAT_COMMAND_DONE 0x80
#define STAT_NO_RECEIVER 0x10
#define MASK_ALL 0x01
#define CU_START 0x10
#define CU_LOAD_BASE 0x60
#define RU_START 0x01
#define RU_LOAD_BASE 0x06
#define PORT_SOFTWARE_RESET 0
#define PORT_SELECTIVE_RESET 2
#define RESET_EDGES 2 /* of the refresh toggle: at least 15 us, the manual asks for 10 */

#define EESK 0x01
#define EECS 0x02
#define EEDI 0x04
#define EEDO 0x08
#define EEPROM_READ 6 /* start bit and opcode */
#define EEPROM_ADDRESS_BITS 6
#define EEPROM_WORDS 64
#define EEPROM_SUM 0xbaba

#define MDI_READ 0x08000000
#define MDI_WRITE 0x04000000
#define MDI_READY 0x10000000
#define PHY (1 << 21)
#define BMCR 0
#define BMSR 1
#define BMCR_NEGOTIATE_AGAIN 0x1200
#define BMSR_NEGOTIATED 0x0020
#define NEGOTIATION_TIMEOUT (3 * HZ) /* e100 2.1, e100_phy.c, e100_auto_neg: up to 3 s unless it is complete already */
#define GENERAL_LINK 1
#define GENERAL_100MBPS 2
#define GENERAL_FULL_DUPLEX 4

#define BLOCK_INDIVIDUAL_ADDRESS 1
#define BLOCK_CONFIGURE 2
#define BLOCK_LAST 0x8000
#define BLOCK_INTERRUPT 0x2000
#define CONFIGURE_BYTES 22
#define COMMAND_TIMEOUT HZ

#define RECEIVE_BUFFERS 64 /* e100 2.1: default of RxDescriptors */
#define BUFFER_BYTES 2048
#define BUFFERS_PER_PAGE (PAGE_SIZE / BUFFER_BYTES)
#define FRAME_BYTES 1518
#define RFD_LAST 0x8000
#define RFD_COMPLETE 0x8000
#define NO_BUFFER_DESCRIPTOR 0xffffffff

struct receive_descriptor {
        volatile u16 status;
        u16 command;
        u32 link;
        u32 reserved;
        volatile u16 count;
        u16 size;
        u8 frame[FRAME_BYTES];
} PACKED;

struct command_block {
        volatile u16 status;
        u16 command;
        u32 link;
        u8 parameters[24];
} PACKED;

/* The manual's defaults for an 82559 with its own PHY (OSSDM 6.4.2.3): 22 bytes, broadcasts and own frames only. */
static const u8 configuration[CONFIGURE_BYTES] = {
        CONFIGURE_BYTES, 0x08, 0x00, 0x00, 0x00, 0x00, 0x32, 0x03, 0x01, 0x00, 0x2e,
        0x00,            0x60, 0x00, 0xf2, 0x48, 0x00, 0x40, 0xf2, 0x80, 0x3f, 0x05,
};

static u16 port;
static u8 irq;
static bool is_open;
static u16 eeprom[EEPROM_WORDS];
static struct receive_descriptor *ring[RECEIVE_BUFFERS];
static u32 next_frame;
static u32 frames;
static volatile bool commands_done;

static void reset(u8 kind)
{
        out32(port + PORT_FUNCTION, kind);
        refresh_wait(RESET_EDGES);
        out8(port + SCB_INTMASK, MASK_ALL); /* interrupts are on after a reset */
}

/* The command byte reads 0 once the card has taken it. */
static void scb_command(u8 code, u32 pointer)
{
        while (in8(port + SCB_COMMAND))
                ;
        out32(port + SCB_POINTER, pointer);
        out8(port + SCB_COMMAND, code);
}

static void give_back(u32 index)
{
        struct receive_descriptor *descriptor = ring[index];
        struct receive_descriptor *last = ring[(index + RECEIVE_BUFFERS - 1) % RECEIVE_BUFFERS];

        descriptor->count = 0;
        descriptor->status = 0;
        descriptor->command = RFD_LAST; /* the receiver stops here before it runs into frames not looked at */
        last->command = 0;
}

static bool interrupt(void)
{
        u8 causes = in8(port + SCB_STATACK);

        if (!causes)
                return false;
        out8(port + SCB_STATACK, causes);
        if (causes & STAT_COMMAND_DONE)
                commands_done = true;
        while (is_open && ring[next_frame]->status & RFD_COMPLETE) {
                frames++;
                give_back(next_frame);
                next_frame = (next_frame + 1) % RECEIVE_BUFFERS;
        }
        if (is_open && causes & STAT_NO_RECEIVER)
                scb_command(RU_START, virt_to_phys(ring[next_frame]));
        return true;
}

static u16 eeprom_clock(u8 bit)
{
        u8 lines = EECS | (bit ? EEDI : 0);

        out8(port + EEPROM_CONTROL, lines);
        out8(port + EEPROM_CONTROL, lines | EESK);
        return in8(port + EEPROM_CONTROL) & EEDO ? 1 : 0;
}

static u16 eeprom_read(u32 address)
{
        u32 request = EEPROM_READ << EEPROM_ADDRESS_BITS | address;
        int bit;
        u16 value = 0;

        for (bit = EEPROM_ADDRESS_BITS + 2; bit >= 0; bit--)
                eeprom_clock(request >> bit & 1);
        for (bit = 0; bit < 16; bit++)
                value = value << 1 | eeprom_clock(0);
        out8(port + EEPROM_CONTROL, 0);
        return value;
}

static bool read_eeprom(void)
{
        u16 sum = 0;
        u32 i;

        for (i = 0; i < EEPROM_WORDS; i++)
                sum += eeprom[i] = eeprom_read(i);
        return sum == EEPROM_SUM;
}

static u16 mdi(u32 operation)
{
        out32(port + MDI_CONTROL, operation | PHY);
        while (!(in32(port + MDI_CONTROL) & MDI_READY))
                ;
        return in32(port + MDI_CONTROL);
}

static u16 mdi_status(void)
{
        mdi(MDI_READ | BMSR << 16); /* bits are sticky: the second reading counts */
        return mdi(MDI_READ | BMSR << 16);
}

/* A PHY that no reset has reached still has its link. */
static void negotiate(void)
{
        u32 deadline = jiffies + NEGOTIATION_TIMEOUT;

        if (mdi_status() & BMSR_NEGOTIATED)
                return;
        mdi(MDI_WRITE | BMCR << 16 | BMCR_NEGOTIATE_AGAIN);
        while (!(mdi_status() & BMSR_NEGOTIATED) && !jiffies_reached(deadline))
                irq_enable_and_halt();
}

static bool make_ring(void)
{
        u32 page = 0;
        u32 i;

        for (i = 0; i < RECEIVE_BUFFERS; i++) {
                if (i % BUFFERS_PER_PAGE == 0)
                        page = page_alloc();
                if (!page)
                        return false;
                ring[i] = phys_to_virt(page + i % BUFFERS_PER_PAGE * BUFFER_BYTES);
        }
        for (i = 0; i < RECEIVE_BUFFERS; i++) {
                memset(ring[i], 0, sizeof *ring[i] - FRAME_BYTES);
                ring[i]->link = virt_to_phys(ring[(i + 1) % RECEIVE_BUFFERS]);
                ring[i]->reserved = NO_BUFFER_DESCRIPTOR;
                ring[i]->size = FRAME_BYTES;
        }
        ring[RECEIVE_BUFFERS - 1]->command = RFD_LAST;
        next_frame = 0;
        return true;
}

/* Configuration and hardware address, as a list of two blocks. */
static bool configure(void)
{
        u32 page = page_alloc_zeroed();
        struct command_block *blocks = phys_to_virt(page);
        bool is_done;

        if (!page)
                return false;
        blocks[0].command = BLOCK_CONFIGURE;
        blocks[0].link = page + sizeof *blocks;
        memcpy(blocks[0].parameters, configuration, sizeof configuration);
        blocks[1].command = BLOCK_INDIVIDUAL_ADDRESS | BLOCK_INTERRUPT | BLOCK_LAST;
        memcpy(blocks[1].parameters, eeprom, 6);
        scb_command(CU_LOAD_BASE, 0);
        scb_command(RU_LOAD_BASE, 0);
        scb_command(CU_START, page);
        is_done = wait_for_flag(&commands_done, COMMAND_TIMEOUT);
        page_free(page);
        return is_done;
}

static void print_card(void)
{
        u8 status = in8(port + GENERAL_STATUS);
        const u8 *mac = (const u8 *)eeprom;

        printk("eth0: Intel 82559 at 0x%04x, %02x:%02x:%02x:%02x:%02x:%02x, irq %u, ", port, mac[0], mac[1], mac[2],
               mac[3], mac[4], mac[5], irq);
        if (status & GENERAL_LINK)
                printk("%u Mbps %s duplex\n", status & GENERAL_100MBPS ? 100 : 10,
                       status & GENERAL_FULL_DUPLEX ? "full" : "half");
        else
                printk("no link\n");
}

static void probe(void)
{
        pci_function card = pci_find(VENDOR_INTEL, DEVICE_8255X);

        if (!card)
                return;
        pci_write_low(card, PCI_COMMAND, pci_read(card, PCI_COMMAND) | PCI_COMMAND_IO | PCI_COMMAND_MASTER);
        port = pci_read(card, PCI_BAR1) & PCI_BAR_IO_MASK;
        irq = pci_read(card, PCI_INTERRUPT_LINE) & 15;
        reset(PORT_SELECTIVE_RESET); /* stops the units first, as the manual wants it */
        reset(PORT_SOFTWARE_RESET);
        if (!read_eeprom()) {
                printk("eth0: EEPROM check sum is wrong\n");
                return;
        }
        negotiate();
        irq_install(irq, interrupt);
        out8(port + SCB_INTMASK, 0);
        if (!make_ring() || !configure()) {
                printk("eth0: card does not start\n");
                reset(PORT_SELECTIVE_RESET);
                irq_remove(irq, interrupt);
                return;
        }
        is_open = true;
        scb_command(RU_START, virt_to_phys(ring[0]));
        print_card();
}

/* Both units stop at once; the link stays. */
static void shutdown(void)
{
        if (!is_open)
                return;
        is_open = false;
        reset(PORT_SELECTIVE_RESET);
        irq_remove(irq, interrupt);
        printk("eth0: stopped after %u frames\n", frames);
}

const struct driver net_driver = {"net", probe_net, probe, shutdown, NULL};
