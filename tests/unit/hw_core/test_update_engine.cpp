// sl_update_engine against the model's update engine, cycle by cycle.

#include <VengineBusy.h>
#include <VengineDeep.h>
#include <VengineEach.h>
#include <VengineGraded.h>
#include <VengineOne.h>
#include <doctest/doctest.h>

#include <algorithm>

#include "models/mapping/hardware_neurons.hpp"
#include "sim/chip/update_engine.hpp"
#include "tests/unit/hw_core/draw_profile.hpp"
#include "tests/unit/hw_core/rtl_clock.hpp"

namespace spikeloom::test {
namespace {

using namespace chip_sim;

constexpr std::uint32_t kDelaySteps = 3;

/// Of the model `Vengine...` in CMakeLists.txt.
struct Shape {
  std::uint32_t neurons, profiles, interval, latency, most_spikes;
  SpikePackets packets;
};

CoreSpec spec_of(const Shape& shape) {
  CoreSpec spec;
  spec.neurons = shape.neurons;
  spec.profiles = shape.profiles;
  spec.update_cycles_per_neuron = shape.interval;
  spec.update_latency_cycles = shape.latency;
  spec.max_spikes_per_step = shape.most_spikes;
  spec.spike_packets = shape.packets;
  return spec;
}

CoreImage draw_image(Draw& draw, const Shape& shape) {
  const Arithmetic arithmetic;
  CoreImage image;
  image.key_base = draw.between(0, 1000) << 12;
  for (std::uint32_t i = draw.between(1, shape.profiles); i > 0; --i)
    image.profiles.push_back(draw_core_profile(draw, arithmetic, shape.most_spikes));
  for (std::uint32_t n = draw.between(1, shape.neurons); n > 0; --n) {
    const auto last = static_cast<std::uint32_t>(image.profiles.size()) - 1;
    image.profile_of.push_back(static_cast<std::uint16_t>(draw.between(0, last)));
    image.bias.push_back(static_cast<std::int32_t>(draw_signed(draw, bias_bits(arithmetic))));
    image.sends.push_back(draw.one_in(8) ? 0 : 1);
  }
  return image;
}

struct Tally {
  std::uint32_t packets = 0, stalls = 0, payloads = 0;
};

template <typename Engine>
class EngineBench {
 public:
  EngineBench(const Shape& shape, std::uint32_t seed, Tally& tally)
      : draw_(seed),
        spec_(spec_of(shape)),
        image_(draw_image(draw_, shape)),
        steps_(image_),
        ring_(image_.neurons(), kDelaySteps),
        queue_(draw_.between(1, 3)),
        model_(image_, spec_, clock_, steps_, ring_, barrier_),
        drain_(draw_.between(1, 5)),
        tally_(tally) {
    model_.connect_output(queue_);
    const auto writes = hardware_neurons(image_, spec_);
    rtl_.configure(writes);
    drive(rtl_->neurons_i, image_.neurons());
    rtl_->key_base_i = image_.key_base;
  }

  /// Clears both, then runs steps from 0 on. The last one may be cut off by the next clearing.
  void run_sample(std::uint64_t steps) {
    clear();
    for (std::uint64_t step = 0; step < steps; ++step) {
      begin(step);
      const bool cut = step + 1 == steps && draw_.one_in(2);
      const std::uint32_t cycles = cut ? draw_.between(1, 20) : UINT32_MAX;
      for (std::uint32_t i = 0; i < cycles && (i == 0 || model_.done_at() > now_); ++i) cycle();
      if (cut) return;
      check_states();
      for (std::uint32_t i = draw_.between(0, 3); i > 0; --i) cycle();
    }
  }

 private:
  void clear() {
    steps_.clear();
    ring_.clear();
    queue_.clear();
    now_ = 0;
    const std::uint64_t cycles = model_.clear();
    rtl_->clear_i = 1;
    for (std::uint64_t i = 0; i < cycles; ++i) {
      settle();
      REQUIRE(rtl_->clears_o);
      rtl_.edge();
      rtl_->clear_i = 0;
    }
    settle();
    REQUIRE(!rtl_->clears_o);
    REQUIRE(rtl_->idle_o);
    check_states();
  }

  void begin(std::uint64_t step) {
    CAPTURE(step);
    settle();
    REQUIRE(rtl_->idle_o);
    steps_.begin(step);
    ring_.begin_step(step);
    sums_.assign(image_.neurons(), 0);
    for (std::uint32_t neuron = 0; neuron < image_.neurons(); ++neuron) {
      if (draw_.one_in(2)) sums_[neuron] = static_cast<std::uint32_t>(draw_signed(draw_, 18));
      if (draw_.one_in(3)) sums_[neuron] = draw_.between(0, 300);
      ring_.add(neuron, 0, sums_[neuron]);
    }
    taken_ = 0;
    model_.release(step, now_);
    begins_ = true;
    next_step_ = static_cast<std::uint32_t>(step);
  }

  // A cycle of both: the model's queue is the one behind both pipelines.
  void cycle() {
    const std::uint32_t held = held_in_queue();
    model_.evaluate(now_);
    const bool drains = queue_.eligible_at() <= now_ && draw_.one_in(drain_);
    drive(rtl_->full_i, !queue_.can_send(now_));
    drive(rtl_->begin_i, begins_);
    settle();
    if (!begins_) REQUIRE((rtl_->idle_o != 0) == (model_.done_at() <= now_));
    model_.commit(now_);
    compare_packet(held_in_queue() > held);
    tally_.stalls += rtl_->full_i && model_.next_exit() <= now_;
    if (drains) queue_.pop(now_);
    take_sum();
    rtl_.edge();
    if (begins_) rtl_->step_i = next_step_;
    drive(rtl_->sum_i, sum_ & 0x3FFFFU);
    begins_ = false;
    drive(rtl_->begin_i, 0);
    ++now_;
  }

  void compare_packet(bool sent) {
    CAPTURE(now_);
    REQUIRE((rtl_->push_o != 0) == sent);
    if (!sent) return;
    Packet last;
    queue_.for_each([&](const Packet& packet) { last = packet; });
    const std::uint64_t packet = rtl_->packet_o;
    REQUIRE((packet & 0xFFFFFFFFU) == last.key);
    REQUIRE((packet >> 32) == last.payload);
    ++tally_.packets;
    tally_.payloads += last.payload > 0;
  }

  // The ring's slot of this step: every neuron once, in order.
  void take_sum() {
    if (!rtl_->take_o) return;
    REQUIRE(taken_ < image_.neurons());
    REQUIRE(rtl_->take_neuron_o == taken_);
    sum_ = sums_[taken_++];
  }

  void check_states() {
    for (std::uint32_t neuron = 0; neuron < image_.neurons(); ++neuron) {
      CAPTURE(neuron);
      drive(rtl_->state_neuron_i, neuron);
      settle();
      const NeuronState& state = model_.states()[neuron];
      REQUIRE(rtl_->state_u_o == (static_cast<std::uint32_t>(state.u) & 0xFFFFFFU));
      REQUIRE(rtl_->state_v_o == (static_cast<std::uint32_t>(state.v) & 0xFFFFFFU));
      REQUIRE(rtl_->state_refractory_o == state.refractory);
    }
  }

  std::uint32_t held_in_queue() const {
    std::uint32_t held = 0;
    queue_.for_each([&](const Packet&) { ++held; });
    return held;
  }
  void settle() { rtl_.settle(); }

  Draw draw_;
  CoreSpec spec_;
  CoreImage image_;
  CoreClock clock_;
  StepBook steps_;
  DelayRing ring_;
  Barrier barrier_;
  SpikeQueue queue_;
  UpdateEngine model_;
  Rtl<Engine> rtl_;
  std::uint32_t drain_;  // a packet leaves the queue in one of so many cycles
  Tally& tally_;
  Cycle now_ = 0;
  bool begins_ = false;
  std::uint32_t next_step_ = 0;
  std::vector<std::uint32_t> sums_;
  std::uint32_t taken_ = 0, sum_ = 0;
};

template <typename Engine>
Tally compare(const Shape& shape) {
  Tally tally;
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    EngineBench<Engine> bench(shape, seed, tally);
    bench.run_sample(12);
    bench.run_sample(6);
  }
  return tally;
}

TEST_CASE("the update engine sends its packets in the model's cycles, a neuron per cycle") {
  const Tally tally = compare<VengineOne>({13, 5, 1, 4, 1, SpikePackets::OneEach});
  CHECK(tally.packets > 1000);
  CHECK(tally.stalls > 1000);
}

TEST_CASE("the update engine sends a packet for each spike, one a cycle") {
  const Tally tally = compare<VengineEach>({16, 4, 2, 5, 7, SpikePackets::OneEach});
  CHECK(tally.packets > 1000);
  CHECK(tally.stalls > 1000);
  const Tally busy = compare<VengineBusy>({20, 6, 1, 6, 3, SpikePackets::OneEach});
  CHECK(busy.packets > 1000);
  CHECK(busy.stalls > 1000);
}

TEST_CASE("the update engine sends one packet with the number of spikes") {
  const Tally tally = compare<VengineGraded>({9, 3, 3, 7, 255, SpikePackets::Graded});
  CHECK(tally.packets > 1000);
  CHECK(tally.payloads > 100);
  CHECK(tally.stalls > 100);
}

TEST_CASE("a core of one neuron and one profile updates it") {
  const Tally tally = compare<VengineDeep>({1, 1, 1, 6, 2, SpikePackets::OneEach});
  CHECK(tally.packets > 100);
}

TEST_CASE("a core without neurons begins steps and clears in no cycle") {
  Rtl<VengineOne> rtl;
  rtl->neurons_i = 0;
  rtl->clear_i = 1;
  rtl.settle();
  CHECK(!rtl->clears_o);
  rtl.edge();
  rtl->clear_i = 0;
  rtl->begin_i = 1;
  rtl.edge();
  rtl->begin_i = 0;
  rtl.settle();
  CHECK(rtl->idle_o);
  CHECK(!rtl->take_o);
}

}  // namespace
}  // namespace spikeloom::test
