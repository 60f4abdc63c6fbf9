#pragma once
// The part of the legality check that looks into one core image. Only check_legal.cpp asks.

#include <cstdint>
#include <string>

#include "models/mapping/mapping.hpp"

namespace spikeloom {

/// How a mapping is refused.
struct Refusal {
  const std::string& file;  ///< names the mapping

  /// Throws InputError(file, place, sentence).
  [[noreturn]] void fail(const std::string& place, const std::string& sentence) const;
  /// Fails where more is found than the chip allows; `what` is counted, such as "rows".
  void limit(const std::string& place,
             const char* what,
             std::uint64_t found,
             std::uint64_t allowed) const;
};

/// Neurons and their profiles: numbers, field widths, what rules of resets go together. `place` is
/// the core's, "/cores/3"; `populations`: how many the mapping names.
void check_neurons(const CoreImage& core,
                   const Chip& chip,
                   std::size_t populations,
                   const std::string& place,
                   const Refusal& refusal);

/// Axon entries, rows, and what rows store: numbers, field widths, lanes, ranges in memory.
void check_synapses(const CoreImage& core,
                    const Chip& chip,
                    const std::string& place,
                    const Refusal& refusal);

}  // namespace spikeloom
