// Measures libllama for `./pie bench engine`: one process that loads a model once and answers orders, a line each.
//
//   llama_peer MODEL THREADS [BACKENDS]   says: ready SYSTEM
//   context CELLS SEQUENCES FLASH UNIFIED a new context: cells of each sequence, flash attention 0 or 1, one buffer for
//                                         all sequences (which lets them share cells) or one each; says: ok
//   release                               no context any more; says: ok
//   fill SEQUENCES LENGTH FILE            as many sequences of this length, from the file if it is there; says: ok
//   prefill TOKENS                        says: seconds S, for one prompt into an empty context
//   decode SEQUENCES LENGTH STEPS         says: seconds S, for steps of one token of every sequence behind what `fill` left
//   fork SEQUENCES PREFIX TOKENS          says: seconds S, for one prompt, its copies, and so many tokens of each
//
// What cannot be done is answered with: error WHY.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ggml-backend.h"
#include "ggml-cpu.h"
#include "llama.h"

enum { BATCH_TOKENS = 512, LINE_CHARS = 4096 };

static struct llama_model *model;
static struct llama_context *context;
static struct llama_batch batch;
static ggml_threadpool_t threads;
static void (*pause_threads)(ggml_threadpool_t);
static int thread_count;
static int vocabulary;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static void say(const char *format, ...) {
  va_list values;
  va_start(values, format);
  vprintf(format, values);
  va_end(values);
  putchar('\n');
  fflush(stdout);
}

static void only_errors(enum ggml_log_level level, const char *text, void *unused) {
  (void)unused;
  if (level == GGML_LOG_LEVEL_ERROR) {
    fputs(text, stderr);
  }
}

static llama_token token_at(int sequence, int position) {
  uint32_t x = (uint32_t)sequence * 2654435761u + (uint32_t)position * 40503u + 12345u;
  x ^= x >> 15;
  x *= 2246822519u;
  x ^= x >> 13;
  return (llama_token)(x % (uint32_t)vocabulary);
}

static void add(llama_token token, int position, int sequence, bool logits) {
  int i = batch.n_tokens++;
  batch.token[i] = token;
  batch.pos[i] = position;
  batch.n_seq_id[i] = 1;
  batch.seq_id[i][0] = sequence;
  batch.logits[i] = logits;
}

static bool flush(void) {
  bool good = batch.n_tokens == 0 || llama_decode(context, batch) == 0;
  batch.n_tokens = 0;
  return good;
}

static bool prompt(int sequence, int tokens) {
  for (int i = 0; i < tokens; i++) {
    add(token_at(sequence, i), i, sequence, i == tokens - 1);
    if (batch.n_tokens == BATCH_TOKENS && !flush()) {
      return false;
    }
  }
  if (!flush()) {
    return false;
  }
  llama_synchronize(context);
  return true;
}

static bool steps(int sequences, int length, int count) {
  for (int step = 0; step < count; step++) {
    for (int s = 0; s < sequences; s++) {
      add(token_at(s, length + step), length + step, s, true);
    }
    if (!flush()) {
      return false;
    }
    llama_synchronize(context);
  }
  return true;
}

static void copy_first(int sequences) {
  for (int s = 1; s < sequences; s++) {
    llama_memory_seq_cp(llama_get_memory(context), 0, s, -1, -1);
  }
}

static void new_context(int cells, int sequences, int flash, int unified) {
  if (context) {
    llama_free(context);
  }
  struct llama_context_params params = llama_context_default_params();
  params.n_ctx = (uint32_t)(cells * (unified ? 1 : sequences));
  params.n_seq_max = (uint32_t)sequences;
  params.n_batch = BATCH_TOKENS;
  params.n_ubatch = BATCH_TOKENS;
  params.n_threads = thread_count;
  params.n_threads_batch = thread_count;
  params.flash_attn_type = flash ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED;
  params.kv_unified = unified;
  params.no_perf = true;
  context = llama_init_from_model(model, params);
  if (!context) {
    say("error no context of %d sequences with %d cells", sequences, cells);
    return;
  }
  llama_attach_threadpool(context, threads, NULL);
  say("ok");
}

static void fill(int sequences, int length, const char *file) {
  llama_memory_clear(llama_get_memory(context), true);
  if (length > 0) {
    llama_token *tokens = malloc(sizeof *tokens * (size_t)length);
    size_t count = 0;
    FILE *there = fopen(file, "rb");
    if (there) {
      fclose(there);
    }
    if (!there || llama_state_seq_load_file(context, file, 0, tokens, (size_t)length, &count) == 0) {
      llama_memory_clear(llama_get_memory(context), true);
      if (!prompt(0, length)) {
        free(tokens);
        say("error no prompt of %d tokens", length);
        return;
      }
      for (int i = 0; i < length; i++) {
        tokens[i] = token_at(0, i);
      }
      llama_state_seq_save_file(context, file, 0, tokens, (size_t)length);
    }
    free(tokens);
    copy_first(sequences);
    // Copies are made when the next batch comes.
    if (!steps(sequences, length, 1)) {
      say("error no step of %d sequences at %d", sequences, length);
      return;
    }
    for (int s = 0; s < sequences; s++) {
      llama_memory_seq_rm(llama_get_memory(context), s, length, -1);
    }
  }
  say("ok");
}

// Threads would go on asking for work for a tenth of a second, on the cores on which the other engine is measured next.
// They wake up by themselves.
static void tell(bool good, double started) {
  double seconds = now() - started;
  pause_threads(threads);
  if (good) {
    say("seconds %.9f", seconds);
  } else {
    say("error llama_decode failed");
  }
}

static void prefill(int tokens) {
  llama_memory_clear(llama_get_memory(context), false);
  double started = now();
  bool good = prompt(0, tokens);
  tell(good, started);
}

static void decode(int sequences, int length, int count) {
  double started = now();
  bool good = steps(sequences, length, count);
  tell(good, started);
  for (int s = 0; s < sequences; s++) {
    llama_memory_seq_rm(llama_get_memory(context), s, length, -1);
  }
}

static void fork_prompt(int sequences, int prefix, int count) {
  llama_memory_clear(llama_get_memory(context), false);
  double started = now();
  bool good = prompt(0, prefix);
  copy_first(sequences);
  good = good && steps(sequences, prefix, count);
  tell(good, started);
}

static bool new_threads(void) {
  ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  if (!cpu) {
    return false;
  }
  ggml_threadpool_t (*make)(struct ggml_threadpool_params *) =
      (ggml_threadpool_t(*)(struct ggml_threadpool_params *))ggml_backend_reg_get_proc_address(
          ggml_backend_dev_backend_reg(cpu), "ggml_threadpool_new");
  if (make) {
    struct ggml_threadpool_params params = ggml_threadpool_params_default(thread_count);
    threads = make(&params);
    // The backend does not name it, but its library has it.
    Dl_info library;
    void *handle = dladdr((void *)make, &library) ? dlopen(library.dli_fname, RTLD_LAZY) : NULL;
    pause_threads = handle ? (void (*)(ggml_threadpool_t))dlsym(handle, "ggml_threadpool_pause") : NULL;
  }
  return threads && pause_threads;
}

static bool obey(const char *line) {
  int a, b, c, d;
  char file[LINE_CHARS];
  if (sscanf(line, "context %d %d %d %d", &a, &b, &c, &d) == 4) {
    new_context(a, b, c, d);
  } else if (strncmp(line, "quit", 4) == 0) {
    return false;
  } else if (strncmp(line, "release", 7) == 0) {
    if (context) {
      llama_free(context);
      context = NULL;
    }
    say("ok");
  } else if (!context) {
    say("error no context");
  } else if (sscanf(line, "fill %d %d %4000[^\n]", &a, &b, file) == 3) {
    fill(a, b, file);
  } else if (sscanf(line, "prefill %d", &a) == 1) {
    prefill(a);
  } else if (sscanf(line, "decode %d %d %d", &a, &b, &c) == 3) {
    decode(a, b, c);
  } else if (sscanf(line, "fork %d %d %d", &a, &b, &c) == 3) {
    fork_prompt(a, b, c);
  } else {
    say("error unknown order: %s", line);
  }
  return true;
}

int main(int count, char **arguments) {
  if (count < 3) {
    fprintf(stderr, "usage: llama_peer MODEL THREADS [BACKENDS]\n");
    return 2;
  }
  thread_count = atoi(arguments[2]);
  llama_log_set(only_errors, NULL);
  if (count > 3) {
    ggml_backend_load_all_from_path(arguments[3]);
  }
  llama_backend_init();
  struct llama_model_params params = llama_model_default_params();
  params.n_gpu_layers = 0;
  model = llama_model_load_from_file(arguments[1], params);
  if (!model || !new_threads()) {
    say("error cannot load %s", arguments[1]);
    return 1;
  }
  vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
  batch = llama_batch_init(BATCH_TOKENS, 0, 1);
  say("ready %s", llama_print_system_info());
  char line[LINE_CHARS];
  while (fgets(line, sizeof line, stdin) && obey(line)) {
  }
  return 0;
}
