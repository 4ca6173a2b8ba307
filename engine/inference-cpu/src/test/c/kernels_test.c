// Compares every C kernel with plain C written from the text of Kernels, Packing, ByteRows, Exp and AttentionKernels, to
// the bit. All memory is as long as the kernels may use, so that sanitizers see what goes beyond.
//
//   cc -std=gnu11 -O1 -fsanitize=address,undefined -ffp-contract=off -I../../main/c kernels_test.c ../../main/c/*.c -lm
//
// Runs all instruction sets of the machine; an argument is the seed.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "pie.h"

extern int32_t pie_levels(void);

typedef void Quantized(const uint8_t *, int32_t, int32_t, int32_t, const Bytes32 *, int32_t, float *, int64_t);
typedef void Plain(const uint8_t *, int32_t, int32_t, int32_t, const float *, int64_t, int32_t, float *, int64_t);
typedef void Scores(const int64_t *, int32_t, int32_t, int32_t, int32_t, int32_t, const float *, float *, int64_t);
typedef void Weigh(const int64_t *, const int32_t *, int32_t, int32_t, int32_t, int32_t, int32_t, const float *, int64_t,
                   float *);
typedef struct {
  const char *name;
  int level;
  Quantized *q4_0, *q8_0, *q4_k, *q6_k;
  Plain *f32, *f16, *bf16;
  void (*to_bytes)(const float *, int32_t, Bytes32 *, int64_t);
  void (*swiglu)(float *, const float *, int32_t);
  void (*exponentials)(float *, int32_t);
  Scores *scores[4];
  Weigh *weigh[4];
} Set;

#define SET(s, bit) \
  extern Quantized pie_q4_0_##s, pie_q8_0_##s, pie_q4_k_##s, pie_q6_k_##s; \
  extern Plain pie_f32_##s, pie_f16_##s, pie_bf16_##s; \
  extern void pie_to_bytes_##s(const float *, int32_t, Bytes32 *, int64_t); \
  extern void pie_swiglu_##s(float *, const float *, int32_t); \
  extern void pie_exponentials_##s(float *, int32_t); \
  extern Scores pie_scores_f32_##s, pie_scores_f16_##s, pie_scores_bf16_##s, pie_scores_q8_##s; \
  extern Weigh pie_weigh_f32_##s, pie_weigh_f16_##s, pie_weigh_bf16_##s, pie_weigh_q8_##s; \
  static const Set set_##s = { \
      #s, bit, pie_q4_0_##s, pie_q8_0_##s, pie_q4_k_##s, pie_q6_k_##s, pie_f32_##s, pie_f16_##s, pie_bf16_##s, \
      pie_to_bytes_##s, pie_swiglu_##s, pie_exponentials_##s, \
      {pie_scores_f32_##s, pie_scores_f16_##s, pie_scores_bf16_##s, pie_scores_q8_##s}, \
      {pie_weigh_f32_##s, pie_weigh_f16_##s, pie_weigh_bf16_##s, pie_weigh_q8_##s}};

#if PIE_X86
SET(avx2, 1)
SET(avx512, 2)
static const Set *const SETS[] = {&set_avx2, &set_avx512};
#elif PIE_ARM
SET(neon, 4)
SET(i8mm, 8)
static const Set *const SETS[] = {&set_neon, &set_i8mm};
#else
static const Set *const SETS[] = {0};
#endif

static uint64_t state;
static long compared;

static uint32_t bits(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(state >> 33) ^ (uint32_t)(state >> 13);
}
static float uniform(void) { return (float)((int32_t)bits() / 2147483648.0); }
static void *memory(size_t bytes) {
  uint8_t *p = 0;
  if (posix_memalign((void **)&p, 64, bytes ? bytes : 1)) abort();
  for (size_t i = 0; i < bytes; i++) p[i] = (uint8_t)bits();
  return p;
}
static float *floats(int64_t count) {
  float *x = memory(4 * count);
  for (int64_t i = 0; i < count; i++) x[i] = uniform() * (i % 7 == 0 ? 30 : 1);
  return x;
}
static void same(const char *set, const char *what, const float *expected, const float *found, int count, int a, int b) {
  compared += count;
  for (int i = 0; i < count; i++)
    if (memcmp(expected + i, found + i, 4)) {
      printf("%s: %s (%d, %d), value %d: %a instead of %a\n", set, what, a, b, i, found[i], expected[i]);
      exit(1);
    }
}

static float as_float(uint32_t b) {
  float f;
  memcpy(&f, &b, 4);
  return f;
}
static uint32_t as_bits(float f) {
  uint32_t b;
  memcpy(&b, &f, 4);
  return b;
}
static uint16_t short_at(const uint8_t *p) { return (uint16_t)(p[0] | p[1] << 8); }
static float half(const uint8_t *p) {
  int h = short_at(p);
  int exponent = h >> 10 & 31;
  float size = exponent ? ldexpf((float)(1024 + (h & 1023)), exponent - 25) : ldexpf((float)(h & 1023), -24);
  return h & 0x8000 ? -size : size;
}
static float brain(const uint8_t *p) { return as_float((uint32_t)short_at(p) << 16); }
// Finite halves: up to 2^7, or smaller than any with a full fraction.
static void put_half(uint8_t *p) {
  int h = (int)(bits() & 0x83ff) | (int)(bits() % 22) << 10;
  p[0] = (uint8_t)h;
  p[1] = (uint8_t)(h >> 8);
}

// ---- matrices

enum { Q4_0, Q8_0, Q4_K, Q6_K };
static const int BLOCK_BYTES[] = {288, 544, 64 + 8 * 288, 32 + 8 * 416};

static int nibble(const uint8_t *values, int k, int lane) {
  uint8_t both = values[k % 16 / 4 * 64 + 4 * lane + k % 4];
  return k < 16 ? both & 15 : both >> 4;
}

// y of one output of a panel after another block of 32 columns.
static float add_block(int type, const uint8_t *panel, int block, int lane, const Bytes32 *x, float y) {
  const uint8_t *head = panel + (type < Q4_K ? block : block / 8) * BLOCK_BYTES[type];
  const uint8_t *part = type == Q4_K ? head + 64 + block % 8 * 288 : type == Q6_K ? head + 32 + block % 8 * 416 : head;
  const uint8_t *values = part + 32;
  float scale = half(head + 2 * lane);
  int span = type == Q6_K ? 16 : 32;
  for (int from = 0; from < 32; from += span) {
    int sum = 0;
    for (int k = from; k < from + span; k++) {
      int w = type == Q8_0 ? (int8_t)values[k / 4 * 64 + 4 * lane + k % 4] : nibble(values, k, lane);
      if (type == Q4_0) w -= 8;
      if (type == Q6_K) w += (part[288 + k / 16 * 64 + 4 * lane + k % 4] >> (2 * (k % 16 / 4)) & 3) * 16 - 32;
      sum += w * x->values[k];
    }
    float s = type == Q4_K ? scale * part[lane] : type == Q6_K ? scale * (int8_t)part[from + lane] : scale;
    y = fmaf((float)sum, s * x->scale, y);
    if (type == Q4_K) y = fmaf(-(half(head + 32 + 2 * lane) * part[16 + lane]), x->bias, y);
  }
  return y;
}

static void bytes_of(const float *x, Bytes32 *out) {
  float largest = 0;
  for (int i = 0; i < 32; i++) largest = fmaxf(largest, fabsf(x[i]));
  float inverse = largest / 127 >= 0x1p-126f ? 1 / (largest / 127) : 0;
  int sums[2] = {0, 0};
  for (int i = 0; i < 32; i++) sums[i / 16] += out->values[i] = (int8_t)rintf(x[i] * inverse);
  out->scale = largest / 127;
  out->bias = out->scale * (float)(sums[0] + sums[1]);
  out->minus8 = -8 * (sums[0] + sums[1]);
  out->minus128 = -128 * (sums[0] + sums[1]);
  out->minus32[0] = -32 * sums[0];
  out->minus32[1] = -32 * sums[1];
}

// Block b of a row in its group.
static int64_t block_at(int row, int b, int rows, int blocks) {
  int group = row / GROUP * GROUP;
  int n = rows - group < GROUP ? rows - group : GROUP;
  return (int64_t)group * blocks + (int64_t)b * n + row - group;
}

static void quantized(const Set *set, int type, Quantized *kernel, const char *name, int columns, int panels, int most) {
  int blocks = columns / 32;
  int64_t bytes = (int64_t)(type < Q4_K ? blocks : blocks / 8) * BLOCK_BYTES[type];
  uint8_t *w = memory(panels * bytes);
  for (uint8_t *head = w; head < w + panels * bytes; head += BLOCK_BYTES[type])
    for (int i = 0; i < (type == Q4_K ? 32 : 16); i++) put_half(head + 2 * i);
  if (type == Q8_0) memset(w + 32, 0x80, 128);
  float *values = floats((int64_t)most * columns);
  for (int i = 0; i < 32; i++) values[i] = 127;
  for (int rows = 1; rows <= most; rows++) {
    Bytes32 *x = memory((int64_t)rows * blocks * sizeof(Bytes32));
    for (int r = 0; r < rows; r++)
      for (int b = 0; b < blocks; b++) bytes_of(values + (int64_t)r * columns + 32 * b, x + block_at(r, b, rows, blocks));
    int first = rows % 2 ? 0 : PANEL;
    int end = PANEL * panels;
    int64_t stride = end + 5;
    float *found = floats((rows - 1) * stride + end);
    float *expected = memory(4 * ((rows - 1) * stride + end));
    memcpy(expected, found, 4 * ((rows - 1) * stride + end));
    for (int r = 0; r < rows; r++)
      for (int o = first; o < end; o++) {
        float y = 0;
        for (int b = 0; b < blocks; b++)
          y = add_block(type, w + o / PANEL * bytes, b, o % PANEL, x + block_at(r, b, rows, blocks), y);
        expected[r * stride + o] = y;
      }
    kernel(w, columns, first, end, x, rows, found, stride);
    same(set->name, name, expected, found, (int)((rows - 1) * stride + end), columns, rows);
    free(x);
    free(found);
    free(expected);
  }
  free(w);
  free(values);
}

static float weight(int type, const uint8_t *w, int64_t i) {
  float single;
  memcpy(&single, w + (type == 0 ? 4 * i : 0), 4);
  return type == 0 ? single : type == 1 ? half(w + 2 * i) : brain(w + 2 * i);
}
static void put_weight(int type, uint8_t *w, int64_t i) {
  float value = uniform();
  uint32_t b = as_bits(value) >> 16;
  if (type == 0) memcpy(w + 4 * i, &value, 4);
  if (type == 1) put_half(w + 2 * i);
  if (type == 2) w[2 * i] = (uint8_t)b, w[2 * i + 1] = (uint8_t)(b >> 8);
}

static void plain(const Set *set, int type, Plain *kernel, const char *name, int columns, int panels, int most) {
  int64_t count = (int64_t)columns * PANEL * panels;
  uint8_t *w = memory(count * (type == 0 ? 4 : 2));
  for (int64_t i = 0; i < count; i++) put_weight(type, w, i);
  for (int rows = 1; rows <= most; rows++) {
    int64_t x_stride = columns + 3;
    float *x = floats((rows - 1) * x_stride + columns);
    int first = rows % 2 ? 0 : PANEL;
    int end = PANEL * panels;
    int64_t stride = end + 5;
    float *found = floats((rows - 1) * stride + end);
    float *expected = memory(4 * ((rows - 1) * stride + end));
    memcpy(expected, found, 4 * ((rows - 1) * stride + end));
    for (int r = 0; r < rows; r++)
      for (int o = first; o < end; o++) {
        float y = 0;
        for (int k = 0; k < columns; k++)
          y = fmaf(weight(type, w, ((int64_t)o / PANEL * columns + k) * PANEL + o % PANEL), x[r * x_stride + k], y);
        expected[r * stride + o] = y;
      }
    kernel(w, columns, first, end, x, x_stride, rows, found, stride);
    same(set->name, name, expected, found, (int)((rows - 1) * stride + end), columns, rows);
    free(x);
    free(found);
    free(expected);
  }
  free(w);
}

// ---- rows

static void to_bytes(const Set *set) {
  static const float EDGES[] = {0, -0.0f, 0x1p-149f, 1e-38f, 1e-30f, 1, -1, 127, 1e30f, 0x1.fffffep127f};
  int blocks = 64;
  float *x = floats(32 * blocks);
  for (int i = 0; i < 320; i++) x[i] = EDGES[i / 32] * (i % 32 == 5 ? 1 : uniform());
  for (int step = 1; step <= 3; step++) {
    Bytes32 *found = memory(((blocks - 1) * step + 1) * sizeof(Bytes32));
    Bytes32 *expected = memory(((blocks - 1) * step + 1) * sizeof(Bytes32));
    memcpy(expected, found, ((blocks - 1) * step + 1) * sizeof(Bytes32));
    for (int b = 0; b < blocks; b++) bytes_of(x + 32 * b, expected + b * step);
    set->to_bytes(x, 32 * blocks, found, step);
    same(set->name, "to_bytes", (float *)expected, (float *)found, ((blocks - 1) * step + 1) * 16, blocks, step);
    free(found);
    free(expected);
  }
  free(x);
}

static float exponential(float value) {
  float x = value < -87 ? -87 : value > 88 ? 88 : value;
  float shifted = fmaf(x, 1.442695f, 0x1.8p23f);
  float n = shifted - 0x1.8p23f;
  float r = fmaf(n, -1.4286068e-6f, fmaf(n, -0.69314575f, x));
  static const float P[] = {1.3981999e-3f, 8.333452e-3f, 4.1665796e-2f, 0.16666666f, 0.5f};
  float p = 1.9875691e-4f;
  for (int i = 0; i < 5; i++) p = fmaf(p, r, P[i]);
  p = fmaf(p, r * r, r) + 1;
  return as_float(as_bits(p) + (as_bits(shifted) << 23));
}

static void functions(const Set *set) {
  for (int count = 1; count <= 100; count++) {
    int whole = (count + 15) / 16 * 16;
    float *found = floats(whole);
    float *up = floats(whole);
    float *expected = memory(4 * whole);
    for (int i = 0; i < whole; i++) found[i] *= (float)i;
    for (int i = 0; i < whole; i++) expected[i] = found[i] / (1 + exponential(-found[i])) * up[i];
    set->swiglu(found, up, count);
    same(set->name, "swiglu", expected, found, count, count, 0);
    for (int i = 0; i < whole; i++) found[i] = i % 9 == 8 ? -INFINITY : 50 * uniform();
    float most = found[0];
    for (int i = 0; i < count; i++) most = found[i] > most ? found[i] : most;
    for (int i = 0; i < count; i++) expected[i] = exponential(found[i] - most);
    set->exponentials(found, count);
    same(set->name, "exponentials", expected, found, count, count, 0);
    free(found);
    free(up);
    free(expected);
  }
}

// ---- attention

static float cached(int format, const uint8_t *values, int64_t i, const uint8_t *scales, int64_t scale) {
  return format < 3 ? weight(format, values, i) : (int8_t)values[i] * weight(0, scales, scale);
}

static void attention(const Set *set, int format, int page_size, int heads, int head_dim, int count) {
  static const int SIZE[] = {4, 2, 2, 1};
  int slots = (page_size + 15) / 16 * 16;
  int width = (head_dim + 15) / 16 * 16;
  int known = count + 2;
  int64_t keys[16];
  int64_t values[16];
  int32_t visible[16];
  for (int b = 0; b < known; b++) {
    int64_t sizes[] = {(int64_t)slots * head_dim, (int64_t)page_size * width};
    for (int i = 0; i < 2; i++) {
      int scales = i ? page_size : slots;
      uint8_t *block = memory(sizes[i] * SIZE[format] + (format == 3 ? 4 * scales : 0));
      if (format < 3)
        for (int64_t j = 0; j < sizes[i]; j++) put_weight(format, block, j);
      else
        for (int j = 0; j < scales; j++) put_weight(0, block + sizes[i], j);
      (i ? values : keys)[b] = (int64_t)block;
    }
    uint32_t all = page_size == 32 ? 0xffffffffu : (1u << page_size) - 1;
    visible[b] = (int32_t)((b % 3 == 0 ? all : b % 3 == 1 ? bits() : 0) & all);
  }
  float *queries = floats((int64_t)heads * head_dim);
  int64_t stride = (int64_t)count * page_size + 16;
  float *found = floats(heads * stride);
  set->scores[format](keys, count, known, page_size, heads, head_dim, queries, found, stride);
  for (int h = 0; h < heads; h++)
    for (int b = 0; b < count; b++)
      for (int s = 0; s < page_size; s++) {
        const uint8_t *key = (const uint8_t *)keys[b];
        float y = 0;
        for (int d = 0; d < head_dim; d++)
          y = fmaf(cached(format, key, d * slots + s, key + slots * head_dim, s), queries[h * head_dim + d], y);
        same(set->name, "scores", &y, found + h * stride + b * page_size + s, 1, format, head_dim);
      }
  float *sums = floats((int64_t)heads * (width + 16));
  float *expected = memory(4 * heads * (width + 16));
  memcpy(expected, sums, 4 * heads * (width + 16));
  for (int h = 0; h < heads; h++)
    for (int b = 0; b < count; b++)
      for (int s = 0; s < page_size; s++) {
        if (!((uint32_t)visible[b] >> s & 1)) continue;
        const uint8_t *value = (const uint8_t *)values[b];
        float w = found[h * stride + b * page_size + s];
        float *sum = expected + h * (width + 16);
        for (int d = 0; d < width; d++)
          sum[d] = fmaf(cached(format, value, s * width + d, value + page_size * width, s), w, sum[d]);
        sum[width] += w;
      }
  set->weigh[format](values, visible, count, known, page_size, heads, width, found, stride, sums);
  for (int h = 0; h < heads; h++)
    same(set->name, "weigh", expected + h * (width + 16), sums + h * (width + 16), width + 1, format, head_dim);
  for (int b = 0; b < known; b++) free((void *)keys[b]), free((void *)values[b]);
  free(queries);
  free(found);
  free(sums);
  free(expected);
}

static void all(const Set *set) {
  for (int panels = 2; panels <= 9; panels += 7) {
    int most = panels == 2 ? 40 : 9;
    quantized(set, Q4_0, set->q4_0, "q4_0", 96, panels, most);
    quantized(set, Q8_0, set->q8_0, "q8_0", 96, panels, most);
    quantized(set, Q4_K, set->q4_k, "q4_k", 512, panels, most / 2);
    quantized(set, Q6_K, set->q6_k, "q6_k", 512, panels, most / 2);
    plain(set, 0, set->f32, "f32", 37, panels, most);
    plain(set, 1, set->f16, "f16", 1, panels, most);
    plain(set, 1, set->f16, "f16", 37, panels, most);
    plain(set, 2, set->bf16, "bf16", 37, panels, most);
  }
  // More rows than are done at a time.
  quantized(set, Q4_0, set->q4_0, "q4_0", 32 * 1024, 2, 9);
  to_bytes(set);
  functions(set);
  static const int DIMS[] = {2, 10, 44, 64, 100};
  for (int format = 0; format < 4; format++)
    for (int dim = 0; dim < 5; dim++)
      for (int page_size = 8; page_size <= 32; page_size *= 2)
        for (int count = 1; count <= 9; count += 4)
          attention(set, format, page_size, 1 + (dim + count + format) % 7, DIMS[dim], count);
}

int main(int count, char **arguments) {
  uint64_t seed = count > 1 ? strtoull(arguments[1], 0, 10) : 11;
  int levels = pie_levels();
  printf("seed %llu\n", (unsigned long long)seed);
  for (size_t i = 0; i < sizeof(SETS) / sizeof(SETS[0]); i++) {
    if (!SETS[i] || !(levels & SETS[i]->level)) continue;
    state = seed;
    compared = 0;
    all(SETS[i]);
    printf("%s: %ld values agree\n", SETS[i]->name, compared);
  }
  return 0;
}
