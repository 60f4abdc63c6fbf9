#pragma once
// Stage 5: what is loaded into the cores.

#include "mapper/keys/key_plan.hpp"
#include "models/mapping/mapping.hpp"

namespace spikeloom {

/// What the images are built from; everything outlives the call.
struct ImageProblem {
  const NetworkView& view;
  const ProfileIds& profiles;
  const Chip& chip;
  const std::string& file;  ///< for errors
};

/// The first key of every source of `plan`. A core's keys follow its tile along a Z-order curve,
/// then its slot, so that neighbours differ in low key bits and their routing entries merge; inputs
/// follow. Where the curve over the whole board takes too many keys, cores are numbered along it.
/// InputError (with `file`) if 32 bits do not hold all keys.
std::vector<std::uint32_t> allocate_keys(const KeyPlan& plan,
                                         const std::vector<CorePlace>& place_of_core,
                                         const Chip& chip,
                                         const std::string& file);

/// The images of all cores. Synapses of one source in one core share a row and its weight exponent:
/// where projections of different exponents meet, weights are brought to a common one, or refused
/// by name (InputError). Memory: the synaptic words and what one source needs.
IdVector<CoreId, CoreImage> build_core_images(const ImageProblem& problem,
                                              const Partition& partition,
                                              const KeyPlan& plan,
                                              const std::vector<std::uint32_t>& key_base,
                                              const std::vector<CorePlace>& place_of_core);

}  // namespace spikeloom
