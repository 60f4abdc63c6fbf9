#pragma once

/// Before a function: compile it once more for wider vectors, and choose when the program starts.
/// The loops are integer, or exact in doubles: every clone computes the same.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SPIKELOOM_VECTOR_CLONES \
  __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define SPIKELOOM_VECTOR_CLONES
#endif
