#pragma once
// The rows of shared convolutions: one for each source (core or input) and core that it reaches,
// whatever the number of neurons.

#include <map>

#include "mapper/keys/key_plan.hpp"
#include "mapper/rows/shared_projections.hpp"
#include "models/mapping/mapping.hpp"

namespace spikeloom {

class SharedRows {
 public:
  /// All outlive the object.
  SharedRows(const NetworkView& view, const Partition& partition, const KeyPlan& plan);

  /// All neurons of the group reach the core through shared projections only.
  bool is_shared(const PacketGroup& group, std::uint32_t core) const;
  /// Local neuron `n` of the source reaches the core through shared projections.
  bool is_generated(std::uint32_t source, std::uint32_t n, std::uint32_t core) const;

  /// The convolutions that a row from `source` into `core` has. Their first keys count from the
  /// source's; `first_weight` is set to where `kernel` says that a block of kernels lies.
  std::vector<Convolution> convolutions(std::uint32_t source, std::uint32_t core) const;
  /// The kernels a core holds, and where each block of them begins.
  std::vector<std::int16_t> kernels(std::uint32_t core) const;
  std::uint64_t kernel_words(std::uint32_t core) const { return kernel_words_[core]; }

 private:
  /// Kernels from all source channels of a group of channels to target channels first .. end - 1.
  struct Block {
    std::uint32_t projection, first, end;
    auto operator<=>(const Block&) const = default;
  };
  enum class Reach { None, Generated, Stored };

  const ConvConnectivity& convolution(std::uint32_t projection) const;
  Reach reach(PopulationId source, std::uint32_t core) const;
  void place_kernels(std::uint32_t core);
  void add_between(const Slice& from,
                   const Slice& to,
                   std::uint32_t projection,
                   const std::map<Block, std::uint32_t>& blocks,
                   std::vector<Convolution>& convolutions) const;

  const NetworkView& view_;
  std::vector<std::vector<Slice>> slices_;  ///< by source: cores, then inputs of the plan
  std::vector<std::map<Block, std::uint32_t>> blocks_;  ///< by core: first weight
  std::vector<std::uint64_t> kernel_words_;             ///< by core
};

}  // namespace spikeloom
