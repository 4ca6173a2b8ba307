// What the files of this library share. See Kernels.java for what every function computes: all results are one fixed
// sequence of roundings, so each must be written with exactly the operations given there (and fused where said so).
#ifndef PIE_H
#define PIE_H

#include <stdint.h>
#include <string.h>

#if defined(_WIN32)
#define PIE_EXPORT __declspec(dllexport)
#else
#define PIE_EXPORT __attribute__((visibility("default")))
#endif
#define PIE_INLINE static inline __attribute__((always_inline))

#if defined(__x86_64__) || defined(_M_X64)
#define PIE_X86 1
#elif defined(__aarch64__)
#define PIE_ARM 1
#endif

// Lets one file hold code for instructions that the compiler's own target lacks; ends with PIE_TARGET_END.
#define PIE_PRAGMA(x) _Pragma(#x)
#if defined(__clang__)
#define PIE_TARGET_BEGIN(features) \
  PIE_PRAGMA(clang attribute push(__attribute__((target(features))), apply_to = function))
#define PIE_TARGET_END PIE_PRAGMA(clang attribute pop)
#else
#define PIE_TARGET_BEGIN(features) PIE_PRAGMA(GCC push_options) PIE_PRAGMA(GCC target(features))
#define PIE_TARGET_END PIE_PRAGMA(GCC pop_options)
#endif

// Outputs that lie side by side in a panel.
enum { PANEL = 16 };

// 32 columns of a row of activations as bytes: 64 bytes, one cache line.
typedef struct {
  int8_t values[32];
  float scale;       // of all values
  float bias;        // scale times the sum of all values
  int32_t minus8;    // the sum of all values times -8, what nibbles without a sign are too much
  int32_t minus128;  // the same for bytes without a sign
  int32_t minus32[2];  // the sums of the first 16 and of the last 16 values times -32
  int32_t unused[2];
} Bytes32;

// Rows of activations lie in groups of 8 (the last may have fewer): block b of row r of a group of n at b * n + r.
enum { GROUP = 8 };

#endif
