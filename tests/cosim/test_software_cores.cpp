// Software cores equal the golden model of SpiNNaker's neurons; in too short a tick, or with too
// small a buffer, every difference has a cause in the chip's own log.

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "mapper/mapper.hpp"
#include "sim/chip/chip_simulator.hpp"
#include "sim/cosim/causes.hpp"
#include "sim/golden/spinnaker_engine.hpp"

using namespace spikeloom;

namespace {

constexpr PopulationId kNeurons{0}, kInput{1}, kReadout{2};
constexpr std::uint32_t kSteps = 25, kInputs = 12, kReadouts = 5, kLongestDelay = 6;
constexpr std::int32_t kOne = 1 << 15;
constexpr std::uint64_t kLongTick = 4000000;

/// Draws in [low, high].
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : engine_(seed) {}
  std::uint32_t between(std::uint32_t low, std::uint32_t high) {
    return low + static_cast<std::uint32_t>(engine_() % (std::uint64_t{high} - low + 1));
  }
  std::int32_t within(std::int32_t low, std::int32_t high) {
    return low + static_cast<std::int32_t>(between(0, static_cast<std::uint32_t>(high - low)));
  }
  template <typename T>
  T one_of(const std::vector<T>& choices) {
    return choices[between(0, static_cast<std::uint32_t>(choices.size()) - 1)];
  }

 private:
  std::mt19937_64 engine_;
};

SpinnakerProfile random_profile(Draw& draw) {
  SpinnakerProfile profile;
  profile.v_rest = draw.within(-5, 5) * kOne;
  profile.v_reset = draw.within(-10, 10) * kOne;
  profile.v_threshold = draw.within(20, 60) * kOne;
  profile.exp_tc = draw.within(0, kOne);
  profile.refractory_ticks = draw.between(0, 3);
  profile.shaped = draw.between(0, 1) == 1;
  profile.exc_decay = draw.between(0, 0xFFFFFFFF);
  profile.inh_decay = draw.between(0, 0xFFFFFFFF);
  profile.exc_init = draw.between(0x80000000, 0xFFFFFFFF);
  profile.inh_init = draw.between(0x80000000, 0xFFFFFFFF);
  profile.exc_shift = draw.between(4, 9);
  profile.inh_shift = draw.between(4, 9);
  return profile;
}

SparseConnectivity random_rows(std::uint32_t sources,
                               std::uint32_t targets,
                               std::uint32_t fan_out,
                               Draw& draw) {
  SparseConnectivity rows;
  for (std::uint32_t source = 0; source < sources; ++source) {
    rows.row.push_back(rows.target.size());
    for (std::uint32_t i = 0; i < fan_out; ++i) {
      rows.target.push_back(draw.between(0, targets - 1));
      rows.weight.push_back(
          static_cast<std::int16_t>(draw.between(0, 30) == 0 ? 32767 : draw.within(-1500, 2500)));
      rows.delay.push_back(static_cast<std::uint8_t>(draw.between(1, kLongestDelay)));
    }
  }
  rows.row.push_back(rows.target.size());
  return rows;
}

LoweredPopulation random_neurons(std::uint32_t size, Draw& draw) {
  LoweredPopulation population;
  population.name = "neurons";
  population.size = size;
  for (int i = 0; i < 4; ++i) population.spinnaker.push_back(random_profile(draw));
  population.profiles.resize(4);
  for (std::uint32_t i = 0; i < size; ++i) {
    population.profile_of.push_back(static_cast<std::uint16_t>(draw.between(0, 3)));
    population.bias.push_back(draw.within(-20, 90) * kOne + draw.within(0, kOne));
  }
  return population;
}

/// Recurrent neurons, an input that drives them, and integrators that listen.
LoweredNetwork random_case(std::uint32_t neurons, Draw& draw) {
  LoweredNetwork network;
  network.is_spinnaker = true;
  network.populations.push_back(random_neurons(neurons, draw));
  LoweredPopulation input;
  input.name = "input";
  input.size = kInputs;
  input.is_input = true;
  network.populations.push_back(input);
  LoweredPopulation readout = random_neurons(kReadouts, draw);
  readout.name = "readout";
  readout.is_output = true;
  readout.start = 1;
  for (std::size_t i = 0; i < readout.profiles.size(); ++i) {
    readout.profiles[i].spikes = false;
    readout.spinnaker[i].v_threshold = INT32_MAX;
  }
  network.populations.push_back(readout);
  network.deepest_start = 1;
  network.max_delay = kLongestDelay;
  network.projections.push_back(
      {kNeurons, kNeurons, "neurons -> neurons", random_rows(neurons, neurons, 10, draw), 0});
  network.projections.push_back(
      {kInput, kNeurons, "input -> neurons", random_rows(kInputs, neurons, 8, draw), 0});
  network.projections.push_back(
      {kNeurons, kReadout, "neurons -> readout", random_rows(neurons, kReadouts, 2, draw), 0});
  return network;
}

Sample random_sample(Draw& draw) {
  Sample sample;
  for (std::uint32_t step = 0; step < kSteps; ++step)
    for (std::uint32_t i = 0; i < kInputs; ++i)
      if (draw.between(0, 3) == 0)
        sample.events.push_back({step, i, static_cast<double>(draw.between(1, 3))});
  return sample;
}

ProcessorSpec random_program(Draw& draw) {
  ProcessorSpec program;
  program.packet_cycles = draw.one_of<std::uint32_t>({0, 5, 30});
  program.lookup_cycles = draw.one_of<std::uint32_t>({0, 60});
  program.transfer_latency_cycles = draw.one_of<std::uint32_t>({0, 100, 700});
  program.words_per_transfer_cycle = draw.one_of<std::uint32_t>({1, 4});
  program.row_cycles = draw.one_of<std::uint32_t>({0, 90});
  program.synapse_cycles = draw.one_of<std::uint32_t>({0, 1, 15});
  program.neuron_cycles = draw.one_of<std::uint32_t>({0, 3, 120});
  program.spike_cycles = draw.one_of<std::uint32_t>({0, 30});
  program.step_cycles = draw.one_of<std::uint32_t>({0, 500});
  program.shared_words = 1U << 20;
  return program;
}

Chip random_chip(std::uint32_t neurons, Draw& draw) {
  Chip chip;
  chip.name = "software cores";
  chip.topology.width = chip.topology.height = draw.between(2, 3);
  chip.topology.cores_per_tile = draw.between(1, 3);
  chip.core_clock = draw.one_of<ClockRatio>({{1, 1}, {1, 3}, {3, 2}, {5, 7}, {4, 1}});
  chip.link.cycles_per_packet = draw.one_of<std::uint32_t>({1, 21});
  chip.core.kind = CoreKind::Processor;
  chip.core.neurons = neurons / 3 + 2;
  chip.core.axon_entries = 64;
  chip.core.synaptic_words = 1U << 18;
  chip.core.input_queue_packets = draw.one_of<std::uint32_t>({1, 4});
  chip.core.output_queue_packets = draw.one_of<std::uint32_t>({1, 4});
  chip.core.processor = random_program(draw);
  return chip;
}

struct SoftwareCase {
  explicit SoftwareCase(std::uint32_t seed) : draw(seed) {
    const std::uint32_t neurons = draw.between(30, 80);
    network = random_case(neurons, draw);
    sample = random_sample(draw);
    chip = random_chip(neurons, draw);
  }

  void map() {
    const MapperOptions options = read_mapper_options(Json::object(), JsonPlace{"test", ""});
    mapped = map_network(network, chip, options, Seed{1}, "random network");
  }
  void make_realtime(std::uint64_t tick) {
    chip.step.mode = StepMode::RealTime;
    chip.step.tick_cycles = tick;
    chip.step.late = draw.one_of<LatePackets>({LatePackets::Defer, LatePackets::Drop});
  }
  /// A tick that some steps do not keep.
  void shorten_tick() {
    make_realtime(kLongTick);
    std::vector<std::uint64_t> busy = run().real_time.busy_cycles;
    std::sort(busy.begin(), busy.end());
    const std::uint64_t median = std::max<std::uint64_t>(busy[busy.size() / 2], 8);
    chip.step.tick_cycles = median * draw.one_of<std::uint64_t>({1, 3, 7, 8, 9}) / 8;
  }

  SampleRun run(const HostOptions& host = {}) {
    ChipSimulator simulator(chip, mapped.mapping, host);
    SampleRun result = simulator.run(sample, kSteps, true);
    cycles = simulator.cycles();
    actions = simulator.actions();
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

  SpikeComparison compare(const SampleTrace& found, const EventLog& log) {
    const std::vector<Compared> compared = {
        Compared::Spikes, Compared::Nothing, Compared::Potential};
    const ChipPlaces where = places();
    SpinnakerEngine golden(network);
    const SampleTrace expected = golden.run(sample, kSteps, true);
    saturated += golden.counts().sum_overflows;
    const MismatchCauses causes(network, where, compared, {found, log}, [&](const Replay& replay) {
      return golden.replay(sample, replay, kSteps, true);
    });
    SpikeComparison comparison(compared);
    comparison.add(0, expected, found, &causes);
    return comparison;
  }

  Draw draw;
  LoweredNetwork network;
  Sample sample;
  Chip chip;
  MappingResult mapped;
  std::uint64_t cycles = 0, saturated = 0;
  ActionCounts actions;
};

bool same_states(const SampleTrace& a, const SampleTrace& b) {
  return std::equal(a.states.begin(),
                    a.states.end(),
                    b.states.begin(),
                    b.states.end(),
                    [](const StateFrame& x, const StateFrame& y) {
                      return x.step == y.step && x.population == y.population && x.u == y.u &&
                             x.v == y.v;
                    });
}

}  // namespace

TEST_CASE("software cores spike as the golden model does, with barriers") {
  std::uint64_t saturated = 0;
  for (std::uint32_t seed = 1; seed <= 24; ++seed) {
    CAPTURE(seed);
    SoftwareCase random(seed);
    random.map();
    const SampleRun run = random.run();
    CHECK(run.log.is_empty());
    CHECK(run.trace.spikes.size() > 50);
    CHECK(random.compare(run.trace, run.log).mismatched() == 0);
    SpinnakerEngine golden(random.network);
    CHECK(same_states(golden.run(random.sample, kSteps, true), run.trace));
    saturated += random.saturated;
  }
  CHECK(saturated > 0);
}

TEST_CASE("software cores keep a tick that is long enough") {
  for (std::uint32_t seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    SoftwareCase random(seed);
    random.map();
    random.make_realtime(kLongTick);
    const SampleRun run = random.run();
    CHECK(run.log.is_empty());
    CHECK(run.real_time.overruns == 0);
    CHECK(random.compare(run.trace, run.log).mismatched() == 0);
    CHECK(*std::max_element(run.real_time.busy_cycles.begin(), run.real_time.busy_cycles.end()) <
          kLongTick);
  }
}

TEST_CASE("whatever the tick, every mismatch of software cores has a cause") {
  std::map<std::string, std::uint64_t> causes;
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    SoftwareCase random(seed);
    random.map();
    random.shorten_tick();
    CAPTURE(random.chip.step.tick_cycles);
    const SampleRun run = random.run();
    const SpikeComparison comparison = random.compare(run.trace, run.log);
    CHECK(comparison.unexplained() == 0);
    for (const auto& [cause, count] : comparison.by_cause()) causes[cause] += count;
  }
  CHECK(causes["late"] > 100);
  CHECK(causes["overrun"] > 100);
  CHECK(causes["propagated"] > 100);
}

TEST_CASE("what a full input buffer loses is a mismatch with the cause overflow") {
  std::map<std::string, std::uint64_t> causes;
  for (std::uint32_t seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    SoftwareCase random(seed);
    random.chip.core.processor.input_buffer_packets = 1;
    random.chip.core.processor.packet_cycles = 1;
    random.chip.core.processor.row_cycles = 400;
    random.map();
    const SampleRun run = random.run();
    const SpikeComparison comparison = random.compare(run.trace, run.log);
    CHECK(comparison.unexplained() == 0);
    for (const auto& [cause, count] : comparison.by_cause()) causes[cause] += count;
  }
  CHECK(causes["overflow"] > 100);
  CHECK(causes["late"] == 0);
}

TEST_CASE("block order and idle-skipping change no number of software cores") {
  HostOptions shuffled;
  shuffled.shuffle_seed = 7;
  HostOptions wide_awake;
  wide_awake.skip_idle = false;
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    SoftwareCase random(seed);
    random.map();
    if (seed > 6) random.shorten_tick();
    const SampleRun reference = random.run();
    const std::uint64_t cycles = random.cycles;
    const ActionCounts actions = random.actions;
    for (const HostOptions& host : {shuffled, wide_awake}) {
      const SampleRun run = random.run(host);
      CHECK(run.trace.spikes == reference.trace.spikes);
      CHECK(run.real_time.busy_cycles == reference.real_time.busy_cycles);
      CHECK(run.real_time.overruns == reference.real_time.overruns);
      CHECK(random.cycles == cycles);
      for (std::size_t i = 0; i < kActionCount; ++i) {
        CAPTURE(name_of(static_cast<Action>(i)));
        CHECK(random.actions.count[i] == actions.count[i]);
      }
    }
  }
}
