/* The words of the command line that choose an era of kexec and its weaknesses. */
#include "kexec.h"
#include "boot-params.h"
#include "printk.h"
#include "string.h"

#define VALUE_BYTES 16

struct kexec_options kexec_options = {KEXEC_2_5_47, false, false, false};

static bool is_option(const char *name, const char *wanted)
{
        char value[VALUE_BYTES];

        return command_line_value(name, value, sizeof value, false) && strcmp(value, wanted) == 0;
}

void kexec_options_init(void)
{
        char era[VALUE_BYTES];

        if (is_option("lab.era", "2.5.44"))
                kexec_options.era = KEXEC_2_5_44;
        else if (is_option("lab.era", "2.6.13"))
                kexec_options.era = KEXEC_2_6_13;
        else if (command_line_value("lab.era", era, sizeof era, false) && strcmp(era, "2.5.47") != 0)
                printk("lab.era=%s is unknown: 2.5.44, 2.5.47 or 2.6.13\n", era);
        kexec_options.is_swapping = is_option("lab.stub", "three");
        kexec_options.ignores_conflict = is_option("lab.invariant", "off");
        kexec_options.is_keeping = is_option("lab.keep", "1");
}
