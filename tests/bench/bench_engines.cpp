// How many synaptic events and packet hops a CPU second carries, beside a bare loop over the same
// rows in the same process: quote the ratio, not the absolute figure.

#include <benchmark/benchmark.h>

#include "mapper/mapper.hpp"
#include "sim/chip/chip_simulator.hpp"
#include "sim/golden/fast_integer_engine.hpp"
#include "sim/golden/integer_engine.hpp"
#include "tests/bench/networks.hpp"

extern "C" int sc_main(int, char**) { return 0; }  // libsystemc refers to it

namespace spikeloom::bench {
namespace {

constexpr std::uint32_t kSteps = 100;

std::uint32_t neurons_of(const benchmark::State& state) {
  return static_cast<std::uint32_t>(state.range(0)) / kFanOut;
}

// The spikes of a run, so that the bare loop crosses exactly the rows the engine crosses.
std::vector<Spike> spikes_of(const LoweredNetwork& network) {
  return IntegerEngine(network).run(Sample{}, kSteps).spikes;
}

// The least that any simulator of this network does: add each weight into a delay slot.
void bare_loop(benchmark::State& state) {
  const LoweredNetwork network = network_of(neurons_of(state), (std::uint32_t)state.range(1));
  const auto& rows = std::get<SparseConnectivity>(network.projections.front().connectivity);
  const std::vector<Spike> spikes = spikes_of(network);
  constexpr std::size_t kSlots = 16;
  std::vector<std::int32_t> ring(kSlots * neurons_of(state));
  std::int64_t events = 0;
  for (auto _ : state) {
    for (const Spike& spike : spikes) {
      for (std::uint64_t i = rows.row[spike.neuron]; i < rows.row[spike.neuron + 1]; ++i)
        ring[(spike.step + rows.delay[i]) % kSlots * neurons_of(state) + rows.target[i]] +=
            rows.weight[i];
    }
    events += static_cast<std::int64_t>(spikes.size()) * kFanOut;
    benchmark::DoNotOptimize(ring.data());
  }
  state.SetItemsProcessed(events);
}

void golden_integer(benchmark::State& state) {
  const LoweredNetwork network = network_of(neurons_of(state), (std::uint32_t)state.range(1));
  IntegerEngine engine(network);
  for (auto _ : state) benchmark::DoNotOptimize(engine.run(Sample{}, kSteps));
  state.SetItemsProcessed(static_cast<std::int64_t>(engine.counts().synaptic_events));
}

void golden_fast(benchmark::State& state) {
  const LoweredNetwork network = network_of(neurons_of(state), (std::uint32_t)state.range(1));
  FastIntegerEngine engine(network);
  for (auto _ : state) benchmark::DoNotOptimize(engine.run(Sample{}, kSteps));
  state.SetItemsProcessed(static_cast<std::int64_t>(engine.counts().synaptic_events));
}

void chip(benchmark::State& state) {
  const LoweredNetwork network = network_of(neurons_of(state));
  const Chip mesh = mesh_of(neurons_of(state));
  const MapperOptions mapper{"sequential", "row_major", "west_first", "merge"};
  const MappingResult mapped = map_network(network, mesh, mapper, Seed{1}, "benchmark");
  ChipSimulator simulator(mesh, mapped.mapping);
  for (auto _ : state) benchmark::DoNotOptimize(simulator.run(Sample{}, kSteps));
  const ActionCounts actions = simulator.actions();
  const auto hops = actions[Action::HopEastWest] + actions[Action::HopNorthSouth];
  state.SetItemsProcessed(static_cast<std::int64_t>(actions[Action::SynapticOperation]));
  state.counters["hops_per_second"] =
      benchmark::Counter(static_cast<double>(hops), benchmark::Counter::kIsRate);
}

}  // namespace

// The argument is the number of synapses.
BENCHMARK(bare_loop)->ArgsProduct({{1'000'000,10'000'000},{1,15}})->Unit(benchmark::kMillisecond);
BENCHMARK(golden_fast)->ArgsProduct({{1'000'000,10'000'000},{1,15}})->Unit(benchmark::kMillisecond);
BENCHMARK(golden_integer)->ArgsProduct({{1'000'000,10'000'000},{1,15}})->Unit(benchmark::kMillisecond);
BENCHMARK(chip)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace spikeloom::bench

BENCHMARK_MAIN();
