#pragma once
// A core as its tile, the sequencer and the recorder see it, whatever its kind.

#include <functional>
#include <memory>
#include <span>

#include "models/base/statistics.hpp"
#include "models/mapping/mapping.hpp"
#include "models/technology/actions.hpp"
#include "sim/chip/channel.hpp"
#include "sim/chip/step_book.hpp"

namespace spikeloom::chip_sim {

/// What is observed of a neuron; the unit is its number format's.
struct NeuronReading {
  std::int32_t u, v;
};

/// What a neuron did in a step: `count` spikes, at least 1.
struct NeuronSpikes {
  std::uint32_t neuron, count;
};

class Core {
 public:
  /// `image` outlives the core.
  explicit Core(const CoreImage& image) : steps_(image), image_(image) {}
  virtual ~Core() = default;
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  /// From the router, and to it.
  virtual void connect(Channel& from_router, Channel& to_router) = 0;
  virtual void declare(StatScope scope) const = 0;

  /// Who is told of packets that come in another step than their own.
  void observe(EventSink& sink) { steps_.observe(&sink); }
  /// Steps begun since the last clearing.
  std::uint64_t steps_begun() const { return steps_.begun(); }

  /// Whether and when it takes packets is no longer decided cycle by cycle where it need not be.
  /// Only with barriers, and where nobody asks it cycle by cycle.
  virtual void foresee() {}
  /// Nothing more comes in this step: does what it has not been asked for.
  virtual void take_foreseen() {}

  /// The barrier releases `step` in cycle `now`.
  virtual void release(std::uint64_t step, Cycle now) = 0;
  /// Real time: the tick of the next step comes in cycle `now`. The core begins it then or, if it
  /// is still busy, as soon as it is done, and tells the sink.
  virtual void tick(Cycle now) = 0;
  /// Tells the sink of all packets that it holds or that are on their way to it: they are lost.
  /// `visit` is called for those that were to leave.
  virtual void give_up(const std::function<void(const Packet&)>& visit) = 0;
  /// All is quiet: what the step received is in the ring.
  virtual void end_step() = 0;
  virtual void evaluate(Cycle now) = 0;
  virtual void commit(Cycle now) = 0;
  virtual bool quiet(Cycle now) const = 0;
  /// Clears state, ring and queues (charged). Returns the cycles it takes.
  virtual std::uint64_t clear() = 0;

  virtual ActionCounts actions() const = 0;
  /// Local neurons that spiked in the present step, ascending.
  virtual std::span<const NeuronSpikes> spiked() const = 0;
  virtual NeuronReading reading(std::uint32_t neuron) const = 0;
  const CoreImage& image() const { return image_; }

 protected:
  StepBook steps_;

 private:
  const CoreImage& image_;
};

class SharedMemory;

/// A core of the chip's kind. `id` is woken through `agenda`; all outlive the core. Software cores
/// need the `memory` of their tile.
std::unique_ptr<Core> make_core(BlockId id,
                                std::uint32_t slot,
                                const CoreImage& image,
                                const Chip& chip,
                                SharedMemory* memory,
                                Agenda& agenda,
                                Barrier& barrier);

}  // namespace spikeloom::chip_sim
