/*
 * ptrace(2) for a User-mode Linux whose room for a process's floating point state is smaller than this processor's (AMX: 11 KiB where
 * linux.uml 6.1 keeps 2.6). The host's kernel writes as much of the state as there is room for, but takes it back whole only (EFAULT), so no
 * program could start. Loaded before the C library (ld.so(8), LD_PRELOAD). It needs neither that library's headers nor its start files.
 *
 * What the caller has no room for is in its initial state afterwards (XSTATE_BV, Intel SDM volume 1, 13.4.2). Nothing is lost by that: a program
 * of a guest can't ask for more (arch_prctl(2), ARCH_REQ_XCOMP_PERM), because the guest's kernel doesn't know that call. For one thread, as
 * linux.uml is.
 */
#include <cpuid.h>
#include <stddef.h>
#include <stdint.h>

enum { SYS_PTRACE = 101, PEEKTEXT = 1, PEEKUSER = 3, GETREGSET = 0x4204, SETREGSET = 0x4205, NT_X86_XSTATE = 0x202 };
enum { LEGACY_BYTES = 512, HEADER_BYTES = 64, MAX_BYTES = 1 << 16, COMPONENTS = 63 };

struct range {
    char *base;
    size_t length;
};

extern int *__errno_location(void);

static char whole[MAX_BYTES] __attribute__((aligned(64)));

static long kernel(long request, long process, long address, void *data)
{
    long result;
    register void *fourth __asm__("r10") = data;
    __asm__ volatile("syscall" : "=a"(result) : "a"(SYS_PTRACE), "D"(request), "S"(process), "d"(address), "r"(fourth) : "rcx", "r11", "memory");
    return result;
}

/* Components of the standard format that lie within so many bytes; x87 and SSE always do. */
static uint64_t within(size_t length)
{
    uint64_t in = 3;
    for (unsigned component = 2; component < COMPONENTS; component++) {
        unsigned size, offset, supervisor, unused;
        __cpuid_count(0xD, component, size, offset, supervisor, unused);
        if (size && !(supervisor & 1) && (size_t) offset + size <= length)
            in |= (uint64_t) 1 << component;
    }
    return in;
}

static long set_state(long process, struct range *given)
{
    struct range all = { whole, sizeof whole };
    long failed = kernel(GETREGSET, process, NT_X86_XSTATE, &all);
    if (failed || given->length >= all.length || given->length < LEGACY_BYTES + HEADER_BYTES)
        return kernel(SETREGSET, process, NT_X86_XSTATE, given);
    for (size_t i = 0; i < given->length; i++)
        ((volatile char *) whole)[i] = given->base[i];
    *(uint64_t *) (whole + LEGACY_BYTES) &= within(given->length);
    return kernel(SETREGSET, process, NT_X86_XSTATE, &all);
}

long ptrace(long request, long process, long address, void *data)
{
    long word = 0;
    int peeks = request >= PEEKTEXT && request <= PEEKUSER;
    int sets = request == SETREGSET && address == NT_X86_XSTATE;
    long result = sets ? set_state((int) process, data) : kernel(request, (int) process, address, peeks ? &word : data);
    if (result < 0) {
        *__errno_location() = -(int) result;
        return -1;
    }
    if (peeks)
        *__errno_location() = 0;
    return peeks ? word : result;
}
