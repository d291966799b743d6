/* Counts allocations: LD_PRELOAD it; the benchmark finds hale_allocations() by name. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_ulong count;

unsigned long hale_allocations(void) { return atomic_load_explicit(&count, memory_order_relaxed); }

static void add(void) { atomic_fetch_add_explicit(&count, 1, memory_order_relaxed); }

void *malloc(size_t size) { add(); return __libc_malloc(size); }
void *calloc(size_t n, size_t size) { add(); return __libc_calloc(n, size); }
void *realloc(void *p, size_t size) { add(); return __libc_realloc(p, size); }
void *memalign(size_t a, size_t size) { add(); return __libc_memalign(a, size); }
void *aligned_alloc(size_t a, size_t size) { add(); return __libc_memalign(a, size); }
int posix_memalign(void **out, size_t a, size_t size) {
    add();
    *out = __libc_memalign(a, size);
    return *out ? 0 : 12;
}
