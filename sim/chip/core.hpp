#pragma once
// A core as its tile, the sequencer and the recorder see it, whatever its kind.

#include <memory>
#include <span>

#include "models/base/statistics.hpp"
#include "models/mapping/mapping.hpp"
#include "models/technology/actions.hpp"
#include "sim/chip/channel.hpp"

namespace spikeloom::chip_sim {

/// What is observed of a neuron; the unit is its number format's.
struct NeuronReading {
  std::int32_t u, v;
};

class Core {
 public:
  /// `image` outlives the core.
  explicit Core(const CoreImage& image) : image_(image) {}
  virtual ~Core() = default;
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  /// From the router, and to it.
  virtual void connect(Channel& from_router, Channel& to_router) = 0;
  virtual void declare(StatScope scope) const = 0;

  virtual void release(std::uint64_t step, Cycle now) = 0;
  /// All is quiet: what the step received is in the ring.
  virtual void end_step() = 0;
  virtual void evaluate(Cycle now) = 0;
  virtual void commit(Cycle now) = 0;
  virtual bool quiet(Cycle now) const = 0;
  /// Clears state, ring and queues (charged). Returns the cycles it takes.
  virtual std::uint64_t clear() = 0;

  virtual ActionCounts actions() const = 0;
  /// Local neurons that spiked in the present step, ascending.
  virtual std::span<const std::uint32_t> spiked() const = 0;
  virtual NeuronReading reading(std::uint32_t neuron) const = 0;
  const CoreImage& image() const { return image_; }

 private:
  const CoreImage& image_;
};

/// A core of the chip's kind. `id` is woken through `agenda`; all outlive the core.
std::unique_ptr<Core> make_core(
    BlockId id, const CoreImage& image, const CoreSpec& core, Agenda& agenda, Barrier& barrier);

}  // namespace spikeloom::chip_sim
