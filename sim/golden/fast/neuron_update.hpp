#pragma once
// One step of many neurons at once: what arithmetic.hpp states, over arrays.

#include <cstdint>
#include <span>
#include <vector>

#include "models/lowering/lowered_network.hpp"
#include "sim/golden/fast/neuron_order.hpp"

namespace spikeloom::fast {

/// The neurons of one population in one sample, by position.
struct NeuronState {
  std::vector<std::int32_t> u, v, refractory_left;

  void reset(std::uint32_t neurons);
};

/// Neurons that are updated together.
struct NeuronBlock {
  static constexpr std::uint32_t kLargest = 256;

  std::uint32_t first, count;
  std::size_t constants;  ///< where those of the first neuron are
};

struct UpdateCounts {
  std::uint64_t u_overflows = 0, v_overflows = 0;
  std::uint64_t spike_overflows = 0;
  std::uint64_t v_changes = 0;  ///< neurons whose v is not what it was
};

/// Profiles, so written that one sequence of operations without branches serves all.
struct UpdateConstants {
  std::vector<double> kept_u, kept_v;    ///< factors per step; exact with 32-bit states
  std::vector<std::int32_t> most_quiet;  ///< a spike is v > most_quiet; v of read-outs never is
  std::vector<std::int32_t> kept_mask;   ///< on a spike: v := (v & kept_mask) + reset_term
  std::vector<std::int32_t> reset_term, reset_value, v_min, refractory_steps;
  std::vector<std::int32_t> current_mask;  ///< the part of a bias that enters u
  std::vector<std::int32_t> most_spikes;   ///< in a step
  std::vector<double> spike_step;          ///< of v, to a further spike of a step; at least 1
  std::vector<std::int32_t> old_current;   ///< masks: u of the step before enters v,
  std::vector<std::int32_t> in_update;     ///< the reset is a term of an update,
  std::vector<std::int32_t> tests_before;  ///< of the update whose spikes it belongs to,
  std::vector<std::int32_t> decays;        ///< and takes place before v decays

  void add(const NeuronProfile& profile, const Arithmetic& arithmetic, std::size_t times);
  std::size_t size() const { return kept_u.size(); }
};

/// How to update the neurons of one population.
class NeuronUpdate {
 public:
  NeuronUpdate(const Arithmetic& arithmetic,
               const LoweredPopulation& population,
               const NeuronOrder& order);

  const std::vector<NeuronBlock>& blocks() const { return blocks_; }

  /// Some neurons may spike several times a step, or have other rules that few have.
  bool is_uncommon() const { return uncommon_; }

  /// `sums` has arrived at the block; sets `spiked` to 1 for neurons that spike, else to 0, and,
  /// if some are uncommon, `spikes` to how often.
  void update(const NeuronBlock& block,
              const std::int32_t* sums,
              NeuronState& state,
              std::uint8_t* spiked,
              std::int32_t* spikes,
              UpdateCounts& counts) const;

 private:
  void add_uniform_blocks(const LoweredPopulation& population, const NeuronOrder& order);
  void add_mixed_blocks(const LoweredPopulation& population, const NeuronOrder& order);
  void add_blocks(std::uint32_t first, std::uint32_t last, std::size_t constants, bool uniform);

  Arithmetic arithmetic_;
  std::vector<NeuronBlock> blocks_;
  UpdateConstants constants_;       ///< of each profile as often as a block is long, or by position
  std::vector<std::int32_t> bias_;  ///< by position
  bool refractory_ = false;         ///< some profile is
  bool uncommon_ = false;           ///< some profile is
  bool narrow_ = false;             ///< nothing on the way to u and v needs more than 32 bits
};

}  // namespace spikeloom::fast
