// NEON with dot products: a panel is four vectors.
#include "pie.h"

#if PIE_ARM
#include <arm_neon.h>

PIE_TARGET_BEGIN("arch=armv8.2-a+dotprod")

#define ISA(name) name##_neon
#define LANES 4
#define TILE_ROWS 4
#define WIDE_ROWS 2
// Two vectors of a panel share the bytes of four rows: 16 sums, 4 weights, 4 or 8 rows in 32 registers.
#define SLIM_PARTS 2
#define FLOAT_CASES(run, tile) \
  case 4: run(tile, 4, 1) \
  case 3: run(tile, 3, 1) \
  case 2: run(tile, 2, 2) \
  case 1: run(tile, 1, 4)
typedef int32x4_t vi;
typedef float32x4_t vf;

PIE_INLINE vi zero_i(void) { return vdupq_n_s32(0); }
PIE_INLINE vf zero_f(void) { return vdupq_n_f32(0); }
// Bytes have no alignment.
PIE_INLINE vi load_i(const void *p) { return vreinterpretq_s32_u8(vld1q_u8(p)); }
PIE_INLINE vi or_i(vi a, vi b) { return vorrq_s32(a, b); }
PIE_INLINE vi spread_i(const void *p) {
  int32_t i;
  memcpy(&i, p, 4);
  return vdupq_n_s32(i);
}
PIE_INLINE vf spread_f(const float *p) { return vld1q_dup_f32(p); }
PIE_INLINE vf to_f(vi a) { return vcvtq_f32_s32(a); }
PIE_INLINE vf mul_f(vf a, vf b) { return vmulq_f32(a, b); }
PIE_INLINE vf fma_f(vf a, vf b, vf c) { return vfmaq_f32(c, a, b); }
PIE_INLINE vf fnma_f(vf a, vf b, vf c) { return vfmsq_f32(c, a, b); }
PIE_INLINE vf value_f(float a) { return vdupq_n_f32(a); }
PIE_INLINE vf add_f(vf a, vf b) { return vaddq_f32(a, b); }
PIE_INLINE vf sub_f(vf a, vf b) { return vsubq_f32(a, b); }
PIE_INLINE vf div_f(vf a, vf b) { return vdivq_f32(a, b); }
PIE_INLINE vf min_f(vf a, vf b) { return vminq_f32(a, b); }
PIE_INLINE vf max_f(vf a, vf b) { return vmaxq_f32(a, b); }
PIE_INLINE vf abs_f(vf a) { return vabsq_f32(a); }
PIE_INLINE vi round_f(vf a) { return vcvtnq_s32_f32(a); }
PIE_INLINE vf scale_by_exponent(vf a, vf exponent) {
  vi bits = vshlq_n_s32(vreinterpretq_s32_f32(exponent), 23);
  return vreinterpretq_f32_s32(vaddq_s32(vreinterpretq_s32_f32(a), bits));
}
PIE_INLINE float largest_of(vf a) { return vmaxvq_f32(a); }
PIE_INLINE int32_t sum_of(vi a) { return vaddvq_s32(a); }
PIE_INLINE void store_bytes(int8_t *p, vi a) {
  int16x4_t shorts = vmovn_s32(a);
  int8x8_t bytes = vmovn_s16(vcombine_s16(shorts, shorts));
  memcpy(p, &bytes, 4);
}
PIE_INLINE void store_f(float *p, vf a) { vst1q_f32(p, a); }
PIE_INLINE vf load_f(const void *p) { return vreinterpretq_f32_u8(vld1q_u8(p)); }
PIE_INLINE vf load_brains(const void *p) {
  return vreinterpretq_f32_u32(vshll_n_u16(vreinterpret_u16_u8(vld1_u8(p)), 16));
}
PIE_INLINE vf load_halves(const void *p) { return vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(p))); }
PIE_INLINE vi load_unsigned(const void *p) {
  uint32_t four;
  memcpy(&four, p, 4);
  return vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(vmovl_u8(vcreate_u8(four)))));
}
PIE_INLINE vi load_signed(const void *p) {
  uint32_t four;
  memcpy(&four, p, 4);
  return vmovl_s16(vget_low_s16(vmovl_s8(vcreate_s8(four))));
}
PIE_INLINE vi and_bytes(uint8x16_t a, uint8_t mask) {
  return vreinterpretq_s32_u8(vandq_u8(a, vdupq_n_u8(mask)));
}
PIE_INLINE vi low_nibbles(vi a) { return and_bytes(vreinterpretq_u8_s32(a), 15); }
PIE_INLINE vi high_nibbles(vi a) { return vreinterpretq_s32_u8(vshrq_n_u8(vreinterpretq_u8_s32(a), 4)); }
PIE_INLINE vi pair_bits(vi a, int c) {
  uint8x16_t b = vreinterpretq_u8_s32(a);
  return and_bytes(c == 0 ? vshlq_n_u8(b, 4) : c == 1 ? vshlq_n_u8(b, 2) : c == 2 ? b : vshrq_n_u8(b, 2), 0x30);
}
// The instruction takes four columns out of sixteen: one load serves four of them. at is known once loops are unrolled.
PIE_INLINE vi dot(vi acc, vi w, const int8_t *x, int at) {
  int8x16_t weights = vreinterpretq_s8_s32(w);
  int8x16_t sixteen = vld1q_s8(x + at / 16 * 16);
  switch (at / 4 % 4) {
    case 0: return vdotq_laneq_s32(acc, weights, sixteen, 0);
    case 1: return vdotq_laneq_s32(acc, weights, sixteen, 1);
    case 2: return vdotq_laneq_s32(acc, weights, sixteen, 2);
    default: return vdotq_laneq_s32(acc, weights, sixteen, 3);
  }
}
// Products of nibbles are summed from an offset on, or from 0.
PIE_INLINE vi begin_nibbles(const int32_t *offset) { return offset ? spread_i(offset) : zero_i(); }
PIE_INLINE vi dot_nibbles(vi acc, vi w, const int8_t *x, int at) { return dot(acc, w, x, at); }
PIE_INLINE vi end_nibbles(vi acc, const int32_t *offset) {
  (void)offset;
  return acc;
}
PIE_INLINE vi dot_six(vi acc, vi w, const int8_t *x, int at) { return dot(acc, w, x, at); }
PIE_INLINE vi signed_bytes(vi w) { return w; }
PIE_INLINE vi begin_signed(const int32_t *minus128) {
  (void)minus128;
  return zero_i();
}
PIE_INLINE vi dot_signed(vi acc, vi w, const int8_t *x, int at) { return dot(acc, w, x, at); }

#include "linear.inc"

#define KEY_BLOCKS 4
#define FULL_KEY_BLOCKS KEY_BLOCKS
#define VALUE_VECTORS 4
#include "attention.inc"

PIE_TARGET_END
#endif
