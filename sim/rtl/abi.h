#pragma once
/* What a compiled chip offers to whoever loads it: plain C, so that any compiler may build it. */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { SL_ABI_VERSION = 1 };

/* Moves are those of sim/chip/packet_trace.hpp. */
enum {
  SL_INJECT = 0,
  SL_HOP = 1,
  SL_DELIVER = 2,
  SL_LEAVE = 4,
  SL_STEPPED = 16, /* a neuron's state after a step */
  SL_RELEASE = 17, /* a step begins, or its tick comes */
  SL_DONE = 18     /* the last step is over */
};

struct sl_event {
  uint64_t cycle; /* since the run began */
  uint32_t kind;
  uint32_t tile, port;   /* of moves */
  uint32_t key, payload; /* of moves; stepped: the key of the neuron's spikes */
  uint32_t step;         /* stepped, release */
  int32_t u, v;          /* stepped */
  uint32_t spikes;       /* stepped */
};

/* All functions return 0, or -1 where the simulation cannot go on: sl_error() then says why. */
typedef struct sl_chip sl_chip;
uint32_t sl_abi_version(void);
sl_chip* sl_create(void);
void sl_destroy(sl_chip* chip);
const char* sl_error(const sl_chip* chip);
/* A word of the configuration bus. `slot`: a core of the tile, 31 its router. */
int sl_configure(sl_chip* chip,
                 uint32_t tile,
                 uint32_t slot,
                 uint32_t memory,
                 uint32_t index,
                 uint32_t beat,
                 uint32_t data);
/* A packet that a port sends in `step` of the next run, after those offered before. */
int sl_offer(sl_chip* chip, uint32_t port, uint32_t step, uint32_t key, uint32_t payload);
/* Begins a run, which forgets the one before. */
int sl_start(sl_chip* chip, uint32_t steps);
/* Runs `cycles` cycles, or until the run is over. Its events stand until the next call. */
int sl_advance(sl_chip* chip, uint64_t cycles);
const struct sl_event* sl_events(const sl_chip* chip, uint64_t* count);
/* From now on signals are written to an FST file; fails if the model was built without. */
int sl_open_waveform(sl_chip* chip, const char* path);
int sl_close_waveform(sl_chip* chip);

#ifdef __cplusplus
}
#endif
