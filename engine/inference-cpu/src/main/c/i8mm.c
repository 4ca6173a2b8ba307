// NEON with dot products and matrix products of bytes (i8mm): a panel is four vectors. Products of BF16 stay those of
// singles: BFMMLA rounds otherwise.
#include "pie.h"

#if PIE_ARM
#include <arm_neon.h>

PIE_TARGET_BEGIN("arch=armv8.2-a+dotprod+i8mm")

#define ISA(name) name##_i8mm
#define LANES 4
#define TILE_ROWS 4
#define WIDE_ROWS 2
// Two vectors of a panel share the bytes of four rows: 16 sums, 4 weights, 4 or 8 rows in 32 registers.
#define SLIM_PARTS 2
#define PAIRS
#define FLOAT_CASES(run, tile) \
  case 4: run(tile, 4, 1) \
  case 3: run(tile, 3, 1) \
  case 2: run(tile, 2, 2) \
  case 1: run(tile, 1, 4)
#include "neon.inc"

// Sums of two outputs of two rows: the first row's, then the second's.
PIE_INLINE vi dot_pair(vi acc, vi outputs, vi rows) {
  return vmmlaq_s32(acc, vreinterpretq_s8_s32(rows), vreinterpretq_s8_s32(outputs));
}
// Eight columns of two outputs, of vectors of four columns of four: the first two outputs, or the last.
PIE_INLINE vi first_two(vi a, vi b) { return vzip1q_s32(a, b); }
PIE_INLINE vi last_two(vi a, vi b) { return vzip2q_s32(a, b); }
// Eight bytes of each of two rows.
PIE_INLINE vi two_rows(const int8_t *a, const int8_t *b) {
  return vreinterpretq_s32_s8(vcombine_s8(vld1_s8(a), vld1_s8(b)));
}
// A row's four outputs, of sums of its first two and its last two.
PIE_INLINE vi row_of(int second, vi first, vi last) {
  int64x2_t a = vreinterpretq_s64_s32(first);
  int64x2_t b = vreinterpretq_s64_s32(last);
  return vreinterpretq_s32_s64(second ? vzip2q_s64(a, b) : vzip1q_s64(a, b));
}
PIE_INLINE vi add_i(vi a, vi b) { return vaddq_s32(a, b); }

#include "linear.inc"

#define KEY_BLOCKS 4
#define FULL_KEY_BLOCKS KEY_BLOCKS
#define VALUE_VECTORS 4
#include "attention.inc"

PIE_TARGET_END
#endif
