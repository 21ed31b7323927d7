/* bongsu: an incident-management portal. Everything begins in command.c. */
#include "command.h"

#include <signal.h>

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    return command_main(argc, argv);
}
