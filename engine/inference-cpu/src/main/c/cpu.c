// What this processor can do.
#include "pie.h"

enum { AVX2 = 1, AVX512 = 2, NEON = 4 };

#if PIE_X86
PIE_EXPORT int32_t pie_levels(void) {
  __builtin_cpu_init();
  int32_t levels = 0;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")) {
    levels |= AVX2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni"))
      levels |= AVX512;
  }
  return levels;
}
#elif PIE_ARM && defined(__linux__)
#include <sys/auxv.h>
#ifndef HWCAP_ASIMDDP
#define HWCAP_ASIMDDP (1 << 20)
#endif
PIE_EXPORT int32_t pie_levels(void) { return getauxval(AT_HWCAP) & HWCAP_ASIMDDP ? NEON : 0; }
#elif PIE_ARM && defined(__APPLE__)
PIE_EXPORT int32_t pie_levels(void) { return NEON; }
#elif PIE_ARM && defined(_WIN32)
__declspec(dllimport) int __stdcall IsProcessorFeaturePresent(unsigned long feature);
// PF_ARM_V82_DP_INSTRUCTIONS_AVAILABLE
PIE_EXPORT int32_t pie_levels(void) { return IsProcessorFeaturePresent(43) ? NEON : 0; }
#else
PIE_EXPORT int32_t pie_levels(void) { return 0; }
#endif
