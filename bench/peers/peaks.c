// What a core can do at most: reads of memory, fused multiply-adds, products of bytes. ./pie bench kernels measures the
// kernels against these loops. Every function is there for two widths of x86-64, or for NEON; "macs" are multiply-adds.
#include <stdint.h>
#include <string.h>

// Sums that do not wait for each other; more than any processor's latency times its units.
enum { SUMS = 12 };

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vnni")))

AVX2 double peak_fma_avx2(int64_t rounds) {
  __m256 x = _mm256_set1_ps(0.5f), y = _mm256_set1_ps(0.25f), sum[SUMS];
  for (int i = 0; i < SUMS; i++) sum[i] = _mm256_set1_ps((float)i);
  for (int64_t r = 0; r < rounds; r++)
#pragma GCC unroll 12
    for (int i = 0; i < SUMS; i++) sum[i] = _mm256_fmadd_ps(sum[i], x, y);
  for (int i = 1; i < SUMS; i++) sum[0] = _mm256_add_ps(sum[0], sum[i]);
  return _mm256_cvtss_f32(sum[0]);
}

AVX512 double peak_fma_avx512(int64_t rounds) {
  __m512 x = _mm512_set1_ps(0.5f), y = _mm512_set1_ps(0.25f), sum[SUMS];
  for (int i = 0; i < SUMS; i++) sum[i] = _mm512_set1_ps((float)i);
  for (int64_t r = 0; r < rounds; r++)
#pragma GCC unroll 12
    for (int i = 0; i < SUMS; i++) sum[i] = _mm512_fmadd_ps(sum[i], x, y);
  for (int i = 1; i < SUMS; i++) sum[0] = _mm512_add_ps(sum[0], sum[i]);
  return _mm512_cvtss_f32(sum[0]);
}

// VPMADDUBSW, and VPADDW for the sum of shorts.
AVX2 double peak_dot_avx2(int64_t rounds) {
  __m256i x = _mm256_set1_epi8(3), y = _mm256_set1_epi8(5), sum[SUMS];
  for (int i = 0; i < SUMS; i++) sum[i] = _mm256_set1_epi16(i);
  for (int64_t r = 0; r < rounds; r++)
#pragma GCC unroll 12
    for (int i = 0; i < SUMS; i++) {
      // Else one product would do for all.
      __asm__ volatile("" : "+x"(x));
      sum[i] = _mm256_add_epi16(sum[i], _mm256_maddubs_epi16(x, y));
    }
  for (int i = 1; i < SUMS; i++) sum[0] = _mm256_add_epi16(sum[0], sum[i]);
  return _mm256_extract_epi16(sum[0], 0);
}

// VPDPBUSD.
AVX512 double peak_dot_avx512(int64_t rounds) {
  __m512i x = _mm512_set1_epi8(3), y = _mm512_set1_epi8(5), sum[SUMS];
  for (int i = 0; i < SUMS; i++) sum[i] = _mm512_set1_epi32(i);
  for (int64_t r = 0; r < rounds; r++)
#pragma GCC unroll 12
    for (int i = 0; i < SUMS; i++) sum[i] = _mm512_dpbusd_epi32(sum[i], x, y);
  for (int i = 1; i < SUMS; i++) sum[0] = _mm512_add_epi32(sum[0], sum[i]);
  return _mm_cvtsi128_si32(_mm512_castsi512_si128(sum[0]));
}

// Multiples of 512 bytes; each line of the cache is asked for some bytes early, or not (0).
AVX2 double peak_read_avx2(const char *p, int64_t bytes, int64_t ahead) {
  __m256i sum[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256()};
  for (const char *end = p + bytes; p < end; p += 128) {
    if (ahead) {
      _mm_prefetch(p + ahead, _MM_HINT_T0);
      _mm_prefetch(p + ahead + 64, _MM_HINT_T0);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) sum[i] = _mm256_or_si256(sum[i], _mm256_load_si256((const __m256i *)(p + 32 * i)));
  }
  for (int i = 1; i < 4; i++) sum[0] = _mm256_or_si256(sum[0], sum[i]);
  return _mm256_extract_epi8(sum[0], 0);
}

AVX512 double peak_read_avx512(const char *p, int64_t bytes, int64_t ahead) {
  __m512i sum[4] = {_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512()};
  for (const char *end = p + bytes; p < end; p += 256) {
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
      if (ahead) _mm_prefetch(p + ahead + 64 * i, _MM_HINT_T0);
      sum[i] = _mm512_or_si512(sum[i], _mm512_load_si512(p + 64 * i));
    }
  }
  for (int i = 1; i < 4; i++) sum[0] = _mm512_or_si512(sum[0], sum[i]);
  return _mm_cvtsi128_si32(_mm512_castsi512_si128(sum[0]));
}

int64_t peak_fma_macs_avx2(void) { return SUMS * 8; }
int64_t peak_fma_macs_avx512(void) { return SUMS * 16; }
int64_t peak_dot_macs_avx2(void) { return SUMS * 32; }
int64_t peak_dot_macs_avx512(void) { return SUMS * 64; }

#elif defined(__aarch64__)
#include <arm_neon.h>

double peak_fma_neon(int64_t rounds) {
  float32x4_t x = vdupq_n_f32(0.5f), y = vdupq_n_f32(0.25f), sum[SUMS];
  for (int i = 0; i < SUMS; i++) sum[i] = vdupq_n_f32((float)i);
  for (int64_t r = 0; r < rounds; r++)
#pragma GCC unroll 12
    for (int i = 0; i < SUMS; i++) sum[i] = vfmaq_f32(sum[i], x, y);
  for (int i = 1; i < SUMS; i++) sum[0] = vaddq_f32(sum[0], sum[i]);
  return vgetq_lane_f32(sum[0], 0);
}

// SDOT.
__attribute__((target("arch=armv8.2-a+dotprod"))) double peak_dot_neon(int64_t rounds) {
  int8x16_t x = vdupq_n_s8(3), y = vdupq_n_s8(5);
  int32x4_t sum[SUMS];
  for (int i = 0; i < SUMS; i++) sum[i] = vdupq_n_s32(i);
  for (int64_t r = 0; r < rounds; r++)
#pragma GCC unroll 12
    for (int i = 0; i < SUMS; i++) sum[i] = vdotq_s32(sum[i], x, y);
  for (int i = 1; i < SUMS; i++) sum[0] = vaddq_s32(sum[0], sum[i]);
  return vgetq_lane_s32(sum[0], 0);
}

double peak_read_neon(const char *p, int64_t bytes, int64_t ahead) {
  uint8x16_t sum[4] = {vdupq_n_u8(0), vdupq_n_u8(0), vdupq_n_u8(0), vdupq_n_u8(0)};
  for (const char *end = p + bytes; p < end; p += 64) {
    if (ahead) __builtin_prefetch(p + ahead);
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) sum[i] = vorrq_u8(sum[i], vld1q_u8((const uint8_t *)p + 16 * i));
  }
  for (int i = 1; i < 4; i++) sum[0] = vorrq_u8(sum[0], sum[i]);
  return vgetq_lane_u8(sum[0], 0);
}

int64_t peak_fma_macs_neon(void) { return SUMS * 4; }
int64_t peak_dot_macs_neon(void) { return SUMS * 16; }

// SMMLA.
__attribute__((target("arch=armv8.2-a+dotprod+i8mm"))) double peak_dot_i8mm(int64_t rounds) {
  int8x16_t x = vdupq_n_s8(3), y = vdupq_n_s8(5);
  int32x4_t sum[SUMS];
  for (int i = 0; i < SUMS; i++) sum[i] = vdupq_n_s32(i);
  for (int64_t r = 0; r < rounds; r++)
#pragma GCC unroll 12
    for (int i = 0; i < SUMS; i++) sum[i] = vmmlaq_s32(sum[i], x, y);
  for (int i = 1; i < SUMS; i++) sum[0] = vaddq_s32(sum[0], sum[i]);
  return vgetq_lane_s32(sum[0], 0);
}

double peak_fma_i8mm(int64_t rounds) { return peak_fma_neon(rounds); }
double peak_read_i8mm(const char *p, int64_t bytes, int64_t ahead) { return peak_read_neon(p, bytes, ahead); }
int64_t peak_fma_macs_i8mm(void) { return SUMS * 4; }
int64_t peak_dot_macs_i8mm(void) { return SUMS * 32; }
#endif
