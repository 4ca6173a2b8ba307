// AVX2: a panel is two vectors.
#include "pie.h"

#if PIE_X86
#include <immintrin.h>

PIE_TARGET_BEGIN("avx2,fma,f16c")

#define ISA(name) name##_avx2
#define LANES 8
#define TILE_ROWS 4
#define WIDE_ROWS 2
#define FLOAT_CASES(run, tile) \
  case 4: run(tile, 4, 1) \
  case 3: run(tile, 3, 2) \
  case 2: run(tile, 2, 2) \
  case 1: run(tile, 1, 4)
typedef __m256i vi;
typedef __m256 vf;

PIE_INLINE vi zero_i(void) { return _mm256_setzero_si256(); }
PIE_INLINE vf zero_f(void) { return _mm256_setzero_ps(); }
PIE_INLINE vi load_i(const void *p) { return _mm256_loadu_si256(p); }
PIE_INLINE vi or_i(vi a, vi b) { return _mm256_or_si256(a, b); }
PIE_INLINE vi spread_i(const void *p) {
  int32_t i;
  memcpy(&i, p, 4);
  return _mm256_set1_epi32(i);
}
PIE_INLINE vf spread_f(const float *p) { return _mm256_set1_ps(*p); }
PIE_INLINE vf to_f(vi a) { return _mm256_cvtepi32_ps(a); }
PIE_INLINE vf mul_f(vf a, vf b) { return _mm256_mul_ps(a, b); }
PIE_INLINE vf fma_f(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }
PIE_INLINE vf fnma_f(vf a, vf b, vf c) { return _mm256_fnmadd_ps(a, b, c); }
PIE_INLINE vf value_f(float a) { return _mm256_set1_ps(a); }
PIE_INLINE vf add_f(vf a, vf b) { return _mm256_add_ps(a, b); }
PIE_INLINE vf sub_f(vf a, vf b) { return _mm256_sub_ps(a, b); }
PIE_INLINE vf div_f(vf a, vf b) { return _mm256_div_ps(a, b); }
PIE_INLINE vf min_f(vf a, vf b) { return _mm256_min_ps(a, b); }
PIE_INLINE vf max_f(vf a, vf b) { return _mm256_max_ps(a, b); }
PIE_INLINE vf abs_f(vf a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
PIE_INLINE vi round_f(vf a) { return _mm256_cvtps_epi32(a); }
PIE_INLINE vf scale_by_exponent(vf a, vf exponent) {
  vi bits = _mm256_slli_epi32(_mm256_castps_si256(exponent), 23);
  return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(a), bits));
}
PIE_INLINE float largest_of(vf a) {
  __m128 m = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  m = _mm_max_ps(m, _mm_movehl_ps(m, m));
  return _mm_cvtss_f32(_mm_max_ss(m, _mm_movehdup_ps(m)));
}
PIE_INLINE int32_t sum_of(vi a) {
  __m128i s = _mm_add_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
  s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1)));
}
PIE_INLINE void store_bytes(int8_t *p, vi a) {
  __m128i shorts = _mm_packs_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
  _mm_storel_epi64((__m128i *)p, _mm_packs_epi16(shorts, shorts));
}
PIE_INLINE void store_f(float *p, vf a) { _mm256_storeu_ps(p, a); }
PIE_INLINE vf load_f(const void *p) { return _mm256_loadu_ps(p); }
PIE_INLINE vf load_brains(const void *p) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128(p)), 16));
}
PIE_INLINE vf load_halves(const void *p) { return _mm256_cvtph_ps(_mm_loadu_si128(p)); }
PIE_INLINE vi load_unsigned(const void *p) { return _mm256_cvtepu8_epi32(_mm_loadl_epi64(p)); }
PIE_INLINE vi load_signed(const void *p) { return _mm256_cvtepi8_epi32(_mm_loadl_epi64(p)); }
PIE_INLINE vi low_nibbles(vi a) { return _mm256_and_si256(a, _mm256_set1_epi8(15)); }
PIE_INLINE vi high_nibbles(vi a) { return _mm256_and_si256(_mm256_srli_epi16(a, 4), _mm256_set1_epi8(15)); }
PIE_INLINE vi pair_bits(vi a, int c) {
  vi at = c == 0 ? _mm256_slli_epi16(a, 4) : c == 1 ? _mm256_slli_epi16(a, 2) : c == 2 ? a : _mm256_srli_epi16(a, 2);
  return _mm256_and_si256(at, _mm256_set1_epi8(0x30));
}
// Sums of eight products of nibbles and bytes, two by two, fit 16 bits: 8 * 2 * 15 * 127 = 30,480.
PIE_INLINE vi begin_nibbles(const int32_t *offset) {
  (void)offset;
  return zero_i();
}
PIE_INLINE vi dot_nibbles(vi acc, vi w, const int8_t *x, int at) {
  return _mm256_add_epi16(acc, _mm256_maddubs_epi16(w, spread_i(x + at)));
}
PIE_INLINE vi add_pairs(vi acc, vi pairs) {
  return _mm256_add_epi32(acc, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}
PIE_INLINE vi end_nibbles(vi acc, const int32_t *offset) { return add_pairs(offset ? spread_i(offset) : zero_i(), acc); }
PIE_INLINE vi dot_six(vi acc, vi w, const int8_t *x, int at) {
  return add_pairs(acc, _mm256_maddubs_epi16(w, spread_i(x + at)));
}
// The instruction takes one factor unsigned: the sign goes to the other one. 2 * 128 * 127 fits 16 bits.
PIE_INLINE vi signed_bytes(vi w) { return w; }
PIE_INLINE vi begin_signed(const int32_t *minus128) {
  (void)minus128;
  return zero_i();
}
PIE_INLINE vi dot_signed(vi acc, vi w, const int8_t *x, int at) {
  return add_pairs(acc, _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(spread_i(x + at), w)));
}

#include "linear.inc"

#define KEY_BLOCKS 2
#define FULL_KEY_BLOCKS KEY_BLOCKS
#define VALUE_VECTORS 2
#include "attention.inc"

PIE_TARGET_END
#endif
