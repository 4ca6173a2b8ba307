// AVX-512 with VNNI: a vector is a whole panel.
#include "pie.h"

#if PIE_X86
#include <immintrin.h>

PIE_TARGET_BEGIN("avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")

#define ISA(name) name##_avx512
#define LANES 16
#define TILE_ROWS 8
#define WIDE_ROWS 0
#define FLOAT_CASES(run, tile) \
  case 8: run(tile, 8, 2) \
  case 7: run(tile, 7, 2) \
  case 6: run(tile, 6, 2) \
  case 5: run(tile, 5, 2) \
  case 4: run(tile, 4, 2) \
  case 3: run(tile, 3, 2) \
  case 2: run(tile, 2, 4) \
  case 1: run(tile, 1, 4)
typedef __m512i vi;
typedef __m512 vf;

PIE_INLINE vi zero_i(void) { return _mm512_setzero_si512(); }
PIE_INLINE vf zero_f(void) { return _mm512_setzero_ps(); }
PIE_INLINE vi load_i(const void *p) { return _mm512_loadu_si512(p); }
PIE_INLINE vi or_i(vi a, vi b) { return _mm512_or_si512(a, b); }
PIE_INLINE vi spread_i(const void *p) {
  int32_t i;
  memcpy(&i, p, 4);
  return _mm512_set1_epi32(i);
}
PIE_INLINE vf spread_f(const float *p) { return _mm512_set1_ps(*p); }
PIE_INLINE vf to_f(vi a) { return _mm512_cvtepi32_ps(a); }
PIE_INLINE vf mul_f(vf a, vf b) { return _mm512_mul_ps(a, b); }
PIE_INLINE vf fma_f(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }
PIE_INLINE vf fnma_f(vf a, vf b, vf c) { return _mm512_fnmadd_ps(a, b, c); }
PIE_INLINE vf value_f(float a) { return _mm512_set1_ps(a); }
PIE_INLINE vf add_f(vf a, vf b) { return _mm512_add_ps(a, b); }
PIE_INLINE vf sub_f(vf a, vf b) { return _mm512_sub_ps(a, b); }
PIE_INLINE vf div_f(vf a, vf b) { return _mm512_div_ps(a, b); }
PIE_INLINE vf min_f(vf a, vf b) { return _mm512_min_ps(a, b); }
PIE_INLINE vf max_f(vf a, vf b) { return _mm512_max_ps(a, b); }
PIE_INLINE vf abs_f(vf a) { return _mm512_andnot_ps(_mm512_set1_ps(-0.0f), a); }
PIE_INLINE vi round_f(vf a) { return _mm512_cvtps_epi32(a); }
PIE_INLINE vf scale_by_exponent(vf a, vf exponent) {
  vi bits = _mm512_slli_epi32(_mm512_castps_si512(exponent), 23);
  return _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(a), bits));
}
PIE_INLINE float largest_of(vf a) { return _mm512_reduce_max_ps(a); }
PIE_INLINE int32_t sum_of(vi a) { return _mm512_reduce_add_epi32(a); }
PIE_INLINE void store_bytes(int8_t *p, vi a) { _mm_storeu_si128((__m128i *)p, _mm512_cvtepi32_epi8(a)); }
PIE_INLINE void store_f(float *p, vf a) { _mm512_storeu_ps(p, a); }
PIE_INLINE vf load_f(const void *p) { return _mm512_loadu_ps(p); }
PIE_INLINE vf load_brains(const void *p) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256(p)), 16));
}
PIE_INLINE vf load_halves(const void *p) { return _mm512_cvtph_ps(_mm256_loadu_si256(p)); }
PIE_INLINE vi load_unsigned(const void *p) { return _mm512_cvtepu8_epi32(_mm_loadu_si128(p)); }
PIE_INLINE vi load_signed(const void *p) { return _mm512_cvtepi8_epi32(_mm_loadu_si128(p)); }
PIE_INLINE vi low_nibbles(vi a) { return _mm512_and_si512(a, _mm512_set1_epi8(15)); }
PIE_INLINE vi high_nibbles(vi a) { return _mm512_and_si512(_mm512_srli_epi16(a, 4), _mm512_set1_epi8(15)); }
PIE_INLINE vi pair_bits(vi a, int c) {
  vi at = c == 0 ? _mm512_slli_epi16(a, 4) : c == 1 ? _mm512_slli_epi16(a, 2) : c == 2 ? a : _mm512_srli_epi16(a, 2);
  return _mm512_and_si512(at, _mm512_set1_epi8(0x30));
}
// Products of nibbles are summed from an offset on, or from 0.
PIE_INLINE vi begin_nibbles(const int32_t *offset) { return offset ? spread_i(offset) : zero_i(); }
PIE_INLINE vi dot_nibbles(vi acc, vi w, const int8_t *x, int at) {
  return _mm512_dpbusd_epi32(acc, w, spread_i(x + at));
}
PIE_INLINE vi end_nibbles(vi acc, const int32_t *offset) {
  (void)offset;
  return acc;
}
PIE_INLINE vi dot_six(vi acc, vi w, const int8_t *x, int at) {
  return _mm512_dpbusd_epi32(acc, w, spread_i(x + at));
}
// The instruction takes unsigned weights: 128 too much, which the offset takes away.
PIE_INLINE vi signed_bytes(vi w) { return _mm512_xor_si512(w, _mm512_set1_epi8((char)0x80)); }
PIE_INLINE vi begin_signed(const int32_t *minus128) { return spread_i(minus128); }
PIE_INLINE vi dot_signed(vi acc, vi w, const int8_t *x, int at) {
  return _mm512_dpbusd_epi32(acc, w, spread_i(x + at));
}

#include "linear.inc"

#define KEY_BLOCKS 4
#define FULL_KEY_BLOCKS 1
#define VALUE_VECTORS 4
#include "attention.inc"

PIE_TARGET_END
#endif
