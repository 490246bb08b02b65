/* What panic does with a crash kernel: no device is shut down, nothing is allocated, nothing is waited for.
 * Document: docs/facts.md A7. */
#include "kexec.h"
#include "irq.h"
#include "io.h"
#include "memory.h"
#include "printk.h"

NOINLINE void crash_kexec(void)
{
        struct kexec_image *image = kexec_take_crash_image();

        if (image) {
                irq_disable();
                machine_kexec(image);
        }
        if (kexec_options.era < KEXEC_2_6_13)
                printk("kexec: no crash kernel: they came with 2.6.13\n");
        else if (!crash_reserve.end)
                printk("kexec: no crash kernel: no memory is reserved for one (crashkernel=)\n");
        else if (kexec_is_busy())
                printk("kexec: no crash kernel: a load is under way\n");
        else
                printk("kexec: no crash kernel: none is loaded\n");
        if (kexec_is_loaded())
                printk("kexec: the image loaded for a reboot stays unused: copying it would overwrite what a panic leaves\n");
}
