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

enum { SYS_PTRACE = 101, PEEKTEXT = 1, PEEKUSER = 3, GETREGS = 12, SETREGS = 13, GETREGSET = 0x4204, SETREGSET = 0x4205, NT_X86_XSTATE = 0x202 };
enum { LEGACY_BYTES = 512, HEADER_BYTES = 64, MAX_BYTES = 1 << 16, MAX_KEPT_BYTES = 1 << 12, COMPONENTS = 63 };

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

static void copy(char *to, const char *from, size_t length)
{
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(length) : : "memory");
}

static int is_same(const char *one, const char *other, size_t length)
{
    for (size_t i = 0; i < length; i += sizeof(uint64_t))
        if (*(const uint64_t *) (one + i) != *(const uint64_t *) (other + i))
            return 0;
    return 1;
}

/* What was read of this process, which hasn't run since; 0 is none. Most of what is set is what was read: the host needn't copy 11 KiB for that. */
static long read_process;
static size_t read_length;
static char read_state[MAX_KEPT_BYTES] __attribute__((aligned(64)));

static void remember(long process, const struct range *given)
{
    read_process = given->length <= sizeof read_state && given->length % sizeof(uint64_t) == 0 ? process : 0;
    if (read_process) {
        read_length = given->length;
        copy(read_state, given->base, given->length);
    }
}

static long set_state(long process, struct range *given)
{
    /* In a virtual machine each CPUID asks the hypervisor. */
    static size_t known_length;
    static uint64_t known;
    static size_t all_length;

    if (process == read_process && given->length == read_length && is_same(read_state, given->base, given->length))
        return 0;
    read_process = 0;
    if (!all_length) {
        struct range all = { whole, sizeof whole };
        long failed = kernel(GETREGSET, process, NT_X86_XSTATE, &all);
        if (failed)
            return failed;
        all_length = all.length;
    }
    if (given->length >= all_length || given->length < LEGACY_BYTES + HEADER_BYTES)
        return kernel(SETREGSET, process, NT_X86_XSTATE, given);
    if (given->length != known_length) {
        known = within(given->length);
        known_length = given->length;
    }
    copy(whole, given->base, given->length);
    *(uint64_t *) (whole + LEGACY_BYTES) &= known;
    struct range all = { whole, all_length };
    return kernel(SETREGSET, process, NT_X86_XSTATE, &all);
}

long ptrace(long request, long process, long address, void *data)
{
    long word = 0;
    int peeks = request >= PEEKTEXT && request <= PEEKUSER;
    int is_state = address == NT_X86_XSTATE && (request == SETREGSET || request == GETREGSET);
    int is_quiet = is_state || peeks || request == GETREGS || request == SETREGS;
    if (!is_quiet)
        read_process = 0;
    long result = is_state && request == SETREGSET ? set_state((int) process, data) : kernel(request, (int) process, address, peeks ? &word : data);
    if (is_state && request == GETREGSET && result == 0)
        remember((int) process, data);
    if (result < 0) {
        *__errno_location() = -(int) result;
        return -1;
    }
    if (peeks)
        *__errno_location() = 0;
    return peeks ? word : result;
}
