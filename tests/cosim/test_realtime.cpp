// Steps of a fixed length: long enough, the chip equals golden; too short, every difference has a
// cause in the chip's own log.

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "sim/cosim/causes.hpp"
#include "tests/cosim/engines.hpp"

using namespace spikeloom;
using namespace spikeloom::test;

namespace {

constexpr PopulationId kNeurons{0}, kInput{1}, kReadout{2};
constexpr std::uint32_t kSteps = 20;

/// Draws in [low, high].
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : engine_(seed) {}
  std::uint32_t between(std::uint32_t low, std::uint32_t high) {
    return low + static_cast<std::uint32_t>(engine_() % (std::uint64_t{high} - low + 1));
  }
  template <typename T>
  T one_of(const std::vector<T>& choices) {
    return choices[between(0, static_cast<std::uint32_t>(choices.size()) - 1)];
  }

 private:
  std::mt19937_64 engine_;
};

SparseConnectivity random_rows(std::uint32_t sources, std::uint32_t targets, Draw& draw) {
  SparseConnectivity rows;
  for (std::uint32_t source = 0; source < sources; ++source) {
    rows.row.push_back(rows.target.size());
    for (int i = 0; i < 6; ++i) {
      rows.target.push_back(draw.between(0, targets - 1));
      rows.weight.push_back(static_cast<std::int16_t>(draw.between(1, 60)));
      rows.delay.push_back(static_cast<std::uint8_t>(draw.between(1, 4)));
    }
  }
  rows.row.push_back(rows.target.size());
  return rows;
}

/// Recurrent neurons, an input that drives them, and integrators that listen.
LoweredNetwork random_case(std::uint32_t neurons, std::uint32_t seed, Draw& draw) {
  RandomNetworkSpec spec;
  spec.neurons = neurons;
  spec.fan_out = 15;
  spec.rate_hz = 80;
  LoweredNetwork network = random_network(spec, Seconds(1e-3), Arithmetic{}, Seed{seed});
  LoweredPopulation input;
  input.name = "input";
  input.size = 12;
  input.is_input = true;
  network.populations.push_back(input);
  LoweredPopulation readout;
  readout.name = "readout";
  readout.size = 5;
  readout.is_output = true;
  readout.start = 1;
  readout.profiles.emplace_back();
  readout.profiles[0].spikes = false;
  readout.profiles[0].decay_u = Arithmetic{}.no_memory();
  readout.profiles[0].decay_v = 100;
  network.populations.push_back(readout);
  network.deepest_start = 1;
  network.projections.push_back(
      {kInput, kNeurons, "input -> neurons", random_rows(12, neurons, draw), 0});
  network.projections.push_back(
      {kNeurons, kReadout, "neurons -> readout", random_rows(neurons, 5, draw), 0});
  return network;
}

Sample random_sample(Draw& draw) {
  Sample sample;
  for (std::uint32_t step = 0; step < kSteps; ++step)
    for (std::uint32_t i = 0; i < 12; ++i)
      if (draw.between(0, 3) == 0)
        sample.events.push_back({step, i, static_cast<double>(draw.between(1, 3))});
  return sample;
}

Chip random_chip(std::uint32_t neurons, Draw& draw) {
  Chip chip = mesh_for(neurons + 5, draw.between(2, 3));
  chip.core.synapses_per_word = draw.one_of<std::uint32_t>({1, 4});
  chip.core.update_cycles_per_neuron = draw.one_of<std::uint32_t>({1, 3});
  chip.core.output_queue_packets = draw.one_of<std::uint32_t>({1, 4});
  chip.core.input_queue_packets = draw.one_of<std::uint32_t>({1, 8, 64});
  chip.core.axon_entries = 64;
  chip.link.latency_cycles = draw.one_of<std::uint32_t>({1, 9, 40});
  chip.link.cycles_per_packet = draw.one_of<std::uint32_t>({1, 5});
  chip.core_clock = draw.one_of<ClockRatio>({{1, 1}, {1, 3}, {3, 2}, {5, 7}, {4, 1}});
  chip.step.mode = StepMode::RealTime;
  chip.step.late = draw.one_of<LatePackets>({LatePackets::Defer, LatePackets::Drop});
  return chip;
}

constexpr std::uint64_t kLongTick = 200000;

struct RealTimeCase {
  explicit RealTimeCase(std::uint32_t seed) : draw(seed) {
    const std::uint32_t neurons = draw.between(30, 80);
    network = random_case(neurons, seed, draw);
    sample = random_sample(draw);
    chip = random_chip(neurons, draw);
  }

  void map() { mapped = map_network(network, chip, baseline_mapper(), Seed{1}, "random network"); }

  SampleRun run(const HostOptions& host = {}) {
    ChipSimulator simulator(chip, mapped.mapping, host);
    SampleRun result = simulator.run(sample, kSteps, true);
    cycles = simulator.cycles();
    return result;
  }

  ChipPlaces places() const {
    ChipPlaces result;
    for (const LoweredPopulation& population : network.populations)
      result.core_of.push_back(std::vector<CoreId>(population.is_input ? 0 : population.size));
    for (const CoreId id : ids_of(mapped.mapping.cores)) {
      result.core_names.push_back("core " + std::to_string(index_of(id)));
      for (const NeuronIdentity& who : mapped.mapping.cores[id].identity)
        result.core_of[who.population][who.neuron] = id;
    }
    return result;
  }

  SpikeComparison compare(const SampleTrace& found, const EventLog& log) const {
    const std::vector<Compared> compared = {
        Compared::Spikes, Compared::Nothing, Compared::Potential};
    const ChipPlaces where = places();
    IntegerEngine golden(network);
    const SampleTrace expected = golden.run(sample, kSteps, true);
    const MismatchCauses causes(network, where, compared, {found, log}, [&](const Replay& replay) {
      return golden.replay(sample, replay, kSteps, true);
    });
    SpikeComparison comparison(compared);
    comparison.add(0, expected, found, &causes);
    return comparison;
  }

  /// A tick that some steps do not keep.
  void shorten_tick() {
    chip.step.tick_cycles = kLongTick;
    const SampleRun relaxed = run();
    std::vector<std::uint64_t> busy = relaxed.real_time.busy_cycles;
    std::sort(busy.begin(), busy.end());
    const std::uint64_t median = std::max<std::uint64_t>(busy[busy.size() / 2], 8);
    chip.step.tick_cycles = median * draw.one_of<std::uint64_t>({1, 3, 7, 8, 9}) / 8;
  }

  Draw draw;
  LoweredNetwork network;
  Sample sample;
  Chip chip;
  MappingResult mapped;
  std::uint64_t cycles = 0;
};

}  // namespace

TEST_CASE("with a tick that is long enough the chip equals golden") {
  for (std::uint32_t seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    RealTimeCase random(seed);
    random.chip.step.tick_cycles = kLongTick;
    random.map();
    const SampleRun run = random.run();
    CHECK(run.log.is_empty());
    CHECK(run.real_time.overruns == 0);
    CHECK(run.real_time.late == 0);
    CHECK(run.trace.spikes.size() > 100);
    CHECK(random.compare(run.trace, run.log).mismatched() == 0);
    CHECK(run.step_cycles == std::vector<std::uint64_t>(kSteps + 1, kLongTick));
    CHECK(*std::max_element(run.real_time.busy_cycles.begin(), run.real_time.busy_cycles.end()) <
          kLongTick);
  }
}

TEST_CASE("whatever the tick, the clocks and the late rule, every mismatch has a cause") {
  std::map<std::string, std::uint64_t> causes;
  std::uint64_t stopped = 0, early = 0;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    RealTimeCase random(seed);
    random.map();
    random.shorten_tick();
    CAPTURE(random.chip.step.tick_cycles);
    const SampleRun run = random.run();
    const SpikeComparison comparison = random.compare(run.trace, run.log);
    CHECK(comparison.unexplained() == 0);
    for (const auto& [cause, count] : comparison.by_cause()) causes[cause] += count;
    for (const CoreId core : ids_of(random.mapped.mapping.cores))
      stopped += run.log.stopped_at(core) != EventLog::kRanAll ? 1 : 0;
    early += run.real_time.early;
  }
  CHECK(causes["late"] > 1000);
  CHECK(causes["overrun"] > 100);
  CHECK(causes["propagated"] > 100);
  CHECK(stopped > 0);
  CHECK(early > 0);
}

TEST_CASE("whatever routers drop, with barriers and in real time, every mismatch has a cause") {
  std::map<std::string, std::uint64_t> causes;
  for (std::uint32_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    RealTimeCase random(seed);
    random.map();
    if (seed % 2 == 0)
      random.chip.step = {};
    else
      random.shorten_tick();
    random.chip.router.input_queue_packets = 1;
    random.chip.link.cycles_per_packet = 20;
    BlockedSpec& blocked = random.chip.router.blocked.emplace();
    blocked.wait1_cycles = random.draw.between(0, 30);
    if (seed % 3 == 0) blocked.reinjection.emplace();
    const SampleRun run = random.run();
    const SpikeComparison comparison = random.compare(run.trace, run.log);
    CHECK(comparison.unexplained() == 0);
    for (const auto& [cause, count] : comparison.by_cause()) causes[cause] += count;
  }
  CHECK(causes["dropped"] > 100);
  CHECK(causes["late"] > 10);
}

TEST_CASE("an event left out of the chip's log leaves a mismatch unexplained") {
  std::uint64_t unexplained = 0;
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    RealTimeCase random(seed);
    random.map();
    random.shorten_tick();
    const SampleRun run = random.run();
    if (run.log.events().empty()) continue;
    EventLog without_one;
    for (const PacketEvent& event : run.log.events().subspan(1)) without_one.add(event);
    without_one.finish();
    unexplained += random.compare(run.trace, without_one).unexplained();
  }
  CHECK(unexplained > 0);
}

TEST_CASE("in real time block order and idle-skipping change no number either") {
  HostOptions shuffled;
  shuffled.shuffle_seed = 7;
  HostOptions wide_awake;
  wide_awake.skip_idle = false;
  for (std::uint32_t seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    RealTimeCase random(seed);
    random.map();
    random.shorten_tick();
    const SampleRun reference = random.run();
    const std::uint64_t cycles = random.cycles;
    for (const HostOptions& host : {shuffled, wide_awake}) {
      const SampleRun run = random.run(host);
      CHECK(run.trace.spikes == reference.trace.spikes);
      CHECK(std::equal(run.log.events().begin(),
                       run.log.events().end(),
                       reference.log.events().begin(),
                       reference.log.events().end()));
      CHECK(run.real_time.busy_cycles == reference.real_time.busy_cycles);
      CHECK(run.real_time.overruns == reference.real_time.overruns);
      CHECK(random.cycles == cycles);
    }
  }
}

TEST_CASE("a sample does not depend on what ran before, whatever the clocks") {
  for (const StepMode mode : {StepMode::Barrier, StepMode::RealTime})
    for (std::uint32_t seed = 1; seed <= 8; ++seed) {
      CAPTURE(seed);
      RealTimeCase random(seed);
      random.map();
      random.shorten_tick();
      random.chip.step.mode = mode;
      ChipSimulator simulator(random.chip, random.mapped.mapping);
      const SampleRun first = simulator.run(random.sample, kSteps);
      const std::uint64_t cycles = simulator.cycles();
      const SampleRun again = simulator.run(random.sample, kSteps);
      CHECK(again.trace.spikes == first.trace.spikes);
      CHECK(again.step_cycles == first.step_cycles);
      CHECK(again.reset_cycles == first.reset_cycles);
      CHECK(again.log.events().size() == first.log.events().size());
      CHECK(simulator.cycles() == 2 * cycles);
    }
}

TEST_CASE("core clocks change cycles and no spike of a chip with barriers") {
  for (std::uint32_t seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    RealTimeCase random(seed);
    random.map();
    random.chip.step.mode = StepMode::Barrier;
    for (const ClockRatio ratio : {ClockRatio{1, 3}, ClockRatio{3, 2}, ClockRatio{7, 1}})
      for (const bool skip_idle : {true, false}) {
        random.chip.core_clock = ratio;
        HostOptions host;
        host.skip_idle = skip_idle;
        const SampleRun run = random.run(host);
        CHECK(random.compare(run.trace, run.log).mismatched() == 0);
      }
  }
}
