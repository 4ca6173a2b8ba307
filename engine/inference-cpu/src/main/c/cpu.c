// What this processor can do.
#include "pie.h"

enum { AVX2 = 1, AVX512 = 2, NEON = 4, I8MM = 8 };

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
#ifndef HWCAP2_I8MM
#define HWCAP2_I8MM (1 << 13)
#endif
PIE_EXPORT int32_t pie_levels(void) {
  if (!(getauxval(AT_HWCAP) & HWCAP_ASIMDDP)) return 0;
  return getauxval(AT_HWCAP2) & HWCAP2_I8MM ? NEON | I8MM : NEON;
}
#elif PIE_ARM && defined(__APPLE__)
#include <sys/sysctl.h>
PIE_EXPORT int32_t pie_levels(void) {
  int i8mm = 0;
  size_t size = sizeof i8mm;
  return sysctlbyname("hw.optional.arm.FEAT_I8MM", &i8mm, &size, 0, 0) == 0 && i8mm ? NEON | I8MM : NEON;
}
#elif PIE_ARM && defined(_WIN32)
__declspec(dllimport) int __stdcall IsProcessorFeaturePresent(unsigned long feature);
PIE_EXPORT int32_t pie_levels(void) {
  // PF_ARM_V82_DP_INSTRUCTIONS_AVAILABLE, PF_ARM_V82_I8MM_INSTRUCTIONS_AVAILABLE
  if (!IsProcessorFeaturePresent(43)) return 0;
  return IsProcessorFeaturePresent(66) ? NEON | I8MM : NEON;
}
#else
PIE_EXPORT int32_t pie_levels(void) { return 0; }
#endif
