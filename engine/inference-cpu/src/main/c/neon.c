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
#include "neon.inc"

#include "linear.inc"

#define KEY_BLOCKS 4
#define FULL_KEY_BLOCKS KEY_BLOCKS
#define VALUE_VECTORS 4
#include "attention.inc"

PIE_TARGET_END
#endif
