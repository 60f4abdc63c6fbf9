#pragma once
// Why a chip differs from its reference. The reference's neurons are given the spikes that the chip
// recorded, once with what the chip logged and once as if nothing had happened to them:
//   differs from the chip with the log                     unexplained
//   differs from the chip without it, but not with it      caused by what the log holds
//   differs in neither: the neuron did right by its input  propagated

#include <functional>

#include "models/network/event_log.hpp"
#include "sim/cosim/compare.hpp"
#include "sim/golden/replay.hpp"

namespace spikeloom {

/// The cause of a difference that other differences caused.
inline constexpr const char* kPropagated = "propagated";

/// Where the neurons are on a chip.
struct ChipPlaces {
  ReceiverOfNeuron core_of;
  std::vector<std::string> core_names;  ///< by CoreId: "core (2,1)"
};

/// What a chip did in one run, of one sample or of several without a break.
struct ChipRun {
  const SampleTrace& trace;
  const EventLog& log;  ///< finished
};

/// The causes of the differences in one run. An event is to blame for a difference if it was the
/// last to change what the neuron got; a difference in a step that an overrun core never ran is
/// overrun's.
class MismatchCauses : public CauseSource {
 public:
  /// Plays recorded spikes to the reference's neurons.
  using Player = std::function<SampleTrace(const Replay&)>;

  /// All but `play` outlive it. Plays once, and once more if the log holds events.
  MismatchCauses(const LoweredNetwork& network,
                 const ChipPlaces& places,
                 const std::vector<Compared>& compared,
                 const ChipRun& run,
                 const Player& play);

  /// From now on, step 0 of a difference is this step of the run.
  void look_from(std::uint32_t step) { first_step_ = step; }
  std::string cause_of(const Difference& difference) const override;
  /// Steps in the sentence are those of the run; each counts from the start of its population.
  std::string explain(const Difference& difference) const override;

 private:
  /// A difference between chip and replay; its step counts from the start of the run.
  struct Blame {
    static constexpr std::size_t kNobody = static_cast<std::size_t>(-1);
    Difference difference;
    std::size_t event = kNobody;  // of the log
    std::uint32_t changed = 0;    // when that event changed what the neuron got
    auto place() const {
      return std::tuple(difference.population, difference.neuron, difference.step);
    }
  };

  std::vector<Blame> differences_from(const SampleTrace& replayed) const;
  void blame_events();
  void blame(std::size_t event, PopulationId target, std::uint32_t neuron, std::int64_t step);
  Difference in_run(Difference difference) const;
  bool never_ran(const Difference& difference) const;
  std::string happening(const Difference& difference) const;
  std::string reason(const PacketEvent& event) const;
  std::string reason_of_propagation() const;

  const LoweredNetwork& network_;
  const ChipPlaces& places_;
  const std::vector<Compared>& compared_;
  ChipRun run_;
  std::uint32_t first_step_ = 0;
  std::vector<Blame> unexplained_, caused_;  // by place
};

}  // namespace spikeloom
