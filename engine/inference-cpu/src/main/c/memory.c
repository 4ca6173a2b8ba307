// Memory in huge pages, which the processor finds faster than many small ones.
#include "pie.h"

#if defined(__linux__)
#include <sys/mman.h>

PIE_EXPORT void *pie_map(int64_t bytes) {
  void *memory = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 0;
  // Advice only: where there are none, pages are small.
  madvise(memory, bytes, MADV_HUGEPAGE);
  return memory;
}

PIE_EXPORT void pie_unmap(void *memory, int64_t bytes) { munmap(memory, bytes); }
#endif
